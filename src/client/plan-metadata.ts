/**
 * Plans the downloads that bring a store up to date, from the index alone. Cheapest first: a cached summary costs nothing,
 * then one delta from the newest cached version, then the whole file.
 */
import { deltaPath, summaryPath } from '../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import type { Digest } from '../model/digest.ts';
import { type Size, type Total, totalOf } from './size.ts';

/** How one summary is brought up to date. `path` is in the published tree; `bytes` is the size of the download. */
export type SummaryStep =
  | { readonly how: 'cached'; readonly path: string; readonly bytes: 0 }
  | { readonly how: 'delta'; readonly path: string; readonly bytes: number; readonly from: Digest }
  | { readonly how: 'full'; readonly path: string; readonly bytes: number };

/** The cost of updating the metadata. */
export interface MetadataPlan {
  /** Bytes of the index; unknown without a source to ask. */
  readonly index: Size;
  /** One step for each summary. */
  readonly summaries: readonly SummaryStep[];
  readonly total: Total;
}

/** Plans the summaries of an index from what is cached. */
export function planMetadata(index: Size, entries: readonly SummaryEntry[], cached: ReadonlySet<Digest>): MetadataPlan {
  const summaries = entries.map((entry) => planSummary(entry, cached));
  // Without a source there is no index to fetch.
  const sizes = [...(index === 'unknown' ? [] : [index]), ...summaries.map(({ bytes }) => bytes)];
  return { index, summaries, total: totalOf(sizes) };
}

/** Plans the cheapest step for one summary. */
export function planSummary(entry: SummaryEntry, cached: ReadonlySet<Digest>): SummaryStep {
  const path = summaryPath(entry.sha256);
  if (cached.has(entry.sha256)) return { how: 'cached', path, bytes: 0 };
  const ancestor = entry.history.find((older) => cached.has(older.sha256));
  if (ancestor === undefined || ancestor.deltaSize >= entry.storedSize) {
    return { how: 'full', path, bytes: entry.storedSize };
  }
  const { sha256: from, deltaSize: bytes } = ancestor;
  return { how: 'delta', path: deltaPath(from, entry.sha256), bytes, from };
}
