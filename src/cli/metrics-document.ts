/**
 * The document that `--metrics` writes: as JSON it is this, as OpenMetrics the numbers in it (`open-metrics.ts`).
 */
import type { ErrorCode } from '../errors.ts';
import type { Measurements } from './stopwatch.ts';

/** What a command found out about its target. Sizes in bytes; `changed` is 1 or 0. */
export type Figure =
  | 'version'
  | 'packages'
  | 'summaries'
  | 'firstBytes'
  | 'updateBytes'
  | 'writtenFiles'
  | 'writtenBytes'
  | 'fetchedBytes'
  | 'changed'
  | 'warnings'
  | 'findings';

export type Figures = Readonly<Partial<Record<Figure, number>>>;

/** What `--metrics` writes. */
export interface Metrics extends Measurements {
  readonly command: string;
  /** The tree or URL that the command was about, without passwords. */
  readonly target: string;
  readonly result: 'ok' | 'failed' | 'interrupted';
  readonly exitCode: number;
  /** The error of a command that failed; a `verify` with findings has none. */
  readonly error?: { readonly code: ErrorCode | 'defect'; readonly message: string };
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The version of repomill. */
  readonly repomill: string;
  /** None after a failure or a dry run. */
  readonly figures: Figures;
}
