/**
 * The report of a pull: how each file was obtained, and what had to be fetched again.
 */

import type { Substitute } from '../plan-copy.ts';

/** One wanted file. */
export interface FileReport {
  /** Path in the published tree. */
  readonly path: string;
  /** Already in the store, or fetched as a delta, whole, or in part by Range. */
  readonly how: 'cached' | 'delta' | 'full' | 'partial';
  /** Bytes that crossed the wire. */
  readonly bytes: number;
}

/** A file that could not be used, so that the whole summary or index was fetched instead. */
export interface Fallback {
  /** Path in the published tree, or name in the store. */
  readonly path: string;
  readonly reason: string;
  /** Bytes that were downloaded for nothing. */
  readonly bytes: number;
}

/** What a pull did. */
export interface PullReport {
  /** Version of the index now in the store. */
  readonly version: number;
  /** Version of the index that was there before; absent if there was none. */
  readonly previous?: number;
  /** Whether the index or a summary changed. */
  readonly changed: boolean;
  /** The index, then each wanted summary. */
  readonly files: readonly FileReport[];
  readonly fallbacks: readonly Fallback[];
  /** Architectures of the store that have no summary of their own, and what they use instead. */
  readonly substitutes: readonly Substitute[];
  /** Names of what was removed from the store because it is no longer published. Empty without `allowRemoval`. */
  readonly dropped: readonly string[];
  /** Bytes downloaded in total, including fallbacks. */
  readonly transferred: number;
}
