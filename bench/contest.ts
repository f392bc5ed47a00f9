/**
 * What somebody writes to add a row: contests, each with contestants that do the same job, each of whose steps is a process.
 * `run.ts` finds them in `cases/`; `race.ts` runs them.
 */
import type { Bench } from './bench.ts';

/** A process: the program, its words, and where its output goes. */
export interface Step {
  /** A name that PATH knows, or a file. */
  readonly program: string;
  readonly words: readonly string[];
  readonly cwd?: string;
  /** Beside PATH, and a HOME and a locale of the bench's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The file that standard output goes to. Without this, it goes nowhere. */
  readonly outputTo?: string;
  /** Exit codes that mean success: 0 alone, unless said otherwise. `diff` ends with 1 where files differ. */
  readonly accepts?: readonly number[];
  /** Runs before the process and is not measured: today's input, where a contest goes through many days. */
  readonly before?: () => void;
  /** Runs after the process and is not measured: counts what it wrote. */
  readonly after?: () => void;
}

/** One who does the job: ours, or a peer. */
export interface Contestant {
  readonly name: string;
  /** Programs of PATH, or files, without which there is nothing to run: then the row says "not installed". */
  readonly needs?: readonly string[];
  /** Done once, if everything needed is there; not measured. */
  readonly prepare?: () => void | Promise<void>;
  /** Done before every run, so that all runs start alike; not measured. */
  readonly reset?: () => void | Promise<void>;
  /** What is measured, one process after the other. */
  readonly steps: readonly Step[];
  /** After a run: the bytes of the contest's last column. */
  readonly bytes?: () => number;
}

/** A job, and those who do it. */
export interface Contest {
  /** For `--only` and `--list`. */
  readonly name: string;
  /** One line: the job, as the table's title. */
  readonly title: string;
  /** What the last column counts, such as `delta`. Without this there is no such column. */
  readonly bytes?: string;
  /** The contestant that the others are compared with; the first one, where this one is not there. */
  readonly against?: string;
  /** Runs at most, for contests that take minutes. */
  readonly runs?: number;
  /** Makes the data that all contestants share, or finds what an earlier bench made. */
  readonly enter: (bench: Bench) => Promise<readonly Contestant[]>;
}

/** A size, beside the one that was published for the same thing elsewhere. */
export interface Weight {
  readonly what: string;
  readonly bytes: number;
  readonly published?: number;
}

/** Sizes alone: nothing to time. */
export interface Weighing {
  readonly name: string;
  readonly title: string;
  /** Where the other figures come from. */
  readonly source: string;
  readonly weigh: (bench: Bench) => Promise<readonly Weight[]>;
}

/** A row group of the bench. */
export type Case = Contest | Weighing;
