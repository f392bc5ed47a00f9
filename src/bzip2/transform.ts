/**
 * The Burrows-Wheeler transform of a block, over all of its rotations as bzip2 has it. Rotations are sorted as suffixes: of
 * the least rotation, all suffixes stand in the same order as the rotations that begin with them, because it is a Lyndon
 * word or a power of one.
 */

import { suffixArray } from '../bytes/suffix-array.ts';
import { placeRepeatedBlock } from './repetition.ts';

/** The last byte of each rotation in the order of the rotations, and the place of the block itself among them. */
export interface Transformed {
  readonly last: Uint8Array;
  readonly origin: number;
}

/** Transforms a block of at least one byte. */
export function transformBlock(block: Uint8Array): Transformed {
  const size = block.length;
  const { start, repeats } = findLeastRotation(block);
  const least = new Uint8Array(size);
  least.set(block.subarray(start));
  least.set(block.subarray(0, start), size - start);
  const order = suffixArray(least);
  const last = new Uint8Array(size);
  for (let i = 0; i < size; i++) last[i] = least[(order[i] || size) - 1] ?? 0;
  const origin = repeats ? placeRepeatedBlock(block) : order.indexOf(start === 0 ? 0 : size - start);
  return { last, origin };
}

/**
 * Where the first of the least rotations begins, and whether there is another one. Of two candidates, the larger one skips
 * what it has lost; each of the least ones stays a candidate until the end.
 */
function findLeastRotation(block: Uint8Array): { readonly start: number; readonly repeats: boolean } {
  const size = block.length;
  let a = 0;
  let b = 1;
  let same = 0;
  while (a < size && b < size && same < size) {
    const atA = a + same < size ? a + same : a + same - size;
    const atB = b + same < size ? b + same : b + same - size;
    const difference = (block[atA] ?? 0) - (block[atB] ?? 0);
    if (difference === 0) {
      same++;
      continue;
    }
    if (difference > 0) a += same + 1;
    else b += same + 1;
    if (a === b) b++;
    same = 0;
  }
  return { start: Math.min(a, b), repeats: same === size };
}
