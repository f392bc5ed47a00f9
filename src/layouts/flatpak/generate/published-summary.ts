/**
 * Summaries that were published before: where deltas start from.
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

/** A published summary: as it is served, and what is in it. */
export interface PublishedSummary {
  readonly stored: Uint8Array;
  readonly summary: Variant;
}

/**
 * Reads a published summary. Throws an error whose message goes on where the name of the file ends.
 *
 * @param maxSize - canonical bytes that it may have at most: it is inflated before its digest can be compared
 */
export async function readPublishedSummary(
  digest: Digest,
  tree: ReadableTree,
  maxSize: number = MAX_SUMMARY_SIZE,
): Promise<PublishedSummary> {
  const stored = await tree.read(flatpakSummaryPath(digest), MAX_SUMMARY_SIZE);
  if (stored === undefined) throw new RepomillError('not-found', 'is missing');
  const bytes = gunzipStrictly(stored, maxSize);
  if (digestOf(bytes) === digest) return { stored, summary: new Variant(SUMMARY_TYPE, bytes) };
  throw new RepomillError('integrity', 'is not what its name says');
}

/** The same, or undefined where it cannot be had. */
export async function findPublishedSummary(digest: Digest, tree: ReadableTree): Promise<PublishedSummary | undefined> {
  try {
    return await readPublishedSummary(digest, tree);
  } catch (error) {
    if (error instanceof RepomillError) return undefined;
    throw error;
  }
}
