/** The audit of a native tree: every digest, every delta, every path, and every state that a client can be in. FORMAT.md. */

import type { Leftover } from '../../../audit/audit-leftovers.ts';
import { auditPackageFiles } from '../../../audit/audit-package-files.ts';
import { check, expect, type Finding, type ReadFile } from '../../../audit/findings.ts';
import { detailsEntryOf } from '../../../client/details.ts';
import { fetchNamed } from '../../../client/fetch/fetch-verified.ts';
import { applyDelta } from '../../../delta/apply-delta.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { type NamedFile, namedFileOf } from '../../../model/package-file.ts';
import type { PackageRecord } from '../../../model/record.ts';
import type { Source } from '../../../model/source.ts';
import { isVersionOrderName } from '../../../model/versions/version-order.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { Audit, Auditor, AuditRequest } from '../../layout.ts';
import {
  COMBINED_PATH,
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  packageListPath,
  parseTreePath,
  summaryPath,
} from '../format/paths.ts';
import { decodeIndex, type HistoryEntry, type SignedIndex, type SummaryEntry } from '../format/repository-index.ts';
import { ArchAllAudit, archAllFirst } from './audit-arch-all.ts';
import { auditCombined, auditDetailsFile, auditDictionary } from './audit-details.ts';
import { auditSummary } from './audit-summary.ts';
import { replayClient } from './replay-clients.ts';

interface NativeAudit {
  readonly source: Source;
  readonly signal: AbortSignal | undefined;
  readonly signed: SignedIndex;
  readonly read: ReadFile;
  readonly findings: Finding[];
  /** Sizes of the details that records name, by digest; undefined if no record says one that clients accept. */
  readonly details: Map<Digest, number | undefined>;
  /** The files that records name by path, as the records say. */
  readonly files: Map<string, NamedFile>;
  /** `name version` of every record, if there is a combined file to compare with. */
  readonly known: Set<string>;
  readonly archAll: ArchAllAudit;
  readonly counts: { deltas: number; details: number; clients: number };
}

/** Audits native trees. */
export const nativeAuditor: Auditor = { audit: auditNative };

/** Throws only if the index cannot be decoded: nothing follows from it then. */
async function auditNative(request: AuditRequest): Promise<Audit> {
  const { source, entryPoint, progress, signal } = request;
  const read: ReadFile = async (path, maxBytes) => {
    return (await fetchNamed(source, path, { maxBytes, ...defined({ signal }) })).bytes;
  };
  const { signed } = decodeIndex(entryPoint.bytes);
  const counts = { deltas: 0, details: 0, clients: 0 };
  const audit: NativeAudit = {
    source,
    signal,
    signed,
    read,
    findings: [],
    details: new Map(),
    files: new Map(),
    known: new Set(),
    archAll: new ArchAllAudit(),
    counts,
  };
  // Bytes are small steps, where one of a few summaries may take a minute.
  progress.start(
    'checking',
    signed.summaries.reduce((sum, entry) => sum + workOn(entry), 0),
    'bytes',
  );
  let isWhole = true;
  for (const entry of archAllFirst(signed.summaries)) {
    let done = 0;
    const advance = (bytes: number): void => {
      done += bytes;
      progress.advance(bytes);
    };
    isWhole = (await auditEntry(entry, audit, advance)) && isWhole;
    // What a damaged summary leaves out is done, too.
    progress.advance(workOn(entry) - done);
  }
  if (audit.details.size > 0) progress.start('checking', audit.details.size, 'files');
  await auditDetails(audit, () => progress.advance(1));
  await auditCombinedFile(audit, isWhole);
  const { packageFiles } = signed;
  const list = packageFiles && { path: packageListPath(packageFiles.sha256), ...packageFiles };
  const packages = await auditPackageFiles({ ...audit, list }, request);
  const details = [...audit.details.keys()].map((digest) => detailsPath(digest, signed.dictionary?.sha256));
  return {
    report: {
      layout: 'native',
      findings: audit.findings,
      remarks: [...remarksOn(signed), ...packages.remarks],
      counts: {
        summaries: signed.summaries.length,
        packages: signed.summaries.reduce((sum, entry) => sum + (entry.subset === undefined ? entry.packages : 0), 0),
        ...counts,
        ...packages.counts,
      },
      state: defined({ version: signed.version, versions: signed.versions }),
    },
    reached: new Set([...pathsOf(signed), ...details, ...packages.reached, ...audit.files.keys()]),
    // A summary that could not be read may name any details.
    leftover: async (path) => (isWhole || parseTreePath(path)?.kind !== 'details' ? LEFTOVER : undefined),
  };
}

