/**
 * How long-running work reports progress: to a terminal bar, to a profiler, or nowhere.
 */

/** A step of a build, an audit or a pull, as shown to users. */
export type Stage =
  | 'reading'
  | 'hashing'
  | 'encoding'
  | 'deltas'
  | 'copying'
  | 'writing'
  | 'checking'
  | 'index'
  | 'checking the copy'
  | 'downloading'
  | 'storing';

/** The unit of a stage's amounts. */
export type Unit = 'bytes' | 'files' | 'refs' | 'slices' | 'summaries' | 'deltas';

/** What may be found in a build's cache or a client's copy, instead of being made or fetched. */
export type CacheKind = 'file' | 'batch' | 'package' | 'slice' | 'bucket' | 'index' | 'summary';

/** The progress of one download. */
export interface Download {
  /** Path in the published tree. */
  readonly path: string;
  /** Bytes so far. */
  readonly received: number;
  /** Expected bytes; absent for the index, whose length is not known in advance. */
  readonly total?: number;
}

/**
 * Receives the progress of a build, an audit or a pull. Every member is optional, and none may throw.
 *
 * @example
 * await build({ input: 'packages', out: 'public', progress: { warn: (message) => console.warn(message) } });
 */
export interface Progress {
  /** A stage begins. `total` and later amounts are in `unit`; a total of 0 means that it is unknown. */
  start?(stage: Stage, total: number, unit?: Unit): void;
  /** Another `amount` of the stage is done. */
  advance?(amount: number): void;
  /** Something was looked up in a cache. If it was not found (`hit` is false), it has to be made. */
  cacheLookup?(kind: CacheKind, hit: boolean): void;
  /** A download has progressed. */
  download?(state: Download): void;
  /** Something the user should know although nothing failed. */
  warn?(message: string): void;
}

/** A progress with every member, for the code below the public faces. */
export type Reporter = Required<Progress>;

/** Reports nothing. */
export const silent: Reporter = { start() {}, advance() {}, cacheLookup() {}, download() {}, warn() {} };

/** Fills in the missing members of a progress. */
export function reporterOf(progress: Progress | undefined): Reporter {
  if (progress === undefined) return silent;
  return {
    start: (stage, total, unit) => progress.start?.(stage, total, unit),
    advance: (amount) => progress.advance?.(amount),
    cacheLookup: (kind, hit) => progress.cacheLookup?.(kind, hit),
    download: (state) => progress.download?.(state),
    warn: (message) => progress.warn?.(message),
  };
}
