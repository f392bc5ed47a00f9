/** The audit of a native tree: every digest, every delta, every path, and every state that a client can be in. FORMAT.md. */

import { check, expect, type Finding, type ReadFile } from '../../../audit/findings.ts';
import { fetchNamed } from '../../../client/fetch/fetch-verified.ts';
import { applyDelta } from '../../../delta/apply-delta.ts';
import { defined } from '../../../model/defined.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import type { PackageRecord } from '../../../model/record.ts';
import type { Source } from '../../../model/source.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { Audit, Auditor, AuditRequest } from '../../layout.ts';
import { COMBINED_PATH, deltaPath, detailsPath, dictionaryPath, INDEX_PATH, summaryPath } from '../format/paths.ts';
import { decodeIndex, type HistoryEntry, type SignedIndex, type SummaryEntry } from '../format/repository-index.ts';
import { auditCombined, auditDetailsFile, auditDictionary } from './audit-details.ts';
import { auditSummary } from './audit-summary.ts';
import { replayClient } from './replay-clients.ts';

interface NativeAudit {
  readonly source: Source;
  readonly signed: SignedIndex;
  readonly read: ReadFile;
  readonly findings: Finding[];
  /** Paths that the index reaches. */
  readonly reached: Set<string>;
  /** Sizes of the details that records name, by digest. */
  readonly details: Map<Digest, number>;
  /** `name version` of every record, if there is a combined file to compare with. */
  readonly known: Set<string>;
  readonly counts: { deltas: number; details: number; clients: number };
}

/** Audits native trees. */
export const nativeAuditor: Auditor = { audit: auditNative };

/** Throws only if the index cannot be decoded: nothing follows from it then. */
async function auditNative({ source, entryPoint, progress, signal }: AuditRequest): Promise<Audit> {
  const read: ReadFile = async (path, maxBytes) => {
    return (await fetchNamed(source, path, { maxBytes, ...defined({ signal }) })).bytes;
  };
  const { signed } = decodeIndex(entryPoint.bytes);
  const counts = { deltas: 0, details: 0, clients: 0 };
  const reached = new Set([INDEX_PATH]);
  const audit: NativeAudit = {
    source,
    signed,
    read,
    findings: [],
    reached,
    details: new Map(),
    known: new Set(),
    counts,
  };
  progress.start('checking', signed.summaries.length, 'summaries');
  for (const entry of signed.summaries) {
    await auditEntry(entry, audit);
    progress.advance(1);
  }
  await auditDetails(audit);
  await auditCombinedFile(audit);
  return {
    report: {
      layout: 'native',
      findings: audit.findings,
      remarks: [],
      counts: {
        summaries: signed.summaries.length,
        packages: signed.summaries.reduce((sum, entry) => sum + (entry.subset === undefined ? entry.packages : 0), 0),
        ...counts,
      },
      state: { version: signed.version },
    },
    reached,
    leftover: async () => 'nothing refers to it: the next build will remove it',
  };
}

async function auditEntry(entry: SummaryEntry, audit: NativeAudit): Promise<void> {
  const { findings, reached, read, signed, source, counts } = audit;
  const fingerprint = await loadFingerprint();
  const path = summaryPath(entry.sha256);
  reached.add(path);
  const audited = await check(path, findings, async () =>
    auditSummary(await read(path, entry.storedSize), entry, fingerprint),
  );
  if (audited === undefined) return;
  for (const record of audited.records) noteRecord(record, audit);
  const replay = async (state: Parameters<typeof replayClient>[0]): Promise<void> => {
    await check(path, findings, () => replayClient(state, entry, signed, source));
    counts.clients++;
  };
  await replay(undefined);
  await replay({ sha256: entry.sha256, canonical: audited.canonical });
  for (const old of entry.history) {
    const delta = deltaPath(old.sha256, entry.sha256);
    const older = summaryPath(old.sha256);
    reached.add(delta).add(older);
    const canonical = await check(older, findings, () => auditOlderSummary(old, read));
    if (canonical === undefined) continue;
    await check(delta, findings, () => auditDelta(old, canonical, entry, read));
    counts.deltas++;
    await replay({ sha256: old.sha256, canonical });
  }
}

/**
 * Audits a delta. Throws an integrity error unless it gives the newest summary.
 *
 * @param before - canonical bytes of the older summary
 */
async function auditDelta(old: HistoryEntry, before: Uint8Array, entry: SummaryEntry, read: ReadFile): Promise<void> {
  const delta = await read(deltaPath(old.sha256, entry.sha256), old.deltaSize);
  expect('size', old.deltaSize, delta.length);
  expect('SHA-256 of the result', entry.sha256, await sha256(applyDelta(before, delta, entry.size)));
}

/** The canonical bytes of an older summary. Throws an integrity error unless they have its digest. */
async function auditOlderSummary(old: HistoryEntry, read: ReadFile): Promise<Uint8Array> {
  const stored = await read(summaryPath(old.sha256), MAX_SUMMARY_SIZE);
  const canonical = gunzipStrictly(stored, MAX_SUMMARY_SIZE);
  expect('SHA-256', old.sha256, await sha256(canonical));
  return canonical;
}

function noteRecord({ name, version, details, detailsSize }: PackageRecord, audit: NativeAudit): void {
  if (isDigest(details) && typeof detailsSize === 'number') audit.details.set(details, detailsSize);
  if (audit.signed.combined !== undefined) audit.known.add(`${name} ${version}`);
}

async function auditDetails({ signed, details, findings, reached, read, counts }: NativeAudit): Promise<void> {
  const entry = signed.dictionary;
  let dictionary: { sha256: Digest; bytes: Uint8Array } | undefined;
  if (entry !== undefined) {
    const path = dictionaryPath(entry.sha256);
    reached.add(path);
    const bytes = await check(path, findings, () => auditDictionary(entry, read));
    if (bytes === undefined) return;
    dictionary = { sha256: entry.sha256, bytes };
  }
  for (const [digest, size] of details) {
    const path = detailsPath(digest, dictionary?.sha256);
    reached.add(path);
    await check(path, findings, () => auditDetailsFile(digest, size, dictionary, read));
    counts.details++;
  }
}

async function auditCombinedFile({ signed, known, findings, reached, read }: NativeAudit): Promise<void> {
  const { combined } = signed;
  if (combined === undefined) return;
  reached.add(COMBINED_PATH);
  await check(COMBINED_PATH, findings, () => auditCombined(combined, known, read));
}
