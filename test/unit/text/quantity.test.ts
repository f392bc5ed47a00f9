import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatPlural } from '../../../src/text/quantity.ts';

describe('formatCount', () => {
  it('separates thousands with commas', () => {
    expect([0, 999, 1000, 128_517, 1_000_000].map(formatCount)).toEqual(['0', '999', '1,000', '128,517', '1,000,000']);
  });
});

describe('formatPlural', () => {
  it('uses the singular for one only', () => {
    expect([0, 1, 1200].map((count) => formatPlural(count, 'file'))).toEqual(['0 files', '1 file', '1,200 files']);
    expect([1, 2].map((count) => formatPlural(count, 'summary', 'summaries'))).toEqual(['1 summary', '2 summaries']);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9994, '9.99 kB'],
    [9995, '10.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [7_910_000, '7.91 MB'],
    [1e12, '1.00 TB'],
    [1e16, '10000 TB'],
  ])('shows %d with three digits: %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
