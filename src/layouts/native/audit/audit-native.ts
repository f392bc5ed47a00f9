/**
 * The audit of the native layout: every digest, every delta, every path, and every state that a client can be in.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import type { ReadFile } from '../../../audit/read-file.ts';
import { fetchNamed } from '../../../client/fetch/fetch-verified.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import type { Reporter } from '../../../model/progress.ts';
import type { PackageRecord } from '../../../model/record.ts';
import type { Source } from '../../../model/source.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import {
  COMBINED_PATH,
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  parseTreePath,
  summaryPath,
} from '../format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../format/repository-index.ts';
import { decodeIndex } from '../format/repository-index.ts';
import { auditCombined, auditDetailsFile, auditDictionary } from './audit-details.ts';
import { auditDelta, auditOldSummary } from './audit-history.ts';
import { auditSummary } from './audit-summary.ts';
import { replayClient } from './replay-clients.ts';

/** A tree to audit. */
export interface NativeRequest {
  readonly source: Source;
  /** `index.json`. */
  readonly index: Uint8Array;
  /** Every path of the tree; empty where it cannot be listed. */
  readonly paths: readonly string[];
  /** Paths that another layout of the tree answers for; undefined where there is no other. */
  readonly elsewhere: ReadonlySet<string> | undefined;
  readonly progress: Reporter;
}

/** What was checked of a native tree, and what was found wrong. */
export interface NativeReport {
  readonly version: number;
  readonly summaries: number;
  readonly packages: number;
  readonly deltas: number;
  readonly details: number;
  /** Client states that were taken to the newest one. */
  readonly clients: number;
  /** Everything that is wrong; empty for a tree that is right. */
  readonly findings: readonly Finding[];
  /** Paths that no version of the layout writes, where it is the only one of the tree: a host's own files, untouched by every build. */
  readonly foreign: readonly string[];
}

interface Audit {
  readonly source: Source;
  readonly signed: SignedIndex;
  readonly read: ReadFile;
  readonly findings: Finding[];
  /** Paths that the index reaches. */
  readonly reached: Set<string>;
  /** Sizes of the details that records name, by digest. */
  readonly details: Map<Digest, number>;
  /** `name version` of every record, where there is a combined file to compare with. */
  readonly known: Set<string>;
  readonly counts: { deltas: number; details: number; clients: number };
}

/** Audits a native tree. Throws only where the index cannot be read; all else is in the report. */
export async function verifyNative(request: NativeRequest): Promise<NativeReport> {
  const { source, index, paths, elsewhere, progress } = request;
  const read: ReadFile = async (path, maxBytes) => (await fetchNamed(source, path, { maxBytes })).bytes;
  const { signed } = decodeIndex(index);
  const counts = { deltas: 0, details: 0, clients: 0 };
  const reached = new Set([INDEX_PATH]);
  const audit: Audit = { source, signed, read, findings: [], reached, details: new Map(), known: new Set(), counts };
  progress.start('checking', signed.summaries.length, 'summaries');
  for (const entry of signed.summaries) {
    await auditEntry(entry, audit);
    progress.advance(1);
  }
  await auditDetails(audit);
  await auditCombinedFile(audit);
  const foreign = auditPaths(paths, elsewhere, audit);
  return {
    version: signed.version,
    summaries: signed.summaries.length,
    packages: signed.summaries.reduce((sum, entry) => sum + (entry.subset === undefined ? entry.packages : 0), 0),
    ...counts,
    findings: audit.findings,
    foreign,
  };
}

async function auditEntry(entry: SummaryEntry, audit: Audit): Promise<void> {
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
    const canonical = await check(older, findings, () => auditOldSummary(old, read));
    if (canonical === undefined) continue;
    await check(delta, findings, () => auditDelta(old, canonical, entry, read));
    counts.deltas++;
    await replay({ sha256: old.sha256, canonical });
  }
}

function noteRecord({ name, version, details, detailsSize }: PackageRecord, audit: Audit): void {
  if (isDigest(details) && typeof detailsSize === 'number') audit.details.set(details, detailsSize);
  if (audit.signed.combined !== undefined) audit.known.add(`${name} ${version}`);
}

async function auditDetails({ signed, details, findings, reached, read, counts }: Audit): Promise<void> {
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

async function auditCombinedFile({ signed, known, findings, reached, read }: Audit): Promise<void> {
  const { combined } = signed;
  if (combined === undefined) return;
  reached.add(COMBINED_PATH);
  await check(COMBINED_PATH, findings, () => auditCombined(combined, known, read));
}

/** Every path must be one that an index reaches, or a stranger's; gives the strangers' where this layout is alone. */
function auditPaths(
  paths: readonly string[],
  elsewhere: ReadonlySet<string> | undefined,
  { findings, reached }: Audit,
): readonly string[] {
  const foreign: string[] = [];
  for (const path of paths) {
    if (reached.has(path) || elsewhere?.has(path)) continue;
    if (parseTreePath(path) === undefined) foreign.push(path);
    else findings.push({ path, message: 'nothing reaches it: the next build will remove it' });
  }
  return elsewhere === undefined ? foreign : [];
}
