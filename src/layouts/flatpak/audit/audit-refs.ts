/**
 * The audit of the repository's refs against the summaries: every ref of `refs/heads` is where clients look for it, with its
 * commit, and there are no others. Needs a listing of the files, which a web host does not give.
 */

import type { Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { MAX_REF_SIZE } from '../../../ostree/limits.ts';
import { REFS_PATH, refPath } from '../../../ostree/paths.ts';
import { isRefName, parseRefName, type RefName } from '../../../ostree/ref-name.ts';
import { SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { formatEntryName } from '../format/summary-index.ts';
import type { AuditedCommits } from './audit-commits.ts';
import type { AuditedFlatpakSummary, KnownRefs } from './audit-summary.ts';
import type { ListedFiles } from './listed-files.ts';
import { placementOf } from './placement.ts';
import { reportRefs } from './published-ref.ts';

interface AuditedRef {
  readonly name: string;
  readonly commit: Digest;
  readonly parsed: RefName;
  /** Subsets that the commit names; undefined if it could not be read. */
  readonly subsets: readonly string[] | undefined;
}

/** Audits the refs of a repository whose files can be listed. */
export async function auditRefs(
  files: ListedFiles,
  summaries: readonly AuditedFlatpakSummary[],
  known: KnownRefs,
  commits: AuditedCommits,
  findings: Finding[],
): Promise<void> {
  const refs = await readRefs(files, commits, findings);
  const messages = refs.flatMap(({ name, commit, parsed }): string[] => {
    const published = known.get(name)?.ref.commit;
    // What has no arch is in every summary, so in none if no ref has an arch.
    if (summaries.length === 0 && parsed.arch === undefined) return [];
    if (published === undefined) return [`${name}: missing from every summary`];
    return published === commit ? [] : [`${name}: expected its commit ${commit} in the summaries, found ${published}`];
  });
  const names = new Set(refs.map(({ name }) => name));
  for (const name of known.keys())
    if (!names.has(name)) messages.push(`${name}: in a summary, but there is no such ref`);
  messages.push(...hyphenated(refs));
  reportRefs(REFS_PATH, messages, findings);
  const listed = refs.filter(({ name }) => known.has(name));
  reportRefs(SUMMARY_INDEX_PATH, missingSummaries(listed, summaries), findings);
  for (const summary of summaries) reportRefs(summary.path, misplaced(listed, summary), findings);
}

async function readRefs(
  files: ListedFiles,
  commits: AuditedCommits,
  findings: Finding[],
): Promise<readonly AuditedRef[]> {
  const names = (await files.list(REFS_PATH)).toSorted(compareText);
  const refs: AuditedRef[] = [];
  for (const name of names) {
    const commit = isRefName(name) ? decodeText(await files.read(refPath(name), MAX_REF_SIZE)).trimEnd() : '';
    if (isDigest(commit))
      refs.push({ name, commit, parsed: parseRefName(name), subsets: commits.get(commit)?.subsets });
    else findings.push({ path: refPath(name), message: 'expected a ref that holds the digest of a commit' });
  }
  return refs;
}

// A client of arch "x86-64" would look for a summary of that name, read subset "x86" of arch "64", and ignore it.
function hyphenated(refs: readonly AuditedRef[]): readonly string[] {
  const isHyphenated = ({ arch, subset }: RefName): boolean => arch?.includes('-') || subset?.includes('-') || false;
  return refs.flatMap(({ name, parsed, subsets }) => {
    const bad = isHyphenated(parsed) || subsets?.some((subset) => subset.includes('-'));
    return bad ? [`${name}: expected no "-" in its arch and subsets: clients split names of summaries there`] : [];
  });
}

/** Every subset needs a summary for every arch, even an empty one: a client that finds none keeps the one it has. */
function missingSummaries(refs: readonly AuditedRef[], summaries: readonly AuditedFlatpakSummary[]): readonly string[] {
  const arches = new Set(refs.flatMap(({ parsed }) => parsed.arch ?? []));
  const subsets = new Set(refs.flatMap(({ parsed, subsets: own }) => (parsed.kind === 'other' ? [] : (own ?? []))));
  const wanted = [...arches].flatMap((arch) => [arch, ...[...subsets].map((subset) => formatEntryName(arch, subset))]);
  const found = new Set(summaries.map(({ entry }) => entry.name));
  return wanted.filter((name) => !found.has(name)).map((name) => `${name}: expected a summary, found none`);
}

function misplaced(refs: readonly AuditedRef[], summary: AuditedFlatpakSummary): readonly string[] {
  const { subset } = summary;
  const present = new Set(summary.refs.map(({ name }) => name));
  const commits = new Set<Digest>();
  const unexpected: AuditedRef[] = [];
  const messages: string[] = [];
  for (const ref of refs) {
    const placement = placementOf(ref.parsed, ref.subsets, summary);
    const isThere = present.has(ref.name);
    if (placement === 'listed' && !isThere) messages.push(`${ref.name}: missing, although it belongs here`);
    if (placement === 'unexpected' && isThere) unexpected.push(ref);
    if (placement !== 'unexpected') commits.add(ref.commit);
  }
  // The audit of the summary itself finds refs of a wrong arch, so only subsets are checked here.
  for (const { name, commit, subsets } of unexpected) {
    if (subset === undefined || commits.has(commit) || subsets === undefined) continue;
    messages.push(`${name}: its commit is not in subset ${subset}`);
  }
  return messages;
}
