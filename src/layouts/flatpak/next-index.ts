/**
 * The index to come, and when it says that the repository last changed. That is no clock's business: the time of the newest
 * commit, and always later than the index before.
 */

import type { OstreeRepository } from '../../flatpak/repository.ts';
import { repositoryMetadata } from '../../flatpak/repository-metadata.ts';
import { encodeSummaryIndex, type IndexEntry } from '../../flatpak/summary-index.ts';
import type { Packed } from '../../gvariant/pack.ts';
import { equalBytes } from '../../platform/equal-bytes.ts';
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
  /** When the newest commit was made: seconds since 1970. */
  readonly newest: number;
  readonly keepUnchanged: boolean;
  readonly exact: boolean;
  readonly now: bigint;
}

/** The index to come: the one before where it says the same. */
export function nextIndex(
  entries: readonly IndexEntry[],
  published: PublishedIndex | undefined,
  { repository, newest, keepUnchanged, exact, now }: IndexOptions,
): NextIndex {
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
  return at(before === undefined || newest > before ? BigInt(newest) : before + 1n);
}
