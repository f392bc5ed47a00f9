import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suffixArray } from '../../../src/bytes/suffix-array.ts';

/** The definition: all suffixes, compared whole. */
function sortSuffixes(bytes: Uint8Array): number[] {
  return [...bytes.keys()].sort((a, b) => Buffer.compare(bytes.subarray(a), bytes.subarray(b)));
}

/** The first index at which the order is wrong, or -1. A suffix is its first byte and the next suffix. */
function findFault(bytes: Uint8Array, order: Int32Array): number {
  const ranks = new Int32Array(bytes.length + 1).fill(-1);
  order.forEach((start, rank) => {
    ranks[start] = rank;
  });
  if (order.length !== bytes.length || ranks.subarray(0, -1).includes(-1)) return 0;
  return order.findIndex((start, rank) => {
    const before = order[rank - 1];
    if (before === undefined) return false;
    const byBytes = (bytes[start] ?? 0) - (bytes[before] ?? 0);
    return (byBytes || (ranks[start + 1] ?? 0) - (ranks[before + 1] ?? 0)) <= 0;
  });
}

/** A diff section after bzip2's first step: runs of 255 zeros, and a few other bytes. */
function shortenedZeros(size: number): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i % 5 === 4 ? 251 : 0));
  for (let i = 1; i < 200; i++) bytes[(i * 7919 * 13) % size] = i;
  return bytes;
}

describe('suffixArray', () => {
  it('is empty for no bytes, and 0 for one byte', () => {
    expect([...suffixArray(new Uint8Array())]).toEqual([]);
    expect([...suffixArray(Uint8Array.of(255))]).toEqual([0]);
  });

  it('orders the suffixes of a well-known word', () => {
    expect([...suffixArray(new TextEncoder().encode('mississippi'))]).toEqual([10, 7, 4, 1, 0, 9, 8, 6, 3, 5, 2]);
  });

  it('puts a shorter suffix first if the longer one begins with it', () => {
    expect([...suffixArray(new Uint8Array(5))]).toEqual([4, 3, 2, 1, 0]);
  });

  it.each([2, 3, 5, 256])('agrees with the definition for any bytes below %i', (symbols) => {
    fc.assert(
      fc.property(fc.array(fc.nat(symbols - 1), { maxLength: 60 }), (values) => {
        const bytes = Uint8Array.from(values);
        expect([...suffixArray(bytes)]).toEqual(sortSuffixes(bytes));
      }),
      { numRuns: 150 },
    );
  });

  it('agrees with the definition for any repetition of any bytes', () => {
    const bytesToRepeat = fc.uint8Array({ minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        bytesToRepeat,
        fc.integer({ min: 2, max: 12 }),
        fc.uint8Array({ maxLength: 3 }),
        (bytes, times, tail) => {
          const repeated = Uint8Array.from([...new Array(times).fill([...bytes]).flat(), ...tail]);
          expect([...suffixArray(repeated)]).toEqual(sortSuffixes(repeated));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each<[string, Uint8Array]>([
    ['one byte a hundred thousand times', new Uint8Array(100_000).fill(7)],
    ['zeros whose runs bzip2 has shortened', shortenedZeros(200_000)],
    ['bytes that rise and fall', Uint8Array.from({ length: 100_000 }, (_, i) => Math.abs((i % 510) - 255))],
    ['bytes without a pattern', Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24)],
    [
      'lines of text',
      new TextEncoder().encode(Array.from({ length: 9000 }, (_, i) => `line ${i}: ${i * i}\n`).join('')),
    ],
  ])('orders %s', (_, bytes) => {
    expect(findFault(bytes, suffixArray(bytes))).toBe(-1);
  });

  it('orders a string that repeats on every scale', () => {
    let [shorter, longer] = [[1], [1, 0]];
    while (longer.length < 100_000) [shorter, longer] = [longer, [...longer, ...shorter]];
    const fibonacci = Uint8Array.from(longer);
    expect(findFault(fibonacci, suffixArray(fibonacci))).toBe(-1);
  });
});
