/**
 * Keeps opened buckets for as long as there is room; the one that was not used for longest goes first. By digest, so that
 * summaries which share a bucket share it here too.
 */
import type { Bucket } from '../../layouts/native/format/bucket.ts';
import type { Digest } from '../../model/digest.ts';

/** A bounded set of opened buckets. */
export interface BucketCache {
  /** Canonical bytes that are kept at most. What is more than that together is not worth adding: it pushes itself out. */
  readonly room: number;
  get(sha256: Digest): Bucket | undefined;
  /** @param size - canonical bytes of the bucket */
  add(sha256: Digest, bucket: Bucket, size: number): void;
}

/** Canonical bytes to keep open unless told otherwise; decoded, they take about five times as much memory. */
const ROOM: number = 2 * 1024 * 1024;

/** Makes a cache for buckets of at most `room` canonical bytes together. */
export function bucketCache(room: number = ROOM): BucketCache {
  // A map remembers the order of insertion: what is used again is inserted again.
  const kept = new Map<Digest, { readonly bucket: Bucket; readonly size: number }>();
  let used = 0;
  const remove = (sha256: Digest): void => {
    used -= kept.get(sha256)?.size ?? 0;
    kept.delete(sha256);
  };
  return {
    room,
    get(sha256) {
      const found = kept.get(sha256);
      if (found === undefined) return undefined;
      kept.delete(sha256);
      kept.set(sha256, found);
      return found.bucket;
    },
    add(sha256, bucket, size) {
      remove(sha256);
      kept.set(sha256, { bucket, size });
      used += size;
      for (const oldest of kept.keys()) {
        if (used <= room) return;
        remove(oldest);
      }
    },
  };
}
