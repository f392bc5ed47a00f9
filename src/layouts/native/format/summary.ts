/**
 * A summary: everything of one arch, or of one subset of it. FORMAT.md, section "Summary": a header, which is one line of
 * JSON that lists the buckets with their digests, then the buckets. The header alone vouches for every bucket.
 */

import { encodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import {
  type BucketPlace,
  belongs,
  type Fingerprint,
  formatBucketId,
  parseBucketId,
  stemOf,
} from '../../../model/bucket-tree.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { asDocument, type Document, digestOf, integerOf, listOf, optionalTextOf, textOf } from './fields.ts';
import { splitLine } from './line.ts';
import { FORMAT, requireFormat } from './version.ts';

/** One bucket as the header lists it. `size` is in canonical bytes. */
export interface BucketEntry {
  readonly id: string;
  readonly records: number;
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
  const document = { format: FORMAT, arch, ...(subset === undefined ? {} : { subset }), packages, buckets };
  return encodeText(`${JSON.stringify(document)}\n`);
}

/** The header that starts the given canonical bytes, and its length in bytes. Throws a format error. */
export function decodeHeader(bytes: Uint8Array): { readonly header: SummaryHeader; readonly length: number } {
  const { line, rest } = splitLine(bytes, 'summary header');
  const document: Document = { what: 'summary header', members: line };
  requireFormat(textOf(document, 'format'), 'summary');
  const buckets = listOf(document, 'buckets').map((value) =>
    parseBucketEntry(asDocument(value, 'summary header: bucket')),
  );
  const packages = integerOf(document, 'packages');
  const counted = buckets.reduce((sum, bucket) => sum + bucket.records, 0);
  if (counted !== packages) {
    throw new RepomillError('format', `summary header: ${packages} packages announced, ${counted} in the buckets`);
  }
  requireDisjoint(buckets);
  const subset = optionalTextOf(document, 'subset');
  const header = { arch: textOf(document, 'arch'), ...(subset === undefined ? {} : { subset }), packages, buckets };
  return { header, length: bytes.length - rest.length };
}

// A name belongs to at most one bucket of a group: no bucket occurs twice, and none stands beside one that it was split from.
function requireDisjoint(buckets: readonly BucketEntry[]): void {
  const ids = new Set(buckets.map((bucket) => bucket.id));
  if (ids.size !== buckets.length) throw new RepomillError('format', 'summary header: a bucket occurs twice');
  for (const id of ids) {
    const place = parseBucketId(id);
    for (let length = 0; length < place.splits.length; length++) {
      const wider = formatBucketId({ ...place, splits: place.splits.slice(0, length) });
      if (ids.has(wider)) throw new RepomillError('format', `summary header: bucket ${id} beside ${wider}`);
    }
  }
}

function parseBucketEntry(document: Document): BucketEntry {
  const id = textOf(document, 'id');
  parseBucketId(id);
  const size = integerOf(document, 'size', MAX_SUMMARY_SIZE);
  return { id, records: integerOf(document, 'records', size), size, sha256: digestOf(document, 'sha256') };
}

/** The buckets that may hold a package of this name, with their positions in the header: at most one of each group. */
export function bucketsFor(
  name: string,
  header: SummaryHeader,
  fingerprint: Fingerprint,
): readonly { readonly entry: BucketEntry; readonly place: BucketPlace; readonly position: number }[] {
  const stem = stemOf(name);
  return header.buckets
    .map((entry, position) => ({ entry, place: parseBucketId(entry.id), position }))
    .filter(({ place }) => belongs(stem, place, fingerprint));
}

/** Cuts a whole summary, whose digest the caller has verified, into the bytes of its buckets. */
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
