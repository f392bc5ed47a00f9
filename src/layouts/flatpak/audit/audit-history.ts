/**
 * The audit of a summary's history: every older version is there, and a client that has any of them gets to the newest, with the
 * delta and without it.
 */

import { check, expect, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/node-bytes.ts';
import { missingFile, RepomillError, wrongBytes } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import { applySummaryDelta } from '../format/summary-delta.ts';
import { type EntryName, formatEntryName, type IndexEntry, parseEntryName } from '../format/summary-index.ts';
import type { AuditedFlatpakSummary } from './audit-summary.ts';
import type { TreeFiles } from './tree-files.ts';

/** How much was checked. */
export interface HistoryCounts {
  readonly deltas: number;
  /** Client states that were brought to the newest version. */
  readonly clients: number;
}

/** Audits the history of a summary that was read without errors. */
export async function auditHistory(
  summary: AuditedFlatpakSummary,
  summaries: readonly IndexEntry[],
  files: TreeFiles,
  findings: Finding[],
): Promise<HistoryCounts> {
  const { entry, path, bytes } = summary;
  // The newest version was read already, and is not fetched again for each client.
  const unpack: Unpack = async (wanted, maxBytes) => (wanted === path ? bytes : files.unpack(wanted, maxBytes));
  const states: (readonly [state: string, cache: ReadonlyMap<Digest, Uint8Array>, unpack: Unpack])[] = [
    ['nothing', new Map(), unpack],
    ['the newest', new Map([[entry.sha256, bytes]]), unpack],
  ];
  let deltas = 0;
  for (const digest of entry.history) {
    const older = flatpakSummaryPath(digest);
    const old = await check(older, findings, () => readOlder(digest, files));
    if (old === undefined) continue;
    const cache = new Map([[digest, old]]);
    const delta = summaryDeltaPath(digest, entry.sha256);
    await check(delta, findings, async () => {
      const { fallback } = await replayFlatpakClient({ ...summary, cache }, summaries, unpack);
      if (fallback !== undefined) throw fallback;
    });
    deltas++;
    if (deltas > 1) continue;
    states.push([`${digest} and no delta`, cache, faulty(unpack, delta, () => undefined)]);
    states.push([`${digest} and a cut delta`, cache, faulty(unpack, delta, (whole) => whole.subarray(0, -1))]);
  }
  for (const [state, cache, get] of states) {
    await check(path, findings, async () => {
      const replayed = await replayFlatpakClient({ ...summary, cache }, summaries, get);
      if (!equalBytes(replayed.bytes, bytes)) {
        throw new RepomillError('integrity', `a client with ${state} does not get to the newest version`);
      }
    });
  }
  return { deltas, clients: deltas + states.length };
}

async function readOlder(digest: Digest, files: TreeFiles): Promise<Uint8Array> {
  const bytes = await files.unpack(flatpakSummaryPath(digest), MAX_SUMMARY_SIZE);
  expect('SHA-256', digest, digestOf(bytes));
  return bytes;
}

function faulty(unpack: Unpack, path: string, harm: (bytes: Uint8Array) => Uint8Array | undefined): Unpack {
  return async (wanted, maxBytes) => {
    if (wanted !== path) return unpack(wanted, maxBytes);
    const bytes = harm(await unpack(wanted, maxBytes));
    if (bytes === undefined) throw missingFile(path);
    return bytes;
  };
}

/** The summary that a client wants, and those that it has. */
interface FlatpakClient extends EntryName {
  /** Summaries in its cache, uncompressed. */
  readonly cache: ReadonlyMap<Digest, Uint8Array>;
}

/** The content of a gzip file of the tree; throws if the host does not have it or it is broken. */
type Unpack = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** How a client got its summary. */
interface ReplayedClient {
  readonly bytes: Uint8Array;
  readonly how: 'cached' | 'delta' | 'full';
  /** Why a delta could not be used. */
  readonly fallback?: RepomillError;
}

/**
 * Takes a client to the newest summary, as the unmodified flatpak client does it (flatpak 1.14, `flatpak-dir.c`): it takes it from
 * its cache, or applies a delta from the first older version that it has, or downloads it whole. Throws if the client would end in an error: there is no such summary, or the whole file is
 * missing or wrong.
 */
async function replayFlatpakClient(
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
    if (!(fallback instanceof RepomillError) || fallback.code === 'interrupted') throw fallback;
    return { bytes: await fetchWhole(entry, unpack), how: 'full', fallback };
  }
}

async function fetchWhole({ sha256 }: IndexEntry, unpack: Unpack): Promise<Uint8Array> {
  const path = flatpakSummaryPath(sha256);
  const bytes = await unpack(path, MAX_SUMMARY_SIZE);
  if (digestOf(bytes) === sha256) return bytes;
  throw wrongBytes(path);
}
