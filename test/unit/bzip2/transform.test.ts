import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { listSymbols, transformBlock } from '../../../src/bzip2/transform.ts';

/** All rotations, sorted by definition. */
function sortRotations(block: Uint8Array): readonly Uint8Array[] {
  const rotations = Array.from(block, (_, i) => Buffer.concat([block.subarray(i), block.subarray(0, i)]));
  return rotations.sort((a, b) => Buffer.compare(a, b));
}

function expectTransformed(block: Uint8Array): void {
  const { last, origin } = transformBlock(block);
  const rotations = sortRotations(block);
  expect([...last]).toEqual(rotations.map((rotation) => rotation.at(-1)));
  expect(Buffer.compare(rotations[origin] ?? new Uint8Array(), block)).toBe(0);
}

describe('transformBlock', () => {
  it('transforms the usual example', () => {
    const { last, origin } = transformBlock(encodeText('banana'));
    expect([new TextDecoder().decode(last), origin]).toEqual(['nnbaaa', 3]);
  });

  it.each([1, 2, 3, 256])(
    'gives the last bytes of all rotations, and the position of the block: bytes below %i',
    (symbols) => {
      const blocks = fc.array(fc.nat(symbols - 1), { minLength: 1, maxLength: 50 });
      fc.assert(fc.property(blocks, (values) => expectTransformed(Uint8Array.from(values))));
    },
  );

  it('does so for strings that are repeated', () => {
    const string = fc.array(fc.nat(2), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(string, fc.integer({ min: 2, max: 12 }), (values, times) => {
        expectTransformed(Uint8Array.from(new Array(times).fill(values).flat()));
      }),
    );
  });

  it('takes the last of equal rotations as the origin, as bzip2 does for most blocks', () => {
    // bzip2 1.0.8 writes the same origins.
    const origins = [
      ['a', 5],
      ['ab', 2],
      ['ab', 40],
      ['ba', 40],
      ['aab', 7],
      ['abcacb', 12],
      ['mississippi', 100],
    ] as const;
    const found = origins.map(([text, times]) => transformBlock(encodeText(text.repeat(times))).origin);
    expect(found).toEqual([4, 1, 39, 79, 6, 11, 499]);
  });
});

describe('listSymbols', () => {
  it('writes recent bytes as small numbers, runs as digits, and the end', () => {
    const { symbols, frequencies, bytes } = listSymbols(encodeText('aaabbcaaaaaa'));
    // a, three times: 1 + 2. b is second, then again: 1. c is third. a is third, then five times: 1 + 2 * 2.
    expect([...symbols]).toEqual([0, 0, 2, 0, 3, 3, 0, 1, 4]);
    expect([...frequencies]).toEqual([4, 1, 1, 2, 1]);
    expect(new TextDecoder().decode(bytes)).toBe('abc');
  });
});
