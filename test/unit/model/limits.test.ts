import { describe, expect, it } from 'vitest';
import { MAX_STORED_SLACK, MAX_SUMMARY_SIZE, maxStoredSize } from '../../../src/model/limits.ts';
import { gzip } from '../../../src/platform/zlib/gzip.ts';
import { noise } from '../layouts/native/generate/details/sample-details.ts';

describe('the greatest stored size', () => {
  it.each([
    [0, MAX_STORED_SLACK],
    [1, MAX_STORED_SLACK + 2],
    [100, MAX_STORED_SLACK + 101],
    [101, MAX_STORED_SLACK + 103],
    [1_000_000, MAX_STORED_SLACK + 1_010_000],
  ])('of %i canonical bytes is %i', (size, stored) => {
    expect(maxStoredSize(size)).toBe(stored);
  });

  it('leaves room for members that do not compress', () => {
    const members = 100;
    const member = gzip(noise(1000, 1)).length;
    expect(members * member).toBeGreaterThan(members * 1000);
    expect(members * member).toBeLessThan(maxStoredSize(members * 1000));
  });

  it('is an exact integer for the greatest summary', () => {
    expect(Number.isSafeInteger(maxStoredSize(MAX_SUMMARY_SIZE))).toBe(true);
  });
});
