/**
 * The task of encoding: some records of the workspace to a bucket, canonical and stored, in the workspace again. Equal
 * buckets of several summaries are one entry, which is made once.
 */

import { isObject } from '../../../../bytes/json.ts';
import { readRecords } from '../../../../catalogue/batch.ts';
import type { Digest } from '../../../../model/digest.ts';
import type { ContentRef } from '../../../../model/listing.ts';
import { digestOf } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../../platform/workspace/workspace-entry.ts';
import { gzip } from '../../../../platform/zlib/gzip.ts';
import { type BucketOptions, encodeBucket } from '../../format/bucket.ts';

/** Which records make up a bucket, in order. */
export interface EncodeBucketJob {
  /** Name of the bucket in the workspace; it says what the bucket is made from. */
  readonly name: string;
  readonly refs: readonly ContentRef[];
}

/** A bucket in the workspace: its body is the canonical bytes, then the gzip member. */
export interface EncodedBucket {
  readonly name: string;
  readonly records: number;
  /** Canonical bytes, and their digest. */
  readonly size: number;
  readonly sha256: Digest;
  readonly storedSize: number;
  readonly storedSha256: Digest;
}

/** Encodes a bucket. */
export function encodeBucketTask(
  { name, refs }: EncodeBucketJob,
  { workspace, ...options }: BucketOptions & { readonly workspace: Workspace },
): EncodedBucket {
  return storeBucket(name, refs.length, encodeBucket(readRecords(refs, workspace), options), workspace);
}

/** Compresses canonical bytes and writes both forms to the workspace. */
export function storeBucket(name: string, records: number, canonical: Uint8Array, workspace: Workspace): EncodedBucket {
  const stored = gzip(canonical);
  const bucket: EncodedBucket = {
    name,
    records,
    size: canonical.length,
    sha256: digestOf(canonical),
    storedSize: stored.length,
    storedSha256: digestOf(stored),
  };
  workspace.write(name, bucket, [canonical, stored]);
  return bucket;
}

/** A bucket that was encoded before, or undefined. */
export function openEncodedBucket(name: string, workspace: Workspace): EncodedBucket | undefined {
  const head = workspace.open(name)?.head;
  // Whoever wrote a head with a right digest wrote an `EncodedBucket`.
  return isObject(head) ? (head as unknown as EncodedBucket) : undefined;
}

/** The canonical bytes of a bucket. */
export function readCanonical({ name, size, sha256 }: EncodedBucket, workspace: Workspace): Uint8Array {
  return readBody(name, 0, size, sha256, workspace);
}

/** The gzip member of a bucket. */
export function readStored({ name, size, storedSize, storedSha256 }: EncodedBucket, workspace: Workspace): Uint8Array {
  return readBody(name, size, storedSize, storedSha256, workspace);
}

function readBody(name: string, start: number, length: number, sha256: Digest, workspace: Workspace): Uint8Array {
  const [bytes] = workspace.open(name)?.read([{ start, length }]) ?? [];
  if (bytes === undefined || digestOf(bytes) !== sha256) throw new DamagedEntryError(`${name}: damaged`);
  return bytes;
}
