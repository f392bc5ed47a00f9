/**
 * The audit of refs against their commits: each object is compared with its digest, and what the summaries say about it is derived
 * again. After it has fetched an app, a client makes the same comparison and refuses what differs.
 */

import { inParallel } from '../../../async/parallel.ts';
import { check, expect, type Finding } from '../../../audit/findings.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { type Commit, parseCommit, totalSizes } from '../../../ostree/commit.ts';
import { MAX_OBJECT_SIZE } from '../../../ostree/limits.ts';
import { objectPath } from '../../../ostree/paths.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { announcedCollection } from '../format/repository-config.ts';
import { isFlatpak } from '../format/summary.ts';
import type { ListedFiles } from './listed-files.ts';
import { differs, factDifferences, noFacts, type PublishedFacts, type PublishedRef } from './published-ref.ts';
import { TreeSizer } from './tree-sizes.ts';

/** How many commits are fetched from a web host, one request each. A repository has tens of thousands. */
export const COMMIT_SAMPLE = 64;

/** The most requests at a time. */
const PARALLEL = 8;

/** What commits are compared with. */
export interface CommitAudit {
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** The repository's files, if they can be listed: what a commit does not state is then derived from its tree. */
  readonly listed: ListedFiles | undefined;
  readonly config: Keyfile | undefined;
  readonly findings: Finding[];
}

/** The commits of refs that match their digests, by digest. */
export type AuditedCommits = ReadonlyMap<Digest, Commit>;

/**
 * The refs whose commits are compared: all of them if files can be listed; of a web host those with the smallest digests,
 * effectively a random sample, but the same one on every run.
 */
export function chooseRefs(refs: readonly PublishedRef[], listed: ListedFiles | undefined): readonly PublishedRef[] {
  if (listed !== undefined) return refs;
  return refs.toSorted((a, b) => compareText(a.commit, b.commit)).slice(0, COMMIT_SAMPLE);
}

/** Audits refs against their commits. */
export async function auditCommits(refs: readonly PublishedRef[], audit: CommitAudit): Promise<AuditedCommits> {
  const { listed, findings } = audit;
  const commits = new Map<Digest, Commit>();
  const trees = listed && new TreeSizer(listed);
  const collection = audit.config && announcedCollection(audit.config);
  await inParallel(refs, PARALLEL, async (ref) => {
    const path = objectPath(ref.commit, 'commit');
    await check(path, findings, async () => {
      const commit = commits.get(ref.commit) ?? (await readCommit(ref.commit, path, audit));
      commits.set(ref.commit, commit);
      for (const difference of await compare(ref, commit, trees, collection)) {
        findings.push({ path, message: `${ref.name}: ${difference}` });
      }
    });
  });
  return commits;
}

async function readCommit(sha256: Digest, path: string, { read, listed }: CommitAudit): Promise<Commit> {
  const bytes = await (listed ?? { read }).read(path, MAX_OBJECT_SIZE);
  expect('SHA-256', sha256, digestOf(bytes));
  return parseCommit(bytes);
}

async function compare(
  { name, size, timestamp, facts }: PublishedRef,
  commit: Commit,
  trees: TreeSizer | undefined,
  collection: string | undefined,
): Promise<readonly string[]> {
  const { refBinding, collectionBinding } = commit;
  const isBound = refBinding?.includes(name) ?? true;
  const expected = isFlatpak(name) ? await factsOf(commit, facts, trees) : noFacts;
  return [
    ...differs('commit size', BigInt(commit.size), size),
    ...differs('timestamp', commit.timestamp, timestamp),
    ...factDifferences(expected, facts),
    ...(isBound ? [] : [`clients refuse its commit, which is bound to ${refBinding?.join(', ') || 'no ref'}`]),
    ...(collection === undefined || !isFlatpak(name)
      ? []
      : differs('collection of its commit', collection, collectionBinding)),
  ];
}

/** What a commit says. What can only be derived from its tree is taken from the summary if the tree is not at hand. */
async function factsOf(
  commit: Commit,
  published: PublishedFacts,
  trees: TreeSizer | undefined,
): Promise<PublishedFacts> {
  const { extraSizes, tree, metadata, endOfLife, endOfLifeRebase, tokenType, extraData } = commit;
  const sizes = commit.sizes ?? (await trees?.sizesOf(tree));
  const all = sizes && totalSizes([sizes, extraSizes]);
  return {
    installedSize: all?.installed ?? published.installedSize,
    downloadSize: all?.download ?? published.downloadSize,
    metadata: metadata ?? (await trees?.metadataOf(tree)) ?? published.metadata,
    endOfLife,
    endOfLifeRebase,
    tokenType,
    extraData,
  };
}
