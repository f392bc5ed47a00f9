/**
 * Facts that flatpak takes from its own previous summaries instead of reading a commit again. They are the same facts, with two
 * exceptions: rare facts come in the order of a hash table, and a commit's subsets are those whose summaries listed it. A tree that
 * has to be exactly flatpak's reproduces both.
 */

import type { Digest } from '../../../model/digest.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { keyOf } from '../../../platform/hash/sha256.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { isFlatpak } from '../format/summary.ts';
import type { Refs } from './pack-refs.ts';
import type { PackedRef } from './packed-ref.ts';
import type { PublishedIndex } from './published.ts';
import { findPublishedSummary } from './published.ts';

/** Commits that published summaries list, with the subsets each belonged to. */
type PublishedSubsets = ReadonlyMap<Digest, readonly string[]>;

/** The refs as flatpak would list them if it had published the previous index itself. */
export async function withPublishedSubsets(
  refs: Refs,
  published: PublishedIndex | undefined,
  tree: ReadableTree,
): Promise<Refs> {
  if (published === undefined) return refs;
  const commits = await readSubsets(published, tree);
  const packed = async (): Promise<readonly PackedRef[]> =>
    (await refs.packed()).map((ref) => withSubsets(ref, commits));
  return { ...refs, key: keyOf([refs.key, published.sha256]), packed };
}

/** Empty if any of the summaries cannot be read: flatpak then uses none of them. */
async function readSubsets({ summaries }: PublishedIndex, tree: ReadableTree): Promise<PublishedSubsets> {
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

function withSubsets(ref: PackedRef, commits: PublishedSubsets): PackedRef {
  const subsets = commits.get(ref.commit);
  if (subsets === undefined) return ref;
  const { rare, rareInHashOrder = rare, ...forms } = ref.forms;
  return {
    ...ref,
    claims: { ...ref.claims, subsets },
    forms: rareInHashOrder === undefined ? forms : { ...forms, rare: rareInHashOrder },
  };
}
