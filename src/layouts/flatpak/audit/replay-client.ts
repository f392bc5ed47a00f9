/**
 * What the unmodified flatpak client does to get the newest summary (flatpak 1.14, `flatpak-dir.c`): it takes it from its cache,
 * or applies a delta from the first older version that it has, or downloads it whole.
 */
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import { applySummaryDelta } from '../format/summary-delta.ts';
import { type EntryName, formatEntryName, type IndexEntry, parseEntryName } from '../format/summary-index.ts';

/** The summary that a client wants, and those that it has. */
export interface FlatpakClient extends EntryName {
  /** Summaries in its cache, uncompressed. */
  readonly cache: ReadonlyMap<Digest, Uint8Array>;
}

/** The content of a gzip file of the tree; throws if the host does not have it or it is broken. */
export type Unpack = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** How a client got its summary. */
export interface ReplayedClient {
  readonly bytes: Uint8Array;
  readonly how: 'cached' | 'delta' | 'full';
  /** Why a delta could not be used. */
  readonly fallback?: RepomillError;
}

/**
 * Takes a client to the newest summary. Throws if the client would end in an error: there is no such summary, or the whole file is
 * missing or wrong.
 */
export async function replayFlatpakClient(
  client: FlatpakClient,
  summaries: readonly IndexEntry[],
  unpack: Unpack,
): Promise<ReplayedClient> {
  const { arch, subset, cache } = client;
  // The client goes through all names, and splits each.
  const entry = summaries.find(({ name }) => {
    const found = parseEntryName(name);
    return found.arch === arch && found.subset === subset;
  });
  if (entry === undefined) throw new RepomillError('integrity', `clients find no ${formatEntryName(arch, subset)}`);
  const current = cache.get(entry.sha256);
  if (current !== undefined && digestOf(current) === entry.sha256) return { bytes: current, how: 'cached' };
  const from = entry.history.find((digest) => cache.has(digest));
  const old = from && cache.get(from);
  if (from === undefined || old === undefined) return { bytes: await fetchWhole(entry, unpack), how: 'full' };
  try {
    const delta = await unpack(summaryDeltaPath(from, entry.sha256), MAX_SUMMARY_SIZE);
    const bytes = applySummaryDelta(old, delta, MAX_SUMMARY_SIZE);
    if (digestOf(bytes) === entry.sha256) return { bytes, how: 'delta' };
    throw new RepomillError('integrity', `applying it does not give ${entry.sha256}`);
  } catch (fallback) {
    if (!(fallback instanceof RepomillError)) throw fallback;
    return { bytes: await fetchWhole(entry, unpack), how: 'full', fallback };
  }
}

async function fetchWhole({ sha256 }: IndexEntry, unpack: Unpack): Promise<Uint8Array> {
  const path = flatpakSummaryPath(sha256);
  const bytes = await unpack(path, MAX_SUMMARY_SIZE);
  if (digestOf(bytes) === sha256) return bytes;
  throw new RepomillError('integrity', 'expected the bytes of its digest, found others', { path });
}
