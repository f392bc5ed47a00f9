/**
 * What flatpak takes from its own summaries of the last time instead of reading a commit again. The same facts, but for two
 * things: rare facts come in the order that a hash table gave them, and subsets are those whose summaries the commit stood in.
 * A tree that shall be exactly flatpak's has both.
 */

import type { Digest } from '../../../model/digest.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { keyOf } from '../../../platform/hash/sha256.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { isFlatpak } from '../format/summary.ts';
import type { Refs } from './pack-refs.ts';
import type { ReadyRef } from './packed-ref.ts';
import type { PublishedIndex } from './published-index.ts';
import { findPublishedSummary } from './published-summary.ts';

/** Commits that stood in published summaries, each with the subsets whose they were. */
type KnownCommits = ReadonlyMap<Digest, readonly string[]>;

/** The refs as flatpak has them that has published an index before. */
export async function asKnownBefore(
  refs: Refs,
  published: PublishedIndex | undefined,
  tree: ReadableTree,
): Promise<Refs> {
  if (published === undefined) return refs;
  const commits = await readCommits(published, tree);
  const ready = async (): Promise<readonly ReadyRef[]> => (await refs.ready()).map((ref) => asKnown(ref, commits));
  return { ...refs, key: keyOf([refs.key, published.sha256]), ready };
}

/** None where one of the summaries cannot be read: flatpak then believes none of them. */
async function readCommits({ summaries }: PublishedIndex, tree: ReadableTree): Promise<KnownCommits> {
  const commits = new Map<Digest, readonly string[]>();
  for (const { name, sha256 } of summaries) {
    const subset = name.slice(0, Math.max(0, name.lastIndexOf('-')));
    const published = await findPublishedSummary(sha256, tree);
    if (published === undefined) return new Map();
    for (const entry of published.summary.child(0).children()) {
      if (!isFlatpak(entry.child(0).string())) continue;
      const commit = digestIn(entry.child(1).child(1));
      const subsets = commits.get(commit) ?? [];
      commits.set(commit, subset === '' || subsets.includes(subset) ? subsets : [...subsets, subset]);
    }
  }
  return commits;
}

function asKnown(ref: ReadyRef, commits: KnownCommits): ReadyRef {
  const subsets = commits.get(ref.commit);
  if (subsets === undefined) return ref;
  const { rare, rareAgain = rare, ...packed } = ref.packed;
  return {
    ...ref,
    placement: { ...ref.placement, subsets },
    packed: rareAgain === undefined ? packed : { ...packed, rare: rareAgain },
  };
}
