/**
 * Progress on a terminal: one line with a bar, drawn over itself and gone at the end. Elsewhere only warnings are shown.
 */
import type { Progress, Stage } from '../model/progress.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';

/** A progress that must be told when the work is over. */
export interface ProgressBar extends Progress {
  end(): void;
}

const BAR_WIDTH = 24;

/** Redrawing more often than this share of the whole shows nothing new. */
const STEPS = 200;

const titles: Readonly<Record<Stage, string>> = {
  reading: 'reading',
  encoding: 'encoding',
  deltas: 'making deltas',
  writing: 'writing',
  checking: 'checking',
  downloading: 'downloading',
};

/** A bar on the terminal's standard error. */
export function progressBar(terminal: Terminal): ProgressBar {
  let current: { stage: Stage; total: number; unit: string; done: number; drawn: number } | undefined;
  const draw = (): void => {
    if (!terminal.interactive || current === undefined || current.total === 0) return;
    const { stage, total, unit, done } = current;
    const share = Math.min(1, done / total);
    const filled = Math.round(share * BAR_WIDTH);
    const bar = `${'█'.repeat(filled)}${terminal.noteStyle('faint', '░'.repeat(BAR_WIDTH - filled))}`;
    const amount =
      unit === 'bytes'
        ? `${formatBytes(done)} of ${formatBytes(total)}`
        : `${formatCount(done)} of ${formatCount(total)} ${unit}`;
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
      if (current.done - current.drawn < current.total / STEPS && current.done < current.total) return;
      current.drawn = current.done;
      draw();
    },
    looked: () => undefined,
    warn: (message) => {
      clear();
      terminal.note(`repomill: ${terminal.noteStyle('warning', 'warning')}: ${message}`);
      draw();
    },
    end: () => {
      clear();
      current = undefined;
    },
  };
}
