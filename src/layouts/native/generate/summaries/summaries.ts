/**
 * Puts summaries together: buckets of the workspace to a header, to canonical bytes, to stored bytes. FORMAT.md, sections
 * "Summary" and "Stored form". A summary is never whole in memory.
 */

import type { Digest } from '../../../../model/digest.ts';
import { digestOf } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { gzip } from '../../../../platform/zlib/gzip.ts';
import { withMemberLengths } from '../../format/stored-summary.ts';
import { encodeHeader } from '../../format/summary.ts';
import type { EncodedSlice, PlacedBucket } from './encode-slices.ts';
import { readCanonical, readStored } from './encoded-member.ts';

/** A summary ready to be hashed, compared and stored. */
export interface EncodedSummary {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  readonly header: Uint8Array;
  readonly headerSha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** In the order of the file. */
  readonly buckets: readonly PlacedBucket[];
}

/** The summaries that the slices make up: every arch in order, and for each the whole and then its subsets. */
export function gatherSummaries(slices: readonly EncodedSlice[]): readonly EncodedSummary[] {
  const [first] = slices;
  if (first === undefined) return [];
  return first.summaries.map(({ arch, subset }, position) => {
    const parts = slices.flatMap(({ summaries }) => summaries[position] ?? []);
    const buckets = parts.flatMap((part) => part.buckets);
    const packages = parts.reduce((sum, part) => sum + part.packages, 0);
    const base = { arch, ...(subset === undefined ? {} : { subset }), packages };
    const header = encodeHeader({ ...base, buckets: buckets.map(({ id, bucket }) => ({ id, ...bucket })) });
    const size = buckets.reduce((sum, { bucket }) => sum + bucket.size, header.length);
    return { ...base, header, headerSha256: digestOf(header), size, buckets };
  });
}

/** A summary's canonical bytes, part by part. */
export function* canonicalParts({ header, buckets }: EncodedSummary, workspace: Workspace): Generator<Uint8Array> {
  yield header;
  for (const { bucket } of buckets) yield readCanonical(bucket, workspace);
}

/** The first gzip member of a stored summary: its header. */
export function storedHeader({ header, buckets }: EncodedSummary): Uint8Array {
  return withMemberLengths(
    gzip(header),
    buckets.map(({ bucket }) => bucket.storedSize),
  );
}

/** A summary's stored bytes, part by part. */
export function* storedParts(summary: EncodedSummary, workspace: Workspace): Generator<Uint8Array> {
  yield storedHeader(summary);
  for (const { bucket } of summary.buckets) yield readStored(bucket, workspace);
}