// A newer version of repomill may know more orders.
function remarksOn({ versions }: SignedIndex): readonly Finding[] {
  if (versions === undefined || isVersionOrderName(versions)) return [];
  return [{ path: INDEX_PATH, message: `versions: unknown order ${JSON.stringify(versions)}` }];
}

const LEFTOVER: Leftover = { message: 'nothing refers to it: the next build will remove it', isProblem: false };

/** The paths that an index leads to by itself: everything except details, which the summaries name. */
function pathsOf({ summaries, dictionary, combined }: SignedIndex): readonly string[] {
  return [
    INDEX_PATH,
    ...summaries.flatMap(({ sha256: newest, history }) => [
      summaryPath(newest),
      ...history.flatMap((old) => [summaryPath(old.sha256), deltaPath(old.sha256, newest)]),
    ]),
    ...(dictionary === undefined ? [] : [dictionaryPath(dictionary.sha256)]),
    ...(combined === undefined ? [] : [COMBINED_PATH]),
  ];
}

/** The bytes of a summary that its audit goes through: its own, those of each client, and those of each delta's result. */
function workOn({ size, history }: SummaryEntry): number {
  return size * (3 + 2 * history.length);
}

/**
 * Audits a summary and its history. Resolves to whether all of its records could be read.
 *
 * @param advance - called with the bytes that were gone through
 */
async function auditEntry(entry: SummaryEntry, audit: NativeAudit, advance: (bytes: number) => void): Promise<boolean> {
  const { findings, read, signed, source, signal, counts } = audit;
  const fingerprint = await loadFingerprint();
  const path = summaryPath(entry.sha256);
  const audited = await check(path, findings, async () =>
    auditSummary(await read(path, entry.storedSize), entry, fingerprint, advance),
  );
  if (audited === undefined) return false;
  noteRecords(path, audited.records, audit);
  await check(path, findings, async () => audit.archAll.check(entry, audited.records));
  const replay = async (state: Parameters<typeof replayClient>[0]): Promise<void> => {
    await check(path, findings, () => replayClient(state, entry, signed, source, signal));
    counts.clients++;
    advance(entry.size);
  };
  await replay(undefined);
  await replay({ sha256: entry.sha256, canonical: audited.canonical });
  for (const old of entry.history) {
    const delta = deltaPath(old.sha256, entry.sha256);
    const older = summaryPath(old.sha256);
    const canonical = await check(older, findings, () => auditOlderSummary(old, read));
    if (canonical === undefined) continue;
    await check(delta, findings, () => auditDelta(old, canonical, entry, read));
    counts.deltas++;
    advance(entry.size);
    await replay({ sha256: old.sha256, canonical });
  }
  return true;
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

/** Notes what records lead to. What clients refuse of their details is one finding, however many records have it. */
function noteRecords(path: string, records: readonly PackageRecord[], audit: NativeAudit): void {
  const refused: RepomillError[] = [];
  for (const record of records) {
    const file = namedFileOf(record);
    if (file !== undefined) audit.files.set(file.path, file);
    if (audit.signed.combined !== undefined) audit.known.add(`${record.name} ${record.version}`);
    try {
      const entry = detailsEntryOf(record);
      if (entry !== undefined) audit.details.set(entry.sha256, entry.size);
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      const { details } = record;
      if (isDigest(details) && !audit.details.has(details)) audit.details.set(details, undefined);
      refused.push(error);
    }
  }
  const [first, ...others] = refused;
  if (first === undefined) return;
  const count = others.length === 1 ? '1 other record' : `${others.length} other records`;
  const also = others.length === 0 ? '' : ` (also in ${count})`;
  audit.findings.push({ path, message: `${first.message}${also}` });
}

async function auditDetails(
  { signed, details, findings, read, counts }: NativeAudit,
  advance: () => void,
): Promise<void> {
  const entry = signed.dictionary;
  let dictionary: { sha256: Digest; bytes: Uint8Array } | undefined;
  if (entry !== undefined) {
    const bytes = await check(dictionaryPath(entry.sha256), findings, () => auditDictionary(entry, read));
    // Without it no details can be unpacked, which is no fault of theirs.
    if (bytes === undefined) return;
    dictionary = { sha256: entry.sha256, bytes };
  }
  for (const [digest, size] of details) {
    advance();
    if (size === undefined) continue;
    const path = detailsPath(digest, dictionary?.sha256);
    await check(path, findings, () => auditDetailsFile(digest, size, dictionary, read));
    counts.details++;
  }
}

async function auditCombinedFile(
  { signed: { combined }, known, findings, read }: NativeAudit,
  isWhole: boolean,
): Promise<void> {
  if (combined === undefined) return;
  await check(COMBINED_PATH, findings, () => auditCombined(combined, isWhole ? known : undefined, read));
}
