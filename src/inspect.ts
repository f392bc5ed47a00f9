/**
 * What is in a file of a published tree, of either layout: an index, a summary, a delta, recognised by its first bytes or its
 * form. Describes what the bytes say; whether they are the right ones is `verify`'s affair.
 */

import { encodeText, isGzip } from './bytes/bytes.ts';
import { type DeltaSummary, inspectDelta } from './delta/apply-delta.ts';
import { RepomillError } from './errors.ts';
import { type FlatpakInspection, inspectFlatpak } from './layouts/flatpak/inspect.ts';
import { openBucket } from './layouts/native/format/bucket.ts';
import type { SignedIndex } from './layouts/native/format/repository-index.ts';
import { decodeIndex } from './layouts/native/format/repository-index.ts';
import { type BucketEntry, splitSummary } from './layouts/native/format/summary.ts';
import type { Digest } from './model/digest.ts';
import { MAX_SUMMARY_SIZE } from './model/limits.ts';
import { compareText } from './model/order.ts';
import { sha256 } from './platform/hash/sha256.ts';
import { gunzipWithin } from './platform/zlib/gzip.ts';

/** Bytes and cells that one field takes in all buckets of a summary. */
export interface FieldSize {
  readonly field: string;
  readonly kinds: readonly string[];
  /** Canonical bytes. */
  readonly size: number;
  readonly buckets: number;
}

/** What a file is and holds. */
export type Inspection =
  | { readonly kind: 'index'; readonly size: number; readonly index: SignedIndex; readonly signatures: number }
  | {
      readonly kind: 'summary';
      readonly sha256: Digest;
      /** Canonical bytes. */
      readonly size: number;
      readonly storedSize: number;
      readonly arch: string;
      readonly subset?: string;
      readonly packages: number;
      readonly headerSize: number;
      readonly buckets: readonly BucketEntry[];
      readonly fields: readonly FieldSize[];
    }
  | ({ readonly kind: 'delta'; readonly size: number } & DeltaSummary)
  | FlatpakInspection;

/** Describes a file. Throws a format error where it is none of ours or is broken. */
export async function inspect(bytes: Uint8Array): Promise<Inspection> {
  const content = isGzip(bytes) ? gunzipWithin(bytes, MAX_SUMMARY_SIZE) : bytes;
  if (startsWith(bytes, encodeText('BSDIFF40'))) {
    return { kind: 'delta', size: bytes.length, ...inspectDelta(bytes) };
  }
  if (content === bytes && isIndex(bytes)) return inspectIndex(bytes);
  if (startsWith(content, encodeText('{'))) return inspectSummary(content, bytes.length);
  const found = await inspectFlatpak(content, bytes.length);
  if (found !== undefined) return found;
  throw new RepomillError('format', 'expected an index, a summary, a delta or signatures, found something else');
}

// An index and the canonical bytes of a summary both begin with a JSON object; only an index starts with this member.
function isIndex(bytes: Uint8Array): boolean {
  return startsWith(bytes, encodeText('{"signed"'));
}

function inspectIndex(bytes: Uint8Array): Inspection {
  const { signed, signatures } = decodeIndex(bytes);
  return { kind: 'index', size: bytes.length, index: signed, signatures: signatures.length };
}

async function inspectSummary(canonical: Uint8Array, storedSize: number): Promise<Inspection> {
  const { header, headerBytes, bucketBytes } = splitSummary(canonical);
  const { arch, subset, packages, buckets } = header;
  return {
    kind: 'summary',
    sha256: await sha256(canonical),
    size: canonical.length,
    storedSize,
    arch,
    ...(subset === undefined ? {} : { subset }),
    packages,
    headerSize: headerBytes.length,
    buckets,
    fields: fieldSizes(buckets.map((_, position) => bucketBytes(position))),
  };
}

function fieldSizes(buckets: readonly Uint8Array[]): readonly FieldSize[] {
  const sizes = new Map<string, { kinds: Set<string>; size: number; buckets: number }>();
  for (const bytes of buckets) {
    for (const { field, kind, size } of openBucket(bytes).columns) {
      const known = sizes.get(field) ?? { kinds: new Set(), size: 0, buckets: 0 };
      known.kinds.add(kind);
      known.size += size;
      known.buckets += 1;
      sizes.set(field, known);
    }
  }
  return [...sizes]
    .map(([field, { kinds, ...rest }]) => ({ field, kinds: [...kinds].sort(compareText), ...rest }))
    .sort((a, b) => b.size - a.size || compareText(a.field, b.field));
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}
