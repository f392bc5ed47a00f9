/**
 * The auditor: re-derives a published tree with the client's stages, and shares nothing with the generator but the format
 * and the model. Every digest, every delta, every path, and every state that a client can be in.
 */
import { fetchNamed } from './client/fetch-file.ts';
import { RepomillError } from './errors.ts';
import {
  COMBINED_PATH,
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  parseTreePath,
  summaryPath,
} from './format/paths.ts';
import { decodeIndex } from './format/repository-index.ts';
import { type Digest, isDigest } from './model/digest.ts';
import { MAX_INDEX_SIZE } from './model/limits.ts';
import { type Progress, silent } from './model/progress.ts';
import type { PackageRecord } from './model/record.ts';
import type { SignedIndex, SummaryEntry } from './model/repository-index.ts';
import type { Source } from './model/source.ts';
import { loadFingerprint } from './platform/fingerprint.ts';
import { auditCombined, auditDetailsFile, auditDictionary } from './verify/audit-details.ts';
import { auditDelta, auditOldSummary } from './verify/audit-history.ts';
import { auditSummary } from './verify/audit-summary.ts';
import { check, type Finding } from './verify/findings.ts';
import type { ReadFile } from './verify/read-file.ts';
import { replayClient } from './verify/replay-clients.ts';

/** What to verify. */
export interface VerifyRequest {
  readonly source: Source;
  /** Every path of the tree, where it can be listed: a directory can, a web host cannot. */
  readonly paths?: readonly string[];
  readonly progress?: Progress;
}

/** What was checked, and what was found wrong. */
export interface VerifyReport {
  readonly version: number;
  readonly summaries: number;
  readonly packages: number;
  readonly deltas: number;
  readonly details: number;
  /** Client states that were taken to the newest one. */
  readonly clients: number;
  /** Everything that is wrong; empty for a tree that is right. */
  readonly findings: readonly Finding[];
  /** Paths that no version of the layout writes: a host's own files, untouched by every build. */
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

/** Audits a published tree. Throws only where there is no index to start from; all else is in the report. */
export async function verify({ source, paths, progress = silent }: VerifyRequest): Promise<VerifyReport> {
  const read: ReadFile = async (path, maxBytes) => (await fetchNamed(source, path, { maxBytes })).bytes;
  const { signed } = decodeIndex(await readIndex(source));
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
  const foreign = auditPaths(paths ?? [], audit);
  return {
    version: signed.version,
    summaries: signed.summaries.length,
    packages: signed.summaries.reduce((sum, entry) => sum + (entry.subset === undefined ? entry.packages : 0), 0),
    ...counts,
    findings: audit.findings,
    foreign,
  };
}

async function readIndex(source: Source): Promise<Uint8Array> {
  const result = await source.fetch(INDEX_PATH, { maxBytes: MAX_INDEX_SIZE });
  if (result.kind === 'full') return result.bytes;
  throw new RepomillError('not-found', `${source.location}: no ${INDEX_PATH} there`);
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

/** Every path must be one that the index reaches, or a stranger's; resolves to the strangers'. */
function auditPaths(paths: readonly string[], { findings, reached }: Audit): readonly string[] {
  const foreign: string[] = [];
  for (const path of paths) {
    if (reached.has(path)) continue;
    if (parseTreePath(path) === undefined) foreign.push(path);
    else findings.push({ path, message: 'nothing reaches it: the next build will remove it' });
  }
  return foreign;
}
