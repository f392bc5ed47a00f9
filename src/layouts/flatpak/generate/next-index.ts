/**
 * The new index, and the time of the last change in it. Unless the tree has to be exactly flatpak's, that does not depend on the
 * clock: it is the time of the newest commit, and always later than the time in the previous index.
 */

import { equalBytes } from '../../../bytes/node-bytes.ts';
import type { OstreeRepository } from '../../../ostree/repository.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { encodeSummaryIndex, type IndexEntry } from '../format/summary-index.ts';
import type { Refs } from './pack-refs.ts';
import type { PublishedIndex } from './published.ts';
import { type MetadataEntry, repositoryMetadata } from './repository-metadata.ts';

/** An index. */
export interface NextIndex {
  readonly bytes: Uint8Array;
  readonly lastModified: bigint;
  /** Facts about the repository, for the old summary too. */
  readonly metadata: readonly MetadataEntry[];
}

/** What the index and its time are made from. */
export interface IndexOptions {
  readonly repository: OstreeRepository;
  readonly refs: Refs;
  readonly workspace: Workspace;
  readonly keepUnchanged: boolean;
  readonly exact: boolean;
  readonly now: bigint;
}

/** Makes the new index, which is the previous one if it says the same. */
export async function nextIndex(
  entries: readonly IndexEntry[],
  published: PublishedIndex | undefined,
  { repository, refs, workspace, keepUnchanged, exact, now }: IndexOptions,
): Promise<NextIndex> {
  const at = (lastModified: bigint): NextIndex => {
    const metadata = repositoryMetadata(repository.config, lastModified, exact);
    return { bytes: encodeSummaryIndex(entries, metadata), lastModified, metadata };
  };
  const before = published?.lastModified;
  if (keepUnchanged && published !== undefined && before !== undefined) {
    const same = at(before);
    if (equalBytes(same.bytes, published.bytes)) return same;
  }
  if (exact) return at(now);
  const newest = await memoize('newest commit', [refs.key], workspace, async () =>
    (await refs.packed()).reduce((latest, { claims }) => Math.max(latest, claims.timestamp), 0),
  );
  return at(before === undefined || newest > before ? BigInt(newest) : before + 1n);
}
