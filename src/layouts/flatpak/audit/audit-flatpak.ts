/**
 * The audit of the flatpak layout: what flatpak's client fetches, compared with itself, with the repository that it was made from,
 * and with what that client would do. FLATPAK.md, "Verify". Shares facts with the generator (`format/`), and no decisions.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import { defined } from '../../../model/defined.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { StaticDelta } from '../../../ostree/delta-index.ts';
import { OBJECTS_PATH, REFS_PATH } from '../../../ostree/paths.ts';
import type { Audit, Auditor, AuditRequest } from '../../layout.ts';
import {
  flatpakSummaryPath,
  OLD_SUMMARY_PATH,
  parseFlatpakPath,
  SUMMARIES_PATH,
  SUMMARY_INDEX_PATH,
  summaryDeltaPath,
} from '../format/paths.ts';
import { type IndexEntry, parseSummaryIndex } from '../format/summary-index.ts';
import { auditCommits, chooseRefs } from './audit-commits.ts';
import { auditHistory } from './audit-history.ts';
import { auditConfig, auditIndex } from './audit-index.ts';
import { auditLeftover, keptDeltas } from './audit-leftovers.ts';
import { auditOldSummaryFile } from './audit-old-summary.ts';
import { auditRefs } from './audit-refs.ts';
import { auditSignatures } from './audit-signatures.ts';
import { auditDeltaIndex, auditDeltaIndexes, listStaticDeltas } from './audit-static-deltas.ts';
import { type AuditedFlatpakSummary, auditFlatpakSummary, type KnownRefs, unseenRefs } from './audit-summary.ts';
import { type ListedFiles, openListedFiles } from './listed-files.ts';
import type { PublishedRef } from './published-ref.ts';
import { TreeFiles } from './tree-files.ts';

interface FlatpakAudit extends AuditRequest {
  /** The files of the tree, if they can be listed; undefined for a web host. */
  readonly listed: ListedFiles | undefined;
  readonly files: TreeFiles;
  readonly config: Keyfile | undefined;
  readonly known: KnownRefs;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** Audits flatpak trees. Every ref is compared with its commit, or of a web host a sample of them. */
export const flatpakAuditor: Auditor = { audit: auditFlatpak };

async function auditFlatpak(request: AuditRequest): Promise<Audit> {
  const { source, entryPoint, keys } = request;
  const listed = await openListedFiles(source, request.signal);
  const findings: Finding[] = [];
  const remarks: Finding[] = [];
  const files = new TreeFiles(source, request.signal);
  const config = await auditConfig(files, findings);
  const audit: FlatpakAudit = { ...request, listed, files, config, known: new Map(), findings, remarks };
  const index = await check(SUMMARY_INDEX_PATH, findings, async () => parseSummaryIndex(entryPoint.bytes));
  const entries = index?.summaries ?? [];
  if (index !== undefined) await auditIndex(index, config, findings);
  if (index?.summaries.length === 0) {
    remarks.push({ path: SUMMARY_INDEX_PATH, message: 'lists no summaries: the repository is empty' });
  }
  const { summaries, deltas, clients } = await auditSummaries(entries, audit);
  const refs = [...audit.known.values()].map(({ ref }) => ref);
  // Nothing is reported twice of refs that could not be read.
  const isWhole = index !== undefined && summaries.length === entries.length;
  const commits = await auditFacts(refs, summaries, isWhole, audit);
  const staticDeltas = await auditStaticDeltas(refs, audit);
  const oldSummary = await check(OLD_SUMMARY_PATH, findings, () => files.find(OLD_SUMMARY_PATH, MAX_SUMMARY_SIZE));
  if (oldSummary !== undefined && isWhole) await auditOldSummaryFile(oldSummary, { ...audit, staticDeltas });
  const signatures = await auditSignatures({
    ...audit,
    index: entryPoint.bytes,
    publicKeys: keys,
    oldSummary,
    kept: await listSignatures(listed),
  });
  return {
    report: {
      layout: 'flatpak',
      findings,
      remarks,
      counts: {
        summaries: entries.length,
        refs: refs.length,
        commits,
        deltas,
        ...defined({ staticDeltas: staticDeltas?.length }),
        clients,
        ...signatures,
      },
      state: { lastModified: Number(index?.lastModified ?? 0n) },
    },
    reached: new Set([...entries.flatMap(pathsOf), ...(await keptDeltas(listed))]),
    leftover: (path) => auditLeftover(path, listed),
  };
}

