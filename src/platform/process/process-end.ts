/**
 * How this process ends: by signals that ask it to, and what is done whatever ends it, except a kill.
 */

/**
 * Resolves at the first SIGINT (Ctrl+C) or SIGTERM; a second one ends the process at once. The handlers are installed when
 * this is called, not when it is awaited: call it before printing anything that makes somebody send a signal.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

/** Ends the process at the first SIGINT or SIGTERM, after calling `say`. What was registered with `atExit` is done. */
export function exitAtSignal(exitCode: number, say: () => void): void {
  void stopSignal().then(() => {
    say();
    process.exit(exitCode);
  });
}

const actions = new Set<() => void>();

/**
 * Registers what is done when the process ends, and returns how to cancel that. It cannot wait for anything; what it throws is
 * dropped.
 */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.on('exit', runActions);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) process.off('exit', runActions);
  };
}

function runActions(): void {
  // In reverse order: threads end before the directory that they write to is removed.
  for (const action of [...actions].reverse()) {
    try {
      action();
    } catch {
      // The process is ending anyway.
    }
  }
}
