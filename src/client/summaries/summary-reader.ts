/**
 * The summaries of one index, opened on first use: from the store if it has them, otherwise from the source.
 */
import { BoundedMap } from '../../bytes/bounded-map.ts';
import { RepomillError } from '../../errors.ts';
import type { SignedIndex, SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { listCachedSummaries } from '../cached-state.ts';
import { shareWork } from '../fetch/share-work.ts';
import { formatSummaryName, type Selection, selectSummaries } from '../selection.ts';
import { openRemoteSummary } from './open-remote-summary.ts';
import { type BucketCache, openStoredSummary, type Summary } from './open-summary.ts';

/** Opens the summaries of one index. */
export interface SummaryReader {
  /** The entries of the index whose summaries can be opened. */
  readonly entries: readonly SummaryEntry[];
  /** Whether the store holds a summary. */
  isCached(sha256: Digest): boolean;
  /** Opens the selected summaries. Throws a not-found error if none of them can be opened. */
  open(selection: Selection, signal: AbortSignal | undefined): Promise<readonly Summary[]>;
}

/** Where to read a repository from: at least one of the two. */
export interface RepositoryLocations {
  /** A published tree: `httpSource`, `directorySource`, `memorySource`, or your own. */
  readonly source?: Source;
  /** A copy made by `pull`: `directoryStore`, `memoryStore`, or your own. It is tried before the source. */
  readonly store?: Store;
}

/** Canonical bytes of buckets to keep open; decoded, they take about five times as much memory. */
const BUCKET_CACHE_BYTES = 2 * 1024 * 1024;

/** Creates the reader for one index. */
export async function openSummaries(
  signed: SignedIndex,
  { source, store }: RepositoryLocations,
): Promise<SummaryReader> {
  const cached: ReadonlySet<Digest> = store === undefined ? new Set() : await listCachedSummaries(store);
  const buckets: BucketCache = new BoundedMap(BUCKET_CACHE_BYTES);
  const openOne = shareWork(async (entry: SummaryEntry, signal): Promise<Summary> => {
    if (store !== undefined && cached.has(entry.sha256)) return openStoredSummary(store, entry, buckets);
    if (source !== undefined) return openRemoteSummary(source, entry, buckets, signal);
    throw new RepomillError(
      'not-found',
      `summary ${formatSummaryName(entry)}: not cached, and no source to fetch it from`,
    );
  });
  const entries = signed.summaries.filter((entry) => source !== undefined || cached.has(entry.sha256));
  return {
    entries,
    isCached: (sha256) => cached.has(sha256),
    open: async (selection, signal) =>
      Promise.all(selectSummaries(entries, selection, signed.summaries).map((entry) => openOne(entry, signal))),
  };
}
