import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/bytes.ts';
import {
  checkInstructions,
  differencesOf,
  type Instruction,
  lengthOf,
  splitZeros,
} from '../../../src/delta/instructions.ts';

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

describe('splitZeros', () => {
  it('gives zeros as a number, and nothing for no bytes', () => {
    expect(splitZeros(new Uint8Array(1_000_000))).toEqual([1_000_000]);
    expect(splitZeros(new Uint8Array())).toEqual([]);
  });

  it('keeps runs of less than 16 zeros among the bytes', () => {
    const bytes = Uint8Array.of(1, ...new Uint8Array(15), 2, ...new Uint8Array(16), 3);
    expect(splitZeros(bytes)).toEqual([bytes.slice(0, 17), 16, Uint8Array.of(3)]);
  });

  it('keeps the bytes, and makes no empty array', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.nat(40).map((size) => new Uint8Array(size)),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 10 }), (chunks) => {
        const bytes = concatBytes(chunks);
        const parts = splitZeros(bytes);
        const joined = concatBytes(parts.map((part) => (typeof part === 'number' ? new Uint8Array(part) : part)));
        expect(joined).toEqual(bytes);
        expect(parts.filter((part) => (typeof part === 'number' ? part < 16 : part.length === 0))).toEqual([]);
      }),
    );
  });

  it('gives copies', () => {
    const bytes = Uint8Array.of(1, 2);
    const parts = splitZeros(bytes);
    bytes.fill(9);
    expect(parts).toEqual([Uint8Array.of(1, 2)]);
  });
});

describe('checkInstructions', () => {
  const old = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const next = Uint8Array.of(9, 1, 2, 0, 4);
  const good: readonly Instruction[] = [Uint8Array.of(9), { oldStart: 0, differences: [2, Uint8Array.of(253), 1] }];

  it('accepts instructions that make the new bytes, modulo 256', () => {
    expect(() => checkInstructions(good, old, next)).not.toThrow();
    expect(() => checkInstructions([], old, new Uint8Array())).not.toThrow();
  });

  it.each<[string, readonly Instruction[], string]>([
    ['insert the wrong bytes', [Uint8Array.of(8), ...good.slice(1)], 'inserts the wrong bytes'],
    ['copy the wrong bytes', [...good.slice(0, 1), { oldStart: 1, differences: [4] }], 'makes the wrong bytes'],
    [
      'add the wrong differences',
      [...good.slice(0, 1), { oldStart: 0, differences: [2, Uint8Array.of(252), 1] }],
      'makes the wrong bytes',
    ],
    ['end early', good.slice(0, 1), 'makes 1 of the 5 new bytes'],
    ['make too much', [...good, Uint8Array.of(4)], 'makes more than the 5 new bytes'],
    [
      'begin before the old bytes',
      [...good.slice(0, 1), { oldStart: -1, differences: [4] }],
      'reads outside the old bytes',
    ],
    [
      'continue after the old bytes',
      [...good.slice(0, 1), { oldStart: 3, differences: [4] }],
      'reads outside the old bytes',
    ],
  ])('refuses instructions that %s', (_, instructions, message) => {
    expect(() => checkInstructions(instructions, old, next)).toThrow(`delta: the plan of a part ${message}`);
  });
});
