/**
 * What is already published: the index, which new histories continue, and its summaries, from which deltas start.
 */
import { missingFile, RepomillError, wrongBytes } from '../../../errors.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_INDEX_SIZE, MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { MAX_TIME } from '../../../ostree/commit.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { flatpakSummaryPath, SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { SUMMARY_TYPE } from '../format/summary.ts';
import { parseSummaryIndex, type SummaryIndex } from '../format/summary-index.ts';

/** A published index and its bytes. */
export interface PublishedIndex extends SummaryIndex {
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
}

/**
 * Reads the published index; undefined if the tree has none.
 *
 * @throws RepomillError `format` for one that cannot be continued: it may be the work of a newer version
 */
export async function readPublishedSummaryIndex(tree: ReadableTree): Promise<PublishedIndex | undefined> {
  const bytes = await tree.read(SUMMARY_INDEX_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined) return undefined;
  try {
    const index = parseSummaryIndex(bytes);
    if (index.lastModified === undefined || index.lastModified <= MAX_TIME) {
      return { ...index, bytes, sha256: digestOf(bytes) };
    }
    throw new RepomillError('format', `expected a time that a later one can follow, found ${index.lastModified}`);
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    throw new RepomillError('format', cause.message, {
      path: `${tree.location}/${SUMMARY_INDEX_PATH}`,
      cause,
      hint: 'remove summary.idx to start a new history',
    });
  }
}

/** Paths of the summaries that the published index names: no other layout may prune them. */
export async function reachedBySummaryIndex(tree: ReadableTree): Promise<ReadonlySet<string>> {
  const summaries = (await readPublishedSummaryIndex(tree))?.summaries ?? [];
  return new Set(summaries.flatMap(({ sha256, history }) => [sha256, ...history]).map(flatpakSummaryPath));
}

/** A published summary: the bytes that are served, and what is in them. */
export interface PublishedSummary {
  readonly stored: Uint8Array;
  readonly summary: Variant;
}

/**
 * Reads a published summary and verifies its digest.
 *
 * @param maxSize - the most canonical bytes that it may have: it is inflated before its digest can be compared
 * @throws RepomillError `not-found`, `format` or `integrity`
 */
export async function readPublishedSummary(
  digest: Digest,
  tree: ReadableTree,
  maxSize: number = MAX_SUMMARY_SIZE,
): Promise<PublishedSummary> {
  const path = flatpakSummaryPath(digest);
  const stored = await tree.read(path, MAX_SUMMARY_SIZE);
  if (stored === undefined) throw missingFile(path);
  const bytes = gunzipStrictly(stored, maxSize);
  if (digestOf(bytes) === digest) return { stored, summary: new Variant(SUMMARY_TYPE, bytes) };
  throw wrongBytes(path);
}

/** Reads a published summary; undefined if it is missing or damaged. */
export async function findPublishedSummary(digest: Digest, tree: ReadableTree): Promise<PublishedSummary | undefined> {
  try {
    return await readPublishedSummary(digest, tree);
  } catch (error) {
    if (error instanceof RepomillError && error.code !== 'interrupted') return undefined;
    throw error;
  }
}
