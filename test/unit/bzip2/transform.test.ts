import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transformBlock } from '../../../src/bzip2/transform.ts';

/** All rotations, sorted by definition. */
function sortRotations(block: Uint8Array): readonly Uint8Array[] {
  const rotations = Array.from(block, (_, i) => Uint8Array.from([...block.subarray(i), ...block.subarray(0, i)]));
  return rotations.sort((a, b) => Buffer.compare(a, b));
}

function expectTransformed(block: Uint8Array): void {
  const { last, origin } = transformBlock(block);
  const rotations = sortRotations(block);
  expect([...last]).toEqual(rotations.map((rotation) => rotation.at(-1)));
  expect(rotations[origin]).toEqual(block);
}

describe('transformBlock', () => {
  it('transforms the usual example', () => {
    const { last, origin } = transformBlock(new TextEncoder().encode('banana'));
    expect([new TextDecoder().decode(last), origin]).toEqual(['nnbaaa', 3]);
  });

  it.each([1, 2, 3, 256])(
    'gives the last bytes of all rotations, and where the block is: bytes below %i',
    (symbols) => {
      const blocks = fc.array(fc.nat(symbols - 1), { minLength: 1, maxLength: 50 });
      fc.assert(fc.property(blocks, (values) => expectTransformed(Uint8Array.from(values))));
    },
  );

  it('does so for strings that are repeated whole', () => {
    const piece = fc.array(fc.nat(2), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(piece, fc.integer({ min: 2, max: 30 }), (values, times) => {
        expectTransformed(Uint8Array.from(new Array(times).fill(values).flat()));
      }),
    );
  });

  it('tells equal rotations apart as libbzip2 does', () => {
    // The origins that bzip2 1.0.8 writes.
    const origins = [
      ['ab', 2],
      ['ab', 40],
      ['aab', 7],
      ['abcacb', 12],
      ['mississippi', 100],
      ['acaaab', 27],
    ] as const;
    const found = origins.map(([text, times]) => transformBlock(new TextEncoder().encode(text.repeat(times))).origin);
    expect(found).toEqual([1, 39, 6, 11, 499, 103]);
  });
});
