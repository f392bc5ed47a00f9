/**
 * Summaries that are already published: deltas start from them.
 */
import { RepomillError } from '../../../errors.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { flatpakSummaryPath } from '../format/paths.ts';
import { SUMMARY_TYPE } from '../format/summary.ts';

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
  if (stored === undefined) throw new RepomillError('not-found', 'expected a file, found none', { path });
  const bytes = gunzipStrictly(stored, maxSize);
  if (digestOf(bytes) === digest) return { stored, summary: new Variant(SUMMARY_TYPE, bytes) };
  throw new RepomillError('integrity', 'expected the bytes of its digest, found others', { path });
}

/** Reads a published summary; undefined if it is missing or damaged. */
export async function findPublishedSummary(digest: Digest, tree: ReadableTree): Promise<PublishedSummary | undefined> {
  try {
    return await readPublishedSummary(digest, tree);
  } catch (error) {
    if (error instanceof RepomillError) return undefined;
    throw error;
  }
}
