/**
 * What a client tells of its work: which file came how, and what did not go as planned.
 */

/** How a file came: it was there, by a delta, whole, or in parts by Range. */
export type How = 'cached' | 'delta' | 'full' | 'partial';

/** One file that was wanted. */
export interface FileReport {
  /** Path in the published tree. */
  readonly path: string;
  readonly how: How;
  /** Bytes that crossed the wire. */
  readonly bytes: number;
}

/** Something that was of no use and was made good by fetching more. */
export interface Fallback {
  /** Path in the published tree, or name in the store. */
  readonly path: string;
  readonly reason: string;
  /** Bytes that crossed the wire in vain. */
  readonly bytes: number;
}

/** A file on its way. */
export interface Progress {
  readonly path: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes announced; absent for the index, whose length nothing announces. */
  readonly total?: number;
}

/** What a pull did. */
export interface PullReport {
  /** Of the index that the store holds now. */
  readonly version: number;
  /** Of the index that it held before; absent where it held none. */
  readonly previous?: number;
  /** Whether anything in the store is other than before. */
  readonly changed: boolean;
  /** The index, then each summary that was wanted. */
  readonly files: readonly FileReport[];
  readonly fallbacks: readonly Fallback[];
  /** Names of summaries that were held before and are no longer published. */
  readonly dropped: readonly string[];
  /** Bytes that crossed the wire in all, those in vain included. */
  readonly transferred: number;
}

/** What a pull does, in this order; told to whoever measures. */
export type PullStage = 'index' | 'checking the copy' | 'downloading' | 'storing';
