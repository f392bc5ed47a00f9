/**
 * How long-running work reports progress: to a terminal bar, to a profiler, or nowhere.
 */

/** What a person sees as one step: of a build, of an audit, of a pull. */
export type Stage =
  | 'reading'
  | 'encoding'
  | 'deltas'
  | 'writing'
  | 'checking'
  | 'index'
  | 'checking the copy'
  | 'downloading'
  | 'storing';

/** What the amounts of a stage count. */
export type Unit = 'bytes' | 'files' | 'refs' | 'slices' | 'summaries' | 'deltas';

/** What may be found in a cache instead of being made or fetched: a build's cache, or a client's copy. */
export type CacheKind = 'file' | 'batch' | 'slice' | 'bucket' | 'index' | 'summary';

/** How far one download has come. */
export interface Download {
  /** Path in the published tree. */
  readonly path: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes announced; absent for the index, whose length nothing announces. */
  readonly total?: number;
}

/**
 * Receives the progress of a build, an audit or a pull. Every member is optional; none may throw.
 *
 * @example
 * await build({ input: 'packages', out: 'public', progress: { warn: (message) => console.warn(message) } });
 */
export interface Progress {
  /** A stage begins. `total` and later amounts are in `unit`; a total of 0 means that it is unknown. */
  start?(stage: Stage, total: number, unit?: Unit): void;
  /** So much more of the stage is done. */
  advance?(amount: number): void;
  /** Something was looked up in a cache: found (`hit`), or it has to be made. */
  cacheLookup?(kind: CacheKind, hit: boolean): void;
  /** A download goes on. */
  download?(state: Download): void;
  /** Something a person should know although nothing failed. */
  warn?(message: string): void;
}

/** A progress with every member: what the code below the public faces reports to. */
export type Reporter = Required<Progress>;

/** Reports nothing to anyone. */
export const silent: Reporter = { start() {}, advance() {}, cacheLookup() {}, download() {}, warn() {} };

/** Fills in the members that a progress lacks. */
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
