import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differencesOf, lengthOf } from '../../../../src/delta/bsdiff40/differences.ts';

function differences(old: readonly number[], next: readonly number[]): readonly (readonly number[] | number)[] {
  const match = { oldStart: 0, nextStart: 0, length: next.length };
  return differencesOf(Uint8Array.from(old), Uint8Array.from(next), match).map((one) =>
    typeof one === 'number' ? one : [...one],
  );
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe('differencesOf', () => {
  it('gives equal bytes as one number', () => {
    expect(differences([1, 2, 3], [1, 2, 3])).toEqual([3]);
  });

  it('subtracts modulo 256', () => {
    expect(differences([1, 200, 0], [0, 100, 255])).toEqual([[255, 156, 255]]);
  });

  it('keeps up to 15 zeros among the bytes, and makes a number of 16', () => {
    expect(differences(zeros(17), [1, ...zeros(15), 1])).toEqual([[1, ...zeros(15), 1]]);
    expect(differences(zeros(18), [1, ...zeros(16), 1])).toEqual([[1], 16, [1]]);
  });

  it('keeps a number at the beginning and at the end, however short', () => {
    expect(differences(zeros(4), [0, 5, 0, 0])).toEqual([1, [5], 2]);
  });

  it('has as many bytes as the match, and gives the new bytes when it is added to the old', () => {
    const few = fc.integer({ min: 0, max: 2 });
    const bytes = fc.array(fc.tuple(few, few), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(3), fc.nat(3), (pairs, oldStart, nextStart) => {
        const old = Uint8Array.from([...zeros(oldStart), ...pairs.map(([byte]) => byte)]);
        const next = Uint8Array.from([...zeros(nextStart), ...pairs.map(([, byte]) => byte)]);
        const found = differencesOf(old, next, { oldStart, nextStart, length: pairs.length });
        const flat = found.flatMap((one) => (typeof one === 'number' ? zeros(one) : [...one]));
        expect(lengthOf(found)).toBe(pairs.length);
        expect(flat.map((one, i) => (one + (old[oldStart + i] ?? 0)) & 255)).toEqual([...next.subarray(nextStart)]);
      }),
    );
  });
});
