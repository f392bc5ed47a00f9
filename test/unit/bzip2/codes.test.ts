import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLengths } from '../../../src/bzip2/codes.ts';

/** The bits of a text with these frequencies; an absent symbol counts once. */
function textSize(frequencies: readonly number[], lengths: Uint8Array): number {
  return frequencies.reduce((sum, frequency, i) => sum + Math.max(1, frequency) * (lengths[i] ?? 0), 0);
}

/** The size that any Huffman code has: the sum of all joined weights. */
function optimalSize(frequencies: readonly number[]): number {
  const weights = frequencies.map((frequency) => Math.max(1, frequency));
  let size = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const joined = (weights.pop() ?? 0) + (weights.pop() ?? 0);
    size += joined;
    weights.push(joined);
  }
  return size;
}

/** The share of all code words that these lengths use: 1 if none is left. */
function kraftSum(lengths: Uint8Array): number {
  return lengths.reduce((sum, length) => sum + 2 ** -length, 0);
}

const alphabet = fc.array(fc.oneof(fc.nat(3), fc.nat(3000)), { minLength: 2, maxLength: 258 });

describe('chooseLengths', () => {
  it('gives two symbols a bit each', () => {
    expect([...chooseLengths(Int32Array.of(0, 900_000), 17)]).toEqual([1, 1]);
  });

  it('gives the shortest text for any frequencies, and uses all code words', () => {
    fc.assert(
      fc.property(alphabet, (frequencies) => {
        const lengths = chooseLengths(Int32Array.from(frequencies), 30);
        expect(textSize(frequencies, lengths)).toBe(optimalSize(frequencies));
        expect(kraftSum(lengths)).toBe(1);
      }),
    );
  });

  it('makes no word longer than allowed, and still uses all code words', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 24) fibonacci.push((fibonacci.at(-1) ?? 0) + (fibonacci.at(-2) ?? 0));
    expect(Math.max(...chooseLengths(Int32Array.from(fibonacci), 30))).toBe(23);
    const lengths = chooseLengths(Int32Array.from(fibonacci), 17);
    expect([Math.max(...lengths) <= 17, kraftSum(lengths)]).toEqual([true, 1]);
  });

  it('joins shallow nodes first, so that equally short codes have a small longest word', () => {
    expect([...chooseLengths(Int32Array.of(1, 1, 1, 1, 2, 2), 17)]).toEqual([3, 3, 3, 3, 2, 2]);
    expect([...chooseLengths(Int32Array.of(2, 1, 1), 17)]).toEqual([1, 2, 2]);
  });
});
