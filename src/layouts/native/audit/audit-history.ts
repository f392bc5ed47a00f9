/** The audit of a summary's history: every delta is applied to the older summary that it starts from. FORMAT.md, section "Deltas". */

import { expect } from '../../../audit/findings.ts';
import type { ReadFile } from '../../../audit/read-file.ts';
import { applyDelta } from '../../../delta/apply-delta.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { deltaPath, summaryPath } from '../format/paths.ts';
import type { HistoryEntry, SummaryEntry } from '../format/repository-index.ts';

/**
 * Audits a delta. Throws an integrity error unless it gives the newest summary.
 *
 * @param before - canonical bytes of the older summary
 */
export async function auditDelta(
  old: HistoryEntry,
  before: Uint8Array,
  entry: SummaryEntry,
  read: ReadFile,
): Promise<void> {
  const delta = await read(deltaPath(old.sha256, entry.sha256), old.deltaSize);
  expect('size', old.deltaSize, delta.length);
  expect('SHA-256 of the result', entry.sha256, await sha256(applyDelta(before, delta, entry.size)));
}

/** The canonical bytes of an older summary. Throws an integrity error unless they have its digest. */
export async function auditOlderSummary(old: HistoryEntry, read: ReadFile): Promise<Uint8Array> {
  const stored = await read(summaryPath(old.sha256), MAX_SUMMARY_SIZE);
  const canonical = gunzipStrictly(stored, MAX_SUMMARY_SIZE);
  expect('SHA-256', old.sha256, await sha256(canonical));
  return canonical;
}
