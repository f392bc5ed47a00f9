import { expect, it } from 'vitest';
import { bucketCache } from '../../../../src/client/summaries/bucket-cache.ts';
import type { Bucket } from '../../../../src/layouts/native/format/bucket.ts';
import { type Digest, isDigest } from '../../../../src/model/digest.ts';

const [a, b, c] = [digest('a'), digest('b'), digest('c')];

function digest(digit: string): Digest {
  const text = digit.repeat(64);
  if (!isDigest(text)) throw new Error(digit);
  return text;
}

function bucket(): Bucket {
  return {
    records: 0,
    columns: [],
    column: () => undefined,
    value: () => undefined,
    mayHold: () => [],
    record: () => ({ name: '', version: '', arch: '' }),
  };
}

it('keeps what there is room for', () => {
  const cache = bucketCache(10);
  const [first, second] = [bucket(), bucket()];
  cache.add(a, first, 5);
  cache.add(b, second, 5);
  expect(cache.get(a)).toBe(first);
  expect(cache.get(b)).toBe(second);
});

it('lets go of the bucket that was not used for longest', () => {
  const cache = bucketCache(10);
  cache.add(a, bucket(), 5);
  cache.add(b, bucket(), 5);
  cache.get(a);
  cache.add(c, bucket(), 1);
  expect([a, b, c].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
});

it('lets go of as many as it takes', () => {
  const cache = bucketCache(10);
  cache.add(a, bucket(), 4);
  cache.add(b, bucket(), 4);
  cache.add(c, bucket(), 9);
  expect([a, b, c].map((key) => cache.get(key) !== undefined)).toEqual([false, false, true]);
});

it('does not keep a bucket that is larger than all its room', () => {
  const cache = bucketCache(10);
  cache.add(a, bucket(), 11);
  expect(cache.get(a)).toBeUndefined();
});

it('counts a bucket that is added again once', () => {
  const cache = bucketCache(10);
  cache.add(a, bucket(), 5);
  cache.add(a, bucket(), 5);
  cache.add(b, bucket(), 5);
  expect(cache.get(a)).toBeDefined();
});
