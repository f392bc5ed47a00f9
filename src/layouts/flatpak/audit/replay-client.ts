/**
 * What the unmodified flatpak client does to have the newest summary (flatpak 1.14, `flatpak-dir.c`): take it from its cache,
 * else a delta from the first older version that it has, else all of it.
 */
import { messageOf, RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import { applySummaryDelta } from '../format/summary-delta.ts';
import { type IndexEntry, parseSummaryName, summaryName } from '../format/summary-index.ts';

/** What a client asks for, and what it has. */
export interface Client {
  readonly arch: string;
  readonly subset?: string;
  /** Summaries in its cache, uncompressed. */
  readonly cache: ReadonlyMap<Digest, Uint8Array>;
}

/** The content of a gzip file of the tree; throws where the host does not have it or it is broken. */
export type Unpack = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** How a client ended. */
export interface Replayed {
  readonly bytes: Uint8Array;
  readonly how: 'cached' | 'delta' | 'full';
  /** Why a delta was of no use. */
  readonly fallback?: string;
}

/**
 * Takes a client to the newest summary. Throws where it ends in an error: no such summary, or a whole file that is missing or
 * wrong.
 */
export async function replayClient(
  client: Client,
  summaries: readonly IndexEntry[],
  unpack: Unpack,
): Promise<Replayed> {
  const { arch, subset, cache } = client;
  // The client goes through all names, and splits each.
  const entry = summaries.find(({ name }) => {
    const found = parseSummaryName(name);
    return found.arch === arch && found.subset === subset;
  });
  if (entry === undefined) throw new RepomillError('integrity', `clients find no ${summaryName(arch, subset)}`);
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
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return { bytes: await fetchWhole(entry, unpack), how: 'full', fallback: messageOf(error) };
  }
}

async function fetchWhole({ sha256 }: IndexEntry, unpack: Unpack): Promise<Uint8Array> {
  const path = flatpakSummaryPath(sha256);
  const bytes = await unpack(path, MAX_SUMMARY_SIZE);
  if (digestOf(bytes) === sha256) return bytes;
  throw new RepomillError('integrity', `${path}: expected the bytes of its digest, found others`);
}
