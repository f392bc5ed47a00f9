/**
 * What a pull reports: how each file came, and what had to be fetched a second time.
 */

/** One file that was wanted. */
export interface FileReport {
  /** Path in the published tree. */
  readonly path: string;
  /** It was there already, or it came by a delta, whole, or in parts by Range. */
  readonly how: 'cached' | 'delta' | 'full' | 'partial';
  /** Bytes that crossed the wire. */
  readonly bytes: number;
}

/** A file that was of no use, so that the whole summary or index was fetched instead. */
export interface Fallback {
  /** Path in the published tree, or name in the store. */
  readonly path: string;
  readonly reason: string;
  /** Bytes that crossed the wire for nothing. */
  readonly bytes: number;
}

/** What a pull did. */
export interface PullReport {
  /** Version of the index that the store holds now. */
  readonly version: number;
  /** Version of the index that it held before; absent if it held none. */
  readonly previous?: number;
  /** Whether the index or a summary changed. */
  readonly changed: boolean;
  /** The index, then each summary that was wanted. */
  readonly files: readonly FileReport[];
  readonly fallbacks: readonly Fallback[];
  /** Names of summaries that the store held and that are no longer published. */
  readonly dropped: readonly string[];
  /** Bytes that crossed the wire in all, fallbacks included. */
  readonly transferred: number;
}
