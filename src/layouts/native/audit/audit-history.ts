/**
 * The audit of a summary's history: every delta is applied to the older summary that it starts from.
 */

import { expect } from '../../../audit/findings.ts';
import type { ReadFile } from '../../../audit/read-file.ts';
import { applyDelta } from '../../../delta/apply-delta.ts';
import { RepomillError } from '../../../errors.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { deltaPath, summaryPath } from '../format/paths.ts';
import type { HistoryEntry, SummaryEntry } from '../format/repository-index.ts';

/** Applies the delta from an older summary, of which these are the canonical bytes. */
export async function auditDelta(
  old: HistoryEntry,
  before: Uint8Array,
  entry: SummaryEntry,
  read: ReadFile,
): Promise<void> {
  const path = deltaPath(old.sha256, entry.sha256);
  const delta = await read(path, old.deltaSize);
  expect(`${path}: size`, old.deltaSize, delta.length);
  const after = applyDelta(before, delta, entry.size);
  if ((await sha256(after)) !== entry.sha256) {
    throw new RepomillError('integrity', `${path}: applying it does not give ${entry.sha256}`);
  }
}

/** The canonical bytes of an older summary, found right. */
export async function auditOldSummary(old: HistoryEntry, read: ReadFile): Promise<Uint8Array> {
  const path = summaryPath(old.sha256);
  const canonical = gunzipStrictly(await read(path, MAX_SUMMARY_SIZE), MAX_SUMMARY_SIZE);
  expect(`${path}: SHA-256`, old.sha256, await sha256(canonical));
  return canonical;
}
