/**
 * The summaries of one index, opened when they are first needed: from the store where it holds them, else from the source.
 */
import { RepomillError } from '../../errors.ts';
import type { SignedIndex, SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { listCachedSummaries } from '../pull/cached-state.ts';
import { formatSummaryName, type Selection, selectSummaries } from '../selection.ts';
import { bucketCache } from './bucket-cache.ts';
import { openRemoteSummary } from './open-remote-summary.ts';
import { openStoredSummary, type Summary } from './open-summary.ts';

/** Opens summaries. */
export interface SummaryShelf {
  /** The entries of the index whose summaries can be opened. */
  readonly entries: readonly SummaryEntry[];
  /** Whether the store holds a summary. */
  isCached(sha256: Digest): boolean;
  /** Opens what a choice means. Throws a not-found error where that is not within reach. */
  open(selection: Selection): Promise<readonly Summary[]>;
}

/** Where summaries may be read from; at least one. */
export interface Places {
  readonly source?: Source;
  readonly store?: Store;
}

/** A shelf for one index. */
export async function summaryShelf(signed: SignedIndex, { source, store }: Places): Promise<SummaryShelf> {
  const cached: ReadonlySet<Digest> = store === undefined ? new Set() : await listCachedSummaries(store);
  const buckets = bucketCache();
  const opened = new Map<Digest, Promise<Summary>>();
  const openFresh = async (entry: SummaryEntry): Promise<Summary> => {
    if (store !== undefined && cached.has(entry.sha256)) return openStoredSummary(store, entry, buckets);
    if (source !== undefined) return openRemoteSummary(source, entry, buckets);
    throw new RepomillError('not-found', `summary ${formatSummaryName(entry)}: not cached, and there is no source`);
  };
  const open = (entry: SummaryEntry): Promise<Summary> => {
    const known = opened.get(entry.sha256) ?? openFresh(entry);
    opened.set(entry.sha256, known);
    // A failure is not remembered: the next call tries again.
    known.catch(() => opened.delete(entry.sha256));
    return known;
  };
  const entries = signed.summaries.filter((entry) => source !== undefined || cached.has(entry.sha256));
  return {
    entries,
    isCached: (sha256) => cached.has(sha256),
    open: async (selection) => Promise.all(selectSummaries(entries, selection).map(open)),
  };
}