interface AuditedSummaries {
  readonly summaries: readonly AuditedFlatpakSummary[];
  readonly deltas: number;
  readonly clients: number;
}

async function auditSummaries(entries: readonly IndexEntry[], audit: FlatpakAudit): Promise<AuditedSummaries> {
  const { files, known, findings, remarks, progress } = audit;
  const summaries: AuditedFlatpakSummary[] = [];
  let deltas = 0;
  let clients = 0;
  progress.start('checking', entries.length, 'summaries');
  for (const entry of entries) {
    const summary = await check(flatpakSummaryPath(entry.sha256), findings, () =>
      auditFlatpakSummary(entry, files, known, findings),
    );
    if (summary !== undefined) {
      summaries.push(summary);
      const counts = await auditHistory(summary, entries, files, findings);
      deltas += counts.deltas;
      clients += counts.clients;
    }
    progress.advance(1);
  }
  for (const summary of summaries) {
    const unseen = unseenRefs(summary, known);
    if (unseen === 0) continue;
    const message = `${summary.arch} machines load only this summary, so they never see ${unseen} refs of their second architecture`;
    remarks.push({ path: summary.path, message });
  }
  return { summaries, deltas, clients };
}

/** Compares refs with commits, and with the repository's refs. Resolves to how many were compared. */
async function auditFacts(
  refs: readonly PublishedRef[],
  summaries: readonly AuditedFlatpakSummary[],
  isWhole: boolean,
  { listed, files, config, known, findings, remarks, progress }: FlatpakAudit,
): Promise<number> {
  if (listed !== undefined && !(await listed.has(OBJECTS_PATH))) {
    remarks.push({ path: OBJECTS_PATH, message: 'missing, so refs were not compared with their commits' });
    return 0;
  }
  const chosen = chooseRefs(refs, listed);
  if (chosen.length < refs.length) {
    const message = `${chosen.length} of ${refs.length} refs were compared with their commits: those with the smallest digests`;
    remarks.push({ path: OBJECTS_PATH, message });
  }
  const read = files.read.bind(files);
  const commits = await auditCommits(chosen, { read, listed, config, findings, remarks, progress });
  if (isWhole && (await listed?.has(REFS_PATH)) && listed) {
    await auditRefs(listed, summaries, known, commits, findings);
  }
  return chosen.length;
}

/** Audits static deltas and their indexes; of a web host, only the indexes that clients ask for. */
async function auditStaticDeltas(
  refs: readonly PublishedRef[],
  { listed, files, findings }: FlatpakAudit,
): Promise<readonly StaticDelta[] | undefined> {
  if (listed === undefined) {
    for (const commit of new Set(chooseRefs(refs, listed).map((ref) => ref.commit))) {
      await auditDeltaIndex(commit, files, findings);
    }
    return undefined;
  }
  const deltas = await listStaticDeltas(listed, findings);
  await auditDeltaIndexes(listed, deltas, findings);
  return deltas;
}

async function listSignatures(listed: ListedFiles | undefined): Promise<readonly string[]> {
  const names = (await listed?.list(SUMMARIES_PATH)) ?? [];
  const paths = names.toSorted(compareText).map((file) => `${SUMMARIES_PATH}/${file}`);
  return paths.filter((path) => parseFlatpakPath(path)?.kind === 'signature');
}

function pathsOf({ sha256, history }: IndexEntry): readonly string[] {
  const older = history.flatMap((digest) => [flatpakSummaryPath(digest), summaryDeltaPath(digest, sha256)]);
  return [flatpakSummaryPath(sha256), ...older];
}
