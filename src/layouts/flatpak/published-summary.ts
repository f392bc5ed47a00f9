/**
 * Summaries that were published before. Refuses bytes that are not what their name says.
 */
import { RepomillError } from '../../errors.ts';
import { digestIn } from '../../flatpak/commit.ts';
import { SUMMARY_TYPE } from '../../flatpak/summary.ts';
import { summaryPath } from '../../format/paths.ts';
import { Variant } from '../../gvariant/variant.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../model/limits.ts';
import { gunzipStrictly } from '../../platform/strict-zlib.ts';
import { digestOf } from '../../platform/sync-sha256.ts';
import type { ReadableTree } from '../../publish/tree.ts';
import type { PublishedIndex } from './published-index.ts';

/** The canonical bytes of a published summary. */
export async function readPublishedSummary(digest: Digest, tree: ReadableTree): Promise<Uint8Array> {
  const stored = await tree.read(summaryPath(digest), MAX_SUMMARY_SIZE);
  if (stored === undefined) throw new RepomillError('not-found', 'is missing');
  const bytes = gunzipStrictly(stored, MAX_SUMMARY_SIZE);
  if (digestOf(bytes) === digest) return bytes;
  throw new RepomillError('integrity', 'is not what its name says');
}

/** Every commit in the published summaries; none where one of them cannot be read, because flatpak then believes none. */
export async function publishedCommits(
  published: PublishedIndex | undefined,
  tree: ReadableTree,
): Promise<ReadonlySet<Digest>> {
  const commits = new Set<Digest>();
  for (const digest of new Set(published?.summaries.map(({ sha256 }) => sha256))) {
    const bytes = await readPublishedSummary(digest, tree).catch((error: unknown) => {
      if (error instanceof RepomillError) return undefined;
      throw error;
    });
    if (bytes === undefined) return new Set();
    for (const entry of new Variant(SUMMARY_TYPE, bytes).child(0).children()) {
      commits.add(digestIn(entry.child(1).child(1)));
    }
  }
  return commits;
}
