/**
 * Progress on a terminal: one line with a bar, redrawn in place and cleared at the end. Without a terminal, only warnings
 * are printed.
 */
import type { Download, Reporter, Stage, Unit } from '../model/progress.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { printable } from '../text/printable.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';

/** A reporter that draws a bar. */
export interface ProgressBar extends Reporter {
  /** Clears the bar. */
  end(): void;
}

const BAR_WIDTH = 24;

/** The most redraws per stage; more would show nothing new. */
const MAX_REDRAWS = 200;

const titles: Readonly<Record<Stage, string>> = {
  reading: 'reading',
  hashing: 'hashing',
  encoding: 'encoding',
  deltas: 'making deltas',
  copying: 'copying',
  writing: 'writing',
  checking: 'checking',
  index: 'index',
  'checking the copy': 'checking',
  downloading: 'downloading',
  storing: 'storing',
};

/** A bar on the terminal's standard error. */
export function progressBar(terminal: Terminal): ProgressBar {
  const downloads = new Map<string, Download>();
  let current: { stage: Stage; total: number; unit: Unit | undefined; done: number; drawn: number } | undefined;
  const draw = (): void => {
    if (!terminal.interactive || current === undefined || current.total === 0) return;
    const { stage, total, unit, done } = current;
    const share = Math.min(1, done / total);
    const filled = Math.round(share * BAR_WIDTH);
    const bar = `${'█'.repeat(filled)}${terminal.noteStyle('faint', '░'.repeat(BAR_WIDTH - filled))}`;
    const amount =
      unit === 'bytes'
        ? `${formatBytes(done)} of ${formatBytes(total)}`
        : `${formatCount(done)} of ${formatCount(total)} ${unit ?? ''}`;
    terminal.overwrite(`${titles[stage].padEnd(13)} ${bar} ${amount}`);
  };
  const clear = (): void => {
    if (terminal.interactive && current !== undefined) terminal.overwrite('');
  };
  return {
    start: (stage, total, unit) => {
      current = { stage, total, unit, done: 0, drawn: 0 };
      draw();
    },
    advance: (amount) => {
      if (current === undefined) return;
      current.done += amount;
      if (current.done - current.drawn < current.total / MAX_REDRAWS && current.done < current.total) return;
      current.drawn = current.done;
      draw();
    },
    cacheLookup: () => undefined,
    download: (state) => {
      downloads.set(state.path, state);
      const states = [...downloads.values()];
      const total = states.reduce((sum, one) => sum + (one.total ?? one.received), 0);
      const done = states.reduce((sum, { received }) => sum + received, 0);
      current = { stage: 'downloading', total, unit: 'bytes', done, drawn: done };
      draw();
    },
    warn: (message) => {
      clear();
      terminal.note(`repomill: ${terminal.noteStyle('warning', 'warning')}: ${printable(message)}`);
      draw();
    },
    end: () => {
      clear();
      current = undefined;
    },
  };
}
