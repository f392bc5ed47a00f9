/**
 * The index to come, and when it says that the repository last changed. That is no clock's business: the time of the newest
 * commit, and always later than the index before.
 */

import { equalBytes } from '../../../bytes/buffer.ts';
import type { Packed } from '../../../glib/gvariant/pack.ts';
import type { OstreeRepository } from '../../../ostree/repository.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { repositoryMetadata } from '../format/repository-metadata.ts';
import { encodeSummaryIndex, type IndexEntry } from '../format/summary-index.ts';
import type { Refs } from './pack-refs.ts';
import type { PublishedIndex } from './published-index.ts';

/** An index. */
export interface NextIndex {
  readonly bytes: Uint8Array;
  readonly lastModified: bigint;
  /** Facts about the repository, for the old summary too. */
  readonly metadata: readonly (readonly [string, Packed])[];
}

/** What decides on the time. */
export interface IndexOptions {
  readonly repository: OstreeRepository;
  readonly refs: Refs;
  readonly workspace: Workspace;
  readonly keepUnchanged: boolean;
  readonly exact: boolean;
  readonly now: bigint;
}

/** The index to come: the one before where it says the same. */
export async function nextIndex(
  entries: readonly IndexEntry[],
  published: PublishedIndex | undefined,
  { repository, refs, workspace, keepUnchanged, exact, now }: IndexOptions,
): Promise<NextIndex> {
  const at = (lastModified: bigint): NextIndex => {
    const metadata = repositoryMetadata(repository.config, lastModified);
    return { bytes: encodeSummaryIndex(entries, metadata), lastModified, metadata };
  };
  const before = published?.lastModified;
  if (keepUnchanged && published !== undefined && before !== undefined) {
    const same = at(before);
    if (equalBytes(same.bytes, published.bytes)) return same;
  }
  if (exact) return at(now);
  const newest = await memoize('newest commit', [refs.key], workspace, async () =>
    (await refs.ready()).reduce((latest, { placement }) => Math.max(latest, placement.timestamp), 0),
  );
  return at(before === undefined || newest > before ? BigInt(newest) : before + 1n);
}
