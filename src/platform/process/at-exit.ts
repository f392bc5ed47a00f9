/**
 * What is done when the process ends, whatever ends it but a kill.
 */

const acts = new Set<() => void>();

/** Registers something to do, without waiting for anything; returns how to call that off. What it throws is dropped. */
export function atExit(act: () => void): () => void {
  if (acts.size === 0) process.on('exit', doAll);
  acts.add(act);
  return () => {
    acts.delete(act);
    if (acts.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  // What came last is ended first: threads before the directory that they write to.
  for (const act of [...acts].reverse()) {
    try {
      act();
    } catch {
      // The process is ending, and this was meant to leave less behind.
    }
  }
}
