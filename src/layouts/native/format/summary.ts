/**
 * A summary: everything of one arch, or of one subset of it. FORMAT.md, section "Summary". A header, which is one line of
 * JSON that lists the buckets with their digests, then the buckets. The header vouches for every bucket; one that lists
 * overlapping buckets, or a wrong number of records, is refused.
 */

import { encodeText } from '../../../bytes/bytes.ts';
import { xxh64 } from '../../../bytes/xxh64.ts';
import { RepomillError } from '../../../errors.ts';
import {
  type BucketPlace,
  belongsInBucket,
  type Fingerprint,
  formatBucketId,
  parseBucketId,
  stemOf,
} from '../../../model/bucket-placement.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import {
  digestMember,
  FORMAT_VERSION,
  integerMember,
  type JsonDocument,
  listMember,
  optionalTextMember,
  requireDocument,
  requireFormatVersion,
  splitLine,
  textMember,
} from './json-document.ts';

/** One bucket as the header lists it. */
export interface BucketEntry {
  readonly id: string;
  readonly records: number;
  /** Canonical bytes. */
  readonly size: number;
  readonly sha256: Digest;
}

/** A summary's header. */
export interface SummaryHeader {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  /** In the order in which the buckets follow. */
  readonly buckets: readonly BucketEntry[];
}

/** Canonical bytes of a header. */
export function encodeHeader(header: SummaryHeader): Uint8Array {
  const { arch, subset, packages } = header;
  const buckets = header.buckets.map(({ id, records, size, sha256 }) => ({ id, records, size, sha256 }));
  return encodeText(`${JSON.stringify({ format: FORMAT_VERSION, arch, subset, packages, buckets })}\n`);
}

/** Decodes the header at the beginning of canonical bytes; `length` is in bytes. Throws a format error. */
export function decodeHeader(bytes: Uint8Array): { readonly header: SummaryHeader; readonly length: number } {
  const { line, rest } = splitLine(bytes, 'summary header');
  requireFormatVersion(line, 'summary');
  const buckets = listMember(line, 'buckets').map((value) =>
    parseBucketEntry(requireDocument(value, 'summary header: bucket')),
  );
  const packages = integerMember(line, 'packages');
  const counted = buckets.reduce((sum, bucket) => sum + bucket.records, 0);
  if (counted !== packages) {
    throw new RepomillError(
      'format',
      `summary header: packages: expected ${counted}, as many as in the buckets, found ${packages}`,
    );
  }
  requireDisjoint(buckets);
  const subset = optionalTextMember(line, 'subset');
  const header = defined({ arch: textMember(line, 'arch'), subset, packages, buckets });
  return { header, length: bytes.length - rest.length };
}

// A name belongs to at most one bucket of each group: no bucket occurs twice, and none occurs with one it was split from.
function requireDisjoint(buckets: readonly BucketEntry[]): void {
  const ids = new Set(buckets.map((bucket) => bucket.id));
  if (ids.size !== buckets.length) throw new RepomillError('format', 'summary header: a bucket occurs twice');
  for (const id of ids) {
    const place = parseBucketId(id);
    for (let length = 0; length < place.splits.length; length++) {
      const wider = formatBucketId({ ...place, splits: place.splits.slice(0, length) });
      if (ids.has(wider)) throw new RepomillError('format', `summary header: bucket ${id} lies within bucket ${wider}`);
    }
  }
}

function parseBucketEntry(document: JsonDocument): BucketEntry {
  const id = textMember(document, 'id');
  parseBucketId(id);
  const size = integerMember(document, 'size', MAX_SUMMARY_SIZE);
  return { id, records: integerMember(document, 'records', size), size, sha256: digestMember(document, 'sha256') };
}

/** The buckets that may hold a package of this name, with their positions in the header: at most one of each group. */
export function bucketsFor(
  name: string,
  header: SummaryHeader,
): readonly { readonly entry: BucketEntry; readonly place: BucketPlace; readonly position: number }[] {
  const stem = stemOf(name);
  const fingerprint = hashesOfStarts();
  return header.buckets
    .map((entry, position) => ({ entry, place: parseBucketId(entry.id), position }))
    .filter(({ place }) => belongsInBucket(stem, place, fingerprint));
}

// A stem is compared with every bucket, always by the hash of one of its starts.
function hashesOfStarts(): Fingerprint {
  const known = new Map<number, bigint>();
  return (start) => {
    const hash = known.get(start.length) ?? xxh64(start);
    known.set(start.length, hash);
    return hash;
  };
}

/** Splits a whole summary, whose digest the caller has verified, into its header and buckets. Throws a format error. */
export function splitSummary(canonical: Uint8Array): {
  readonly header: SummaryHeader;
  readonly headerBytes: Uint8Array;
  /** The bytes of the bucket at a position of the header. */
  bucketBytes(position: number): Uint8Array;
} {
  const { header, length } = decodeHeader(canonical);
  const starts: number[] = [];
  let end = length;
  for (const bucket of header.buckets) {
    starts.push(end);
    end += bucket.size;
  }
  if (end !== canonical.length) {
    throw new RepomillError('format', `summary: expected ${end} bytes, found ${canonical.length}`);
  }
  const bucketBytes = (position: number): Uint8Array => {
    const start = starts[position];
    const entry = header.buckets[position];
    if (start === undefined || entry === undefined) throw new RangeError(`summary: no bucket ${position}`);
    return canonical.subarray(start, start + entry.size);
  };
  return { header, headerBytes: canonical.subarray(0, length), bucketBytes };
}
