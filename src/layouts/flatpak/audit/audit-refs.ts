/**
 * The audit of the repository's refs against the summaries: every ref of `refs/heads` is where clients look for it, with the
 * commit that it has, and no other is. Needs a directory; a web host does not list its files.
 */

import type { Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { REFS_PATH } from '../../../ostree/paths.ts';
import { isRefName, parseRefName, type RefName } from '../../../ostree/ref-name.ts';
import type { Folder } from '../../../platform/files/folder.ts';
import { SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { summaryName } from '../format/summary-index.ts';
import type { AuditedCommits } from './audit-commits.ts';
import type { AuditedSummary, KnownRefs } from './audit-summary.ts';
import { placementOf } from './placement.ts';
import { reportRefs } from './ref-findings.ts';

/** A digest and a line end, with room for one that Windows wrote. */
const MAX_REF_SIZE = 66;

interface RepositoryRef {
  readonly name: string;
  readonly commit: Digest;
  readonly parsed: RefName;
  /** Subsets that the commit names; undefined where it could not be read. */
  readonly subsets: readonly string[] | undefined;
}

/** Audits the refs of a repository in a directory. */
export function auditRefs(
  folder: Folder,
  summaries: readonly AuditedSummary[],
  known: KnownRefs,
  commits: AuditedCommits,
  findings: Finding[],
): void {
  const refs = readRefs(folder, commits, findings);
  const messages = refs.flatMap(({ name, commit }): string[] => {
    const published = known.get(name)?.ref.commit;
    if (published === undefined) return [`${name}: is in no summary`];
    return published === commit ? [] : [`${name}: has commit ${commit}, summaries say ${published}`];
  });
  const names = new Set(refs.map(({ name }) => name));
  for (const name of known.keys()) if (!names.has(name)) messages.push(`${name}: is in a summary, and no such ref`);
  messages.push(...hyphenated(refs));
  reportRefs(REFS_PATH, messages, findings);
  const listed = refs.filter(({ name }) => known.has(name));
  reportRefs(SUMMARY_INDEX_PATH, missingSummaries(listed, summaries), findings);
  for (const summary of summaries) reportRefs(summary.path, misplaced(listed, summary), findings);
}

function readRefs(folder: Folder, commits: AuditedCommits, findings: Finding[]): readonly RepositoryRef[] {
  const names = folder.list(REFS_PATH).toSorted(compareText);
  return names.flatMap((name) => {
    const commit = isRefName(name) ? decodeText(folder.read(`${REFS_PATH}/${name}`, MAX_REF_SIZE)).trimEnd() : '';
    if (isDigest(commit)) return [{ name, commit, parsed: parseRefName(name), subsets: commits.get(commit)?.subsets }];
    findings.push({
      path: `${REFS_PATH}/${name}`,
      message: 'expected a ref with the digest of a commit, found another',
    });
    return [];
  });
}

// A client of arch "x86-64" would look for a summary of this name, read subset "x86", and not take it.
function hyphenated(refs: readonly RepositoryRef[]): readonly string[] {
  const isHyphenated = ({ arch, subset }: RefName): boolean => arch?.includes('-') || subset?.includes('-') || false;
  return refs.flatMap(({ name, parsed, subsets }) => {
    const bad = isHyphenated(parsed) || subsets?.some((subset) => subset.includes('-'));
    return bad ? [`${name}: expected no "-" in its arch and its subsets, which clients split at it`] : [];
  });
}

/** Every subset has a summary for every arch, though an empty one: a client that finds none keeps what it has. */
function missingSummaries(refs: readonly RepositoryRef[], summaries: readonly AuditedSummary[]): readonly string[] {
  const arches = new Set(refs.flatMap(({ parsed }) => parsed.arch ?? []));
  const subsets = new Set(refs.flatMap(({ parsed, subsets: own }) => (parsed.kind === 'other' ? [] : (own ?? []))));
  const wanted = [...arches].flatMap((arch) => [arch, ...[...subsets].map((subset) => summaryName(arch, subset))]);
  const found = new Set(summaries.map(({ entry }) => entry.name));
  return wanted.filter((name) => !found.has(name)).map((name) => `${name}: expected a summary, found none`);
}

function misplaced(refs: readonly RepositoryRef[], summary: AuditedSummary): readonly string[] {
  const { subset } = summary;
  const present = new Set(summary.refs.map(({ name }) => name));
  const commits = new Set<Digest>();
  const strange: RepositoryRef[] = [];
  const messages: string[] = [];
  for (const ref of refs) {
    const placement = placementOf(ref.parsed, ref.subsets, summary);
    const isThere = present.has(ref.name);
    if (placement === 'listed' && !isThere) messages.push(`${ref.name}: belongs here and is missing`);
    if (placement === 'stranger' && isThere) strange.push(ref);
    if (placement !== 'stranger') commits.add(ref.commit);
  }
  // Of an arch that has no business here the summary itself tells, so this is about subsets.
  for (const { name, commit, subsets } of strange) {
    if (subset === undefined || commits.has(commit) || subsets === undefined) continue;
    messages.push(`${name}: is not in subset ${subset}, as its commit says`);
  }
  return messages;
}
