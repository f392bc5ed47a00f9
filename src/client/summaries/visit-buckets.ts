/**
 * Visits buckets of several summaries concurrently. A shared bucket is opened once.
 */
import type { Bucket } from '../../layouts/native/format/bucket.ts';
import type { Digest } from '../../model/digest.ts';
import type { Summary } from './open-summary.ts';

/**
 * Visits the buckets at some positions of each summary, and resolves to the result for each bucket, by its digest.
 *
 * @param positionsOf - positions of the buckets in a summary's header, ascending
 */
export async function visitBuckets<Found>(
  summaries: readonly Summary[],
  positionsOf: (summary: Summary) => readonly number[],
  visit: (bucket: Bucket) => Found,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Digest, Found>> {
  const claimed = new Set<Digest>();
  const found = new Map<Digest, Found>();
  const visitOne = async (summary: Summary): Promise<void> => {
    const fresh = positionsOf(summary).flatMap((position) => {
      const sha256 = summary.header.buckets[position]?.sha256;
      if (sha256 === undefined || claimed.has(sha256)) return [];
      claimed.add(sha256);
      return { position, sha256 };
    });
    const digests = fresh.map(({ sha256 }) => sha256).values();
    const positions = fresh.map(({ position }) => position);
    for await (const bucket of summary.buckets(positions, signal)) {
      const { value } = digests.next();
      if (value !== undefined) found.set(value, visit(bucket));
    }
  };
  await Promise.all(summaries.map(visitOne));
  return found;
}
