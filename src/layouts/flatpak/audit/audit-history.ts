/**
 * The audit of a summary's history: every older version is there, and a client that has any of them gets to the newest, with the
 * delta and without it.
 */

import { check, expect, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/buffer.ts';
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import type { IndexEntry } from '../format/summary-index.ts';
import type { AuditedFlatpakSummary } from './audit-summary.ts';
import { replayFlatpakClient, type Unpack } from './replay-client.ts';
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
    if (bytes === undefined) throw new RepomillError('not-found', 'expected a file, found none', { path });
    return bytes;
  };
}
