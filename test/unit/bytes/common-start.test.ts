import { describe, expect, it } from 'vitest';
import { commonStart } from '../../../src/bytes/common-start.ts';

/** Two arrays of which exactly `equal` bytes agree from the given positions, and no byte before. */
function pair(oldStart: number, nextStart: number, equal: number, rest: number): [Uint8Array, Uint8Array] {
  const old = new Uint8Array(oldStart + equal + rest).fill(1);
  const next = new Uint8Array(nextStart + equal + rest).fill(2);
  for (let i = 0; i < equal; i++) {
    old[oldStart + i] = i * 7;
    next[nextStart + i] = i * 7;
  }
  return [old, next];
}

describe('commonStart', () => {
  it('finds the first difference at every position, for any two starts', () => {
    for (let equal = 0; equal < 80; equal++) {
      for (const [oldStart, nextStart] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [2, 3],
        [3, 2],
        [5, 5],
      ] as const) {
        const [old, next] = pair(oldStart, nextStart, equal, 9);
        expect(commonStart(old, oldStart, next, nextStart, equal + 9), `${equal} ${oldStart} ${nextStart}`).toBe(equal);
      }
    }
  });

  it('finds it in long arrays, next to the positions where words are loaded', () => {
    for (const equal of [8191, 8192, 8193, 8227, 8228, 16420, 30_001]) {
      const [old, next] = pair(1, 6, equal, 9000);
      expect(commonStart(old, 1, next, 6, equal + 9000)).toBe(equal);
    }
  });

  it('stops at the limit if more bytes are equal', () => {
    const bytes = new Uint8Array(20_000);
    for (const limit of [0, 1, 31, 32, 33, 37, 8230, 19_997])
      expect(commonStart(bytes, 3, bytes, 1, limit)).toBe(limit);
  });

  it('takes new bytes at any offset in their buffer', () => {
    const memory = Uint8Array.from({ length: 400 }, (_, i) => i * 3);
    for (let start = 0; start < 8; start++) {
      const next = memory.subarray(start, start + 200);
      expect(commonStart(memory.slice(start), 0, next, 0, 200)).toBe(200);
    }
  });
});
