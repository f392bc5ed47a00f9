/**
 * The audit of a summary's history: every older version is there, and every client that has one ends with the newest: by its
 * delta, and without the delta too.
 */

import { check, expect, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/buffer.ts';
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import type { IndexEntry } from '../format/summary-index.ts';
import type { AuditedSummary } from './audit-summary.ts';
import { replayClient, type Unpack } from './replay-client.ts';
import type { TreeFiles } from './tree-files.ts';

/** What was done. */
export interface HistoryCounts {
  readonly deltas: number;
  /** Client states that were taken to the newest one. */
  readonly clients: number;
}

/** Audits the history of a summary that was found right. */
export async function auditHistory(
  summary: AuditedSummary,
  summaries: readonly IndexEntry[],
  files: TreeFiles,
  findings: Finding[],
): Promise<HistoryCounts> {
  const { entry, path, bytes } = summary;
  // The newest was read before: it is not fetched again for each client.
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
    const replayed = await check(delta, findings, () => replayClient({ ...summary, cache }, summaries, unpack));
    if (replayed?.fallback !== undefined)
      findings.push({ path: delta, message: withoutPath(replayed.fallback, delta) });
    deltas++;
    if (deltas > 1) continue;
    states.push([`${digest} and no delta`, cache, faulty(unpack, delta, () => undefined)]);
    states.push([`${digest} and a cut delta`, cache, faulty(unpack, delta, (whole) => whole.subarray(0, -1))]);
  }
  for (const [state, cache, get] of states) {
    await check(path, findings, async () => {
      const replayed = await replayClient({ ...summary, cache }, summaries, get);
      if (!equalBytes(replayed.bytes, bytes)) {
        throw new RepomillError('integrity', `a client with ${state} does not end with the newest`);
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
    if (bytes === undefined) throw new RepomillError('not-found', `${path}: expected a file, found none`);
    return bytes;
  };
}

function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}
