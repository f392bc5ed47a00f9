/**
 * The index that was published before: where histories go on.
 */
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_INDEX_SIZE } from '../../../model/limits.ts';
import { MAX_TIME } from '../../../ostree/commit.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { flatpakSummaryPath, SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { parseSummaryIndex, type SummaryIndex } from '../format/summary-index.ts';

/** An index and the bytes that it was read from. */
export interface PublishedIndex extends SummaryIndex {
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
}

/** The published index, or undefined in a tree that has none. One that cannot be read is an error: it may be newer. */
export async function readPublishedIndex(tree: ReadableTree): Promise<PublishedIndex | undefined> {
  const bytes = await tree.read(SUMMARY_INDEX_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined) return undefined;
  try {
    const index = parseSummaryIndex(bytes);
    if (index.lastModified === undefined || index.lastModified <= MAX_TIME) {
      return { ...index, bytes, sha256: digestOf(bytes) };
    }
    throw new RepomillError('format', `expected a time that another can follow, found ${index.lastModified}`);
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    throw new RepomillError('format', `${tree.location}/${SUMMARY_INDEX_PATH}: ${cause.message}`, {
      cause,
      hint: 'remove summary.idx to start a new history',
    });
  }
}

/** Paths of the summaries that the published index leads to. */
export async function reachedBySummaryIndex(tree: ReadableTree): Promise<ReadonlySet<string>> {
  const summaries = (await readPublishedIndex(tree))?.summaries ?? [];
  return new Set(summaries.flatMap(({ sha256, history }) => [sha256, ...history]).map(flatpakSummaryPath));
}
