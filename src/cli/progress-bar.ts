/**
 * Progress on a terminal: one line with a bar, redrawn in place and cleared at the end. Without a terminal, only warnings
 * are printed.
 */
import type { Download, Reporter, Stage, Unit } from '../model/progress.ts';
import { processFigures } from '../platform/process/process-figures.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { printable } from '../text/printable.ts';
import { formatProgress } from './format-progress.ts';

/** A reporter that draws a bar. */
export interface ProgressBar extends Reporter {
  /** Clears the bar. */
  end(): void;
}

/** The most redraws per stage; more would show nothing new. */
const MAX_REDRAWS = 200;

/** Seconds after which even a small step is drawn. */
const REDRAW_AFTER = 0.5;

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

interface Current {
  readonly stage: Stage;
  readonly total: number;
  readonly unit: Unit | undefined;
  readonly since: number;
  done: number;
  drawn: number;
  drawnAt: number;
}

/**
 * A bar on the terminal's standard error.
 *
 * @param clock - seconds since some moment
 */
export function progressBar(terminal: Terminal, clock: () => number = () => processFigures().elapsed): ProgressBar {
  const downloads = new Map<string, Download>();
  let current: Current | undefined;
  const draw = (): void => {
    if (!terminal.interactive || current === undefined || current.total === 0) return;
    const { stage, total, unit, done, since } = current;
    const { columns, unicode } = terminal;
    const now = clock();
    current.drawn = done;
    current.drawnAt = now;
    const progress = { title: titles[stage], done, total, unit, seconds: now - since };
    terminal.overwrite(
      formatProgress(progress, { columns, unicode, faint: (text) => terminal.noteStyle('faint', text) }),
    );
  };
  const clear = (): void => {
    if (terminal.interactive && current !== undefined) terminal.overwrite('');
  };
  const begin = (stage: Stage, total: number, unit: Unit | undefined, since: number): Current => {
    return { stage, total, unit, since, done: 0, drawn: 0, drawnAt: since };
  };
  return {
    start: (stage, total, unit) => {
      // What a stage of unknown length follows must not stay on the screen.
      if (total === 0) clear();
      current = begin(stage, total, unit, clock());
      draw();
    },
    advance: (amount) => {
      if (current === undefined) return;
      current.done += amount;
      const isSmall = current.done - current.drawn < current.total / MAX_REDRAWS && current.done < current.total;
      if (isSmall && clock() - current.drawnAt < REDRAW_AFTER) return;
      draw();
    },
    cacheLookup: () => undefined,
    download: (state) => {
      downloads.set(state.path, state);
      const states = [...downloads.values()];
      const total = states.reduce((sum, one) => sum + (one.total ?? one.received), 0);
      const since = current?.stage === 'downloading' ? current.since : clock();
      current = begin('downloading', total, 'bytes', since);
      current.done = states.reduce((sum, { received }) => sum + received, 0);
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
