/**
 * How long work tells what it is doing: to a bar on a terminal, to whoever measures, to nobody elsewhere.
 */

/** What a person sees as one step. */
export type Stage = 'reading' | 'encoding' | 'deltas' | 'writing' | 'checking' | 'downloading';

/** What a build may find in its cache instead of making it. */
export type CacheKind = 'file' | 'batch' | 'slice' | 'bucket';

/** Told by whoever works, shown by whoever likes. Amounts are in the unit that `start` names. */
export interface Progress {
  start(stage: Stage, total: number, unit: 'bytes' | 'files' | 'refs' | 'slices' | 'summaries' | 'deltas'): void;
  advance(amount: number): void;
  /** Whether something was in the cache (`hit`) or had to be made. */
  looked(kind: CacheKind, hit: boolean): void;
  /** Something a person should know although nothing failed. */
  warn(message: string): void;
}

/** Shows nothing. */
export const silent: Progress = { start() {}, advance() {}, looked() {}, warn() {} };
