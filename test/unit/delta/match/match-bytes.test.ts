import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../../../src/delta/apply-delta.ts';
import { formatBsdiff40, type Step } from '../../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { parseSteps } from '../../../../src/delta/bsdiff40/parse-steps.ts';
import { matchBytes } from '../../../../src/delta/match/match-bytes.ts';
import { readDeltaVectors } from '../../../vectors/vectors.ts';

const example = readFileSync(new URL('../../../../examples/debian/main/amd64/Packages', import.meta.url));

/** Old and new bytes that have much in common: pieces of the old ones, and others between. */
const pair = fc.uint8Array({ maxLength: 300, max: 5 }).chain((old) => {
  const piece = fc.tuple(fc.nat(old.length), fc.nat(120)).map(([at, size]) => old.subarray(at, at + size));
  const pieces = fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 30, max: 5 })), { maxLength: 6 });
  return fc.tuple(
    fc.constant(old),
    pieces.map((list) => Uint8Array.from(list.flatMap((bytes) => [...bytes]))),
  );
});

function sizeOf(parts: Step['differences']): number {
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? part : part.length), 0);
}

describe('matchBytes', () => {
  it.each(readDeltaVectors())('finds what bsdiff found: $title', ({ old, next, delta }) => {
    expect(formatBsdiff40(matchBytes(old, next), next.length)).toEqual(delta);
  });

  it('gives steps that make the new file out of the old one, for any pair', () => {
    fc.assert(
      fc.property(pair, ([old, next]) => {
        expect(applyDelta(old, formatBsdiff40(matchBytes(old, next), next.length), next.length)).toEqual(next);
      }),
      { numRuns: 300 },
    );
  });

  it('never leads out of the old file: older programs and newer ones do different things there', () => {
    fc.assert(
      fc.property(pair, ([old, next]) => {
        const outside = matchBytes(old, next).filter(
          ({ oldStart, differences }) => oldStart < 0 || oldStart + sizeOf(differences) > old.length,
        );
        expect(outside).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('adds all of an equal file, as one run of zeros, and ends where its match begins', () => {
    expect(matchBytes(example, example)).toEqual([
      { oldStart: 0, differences: [example.length], extra: [] },
      { oldStart: 0, differences: [], extra: [] },
    ]);
  });

  it('brings along all of a file that has nothing in common with the old one', () => {
    const next = Uint8Array.of(4, 5, 6);
    expect(matchBytes(Uint8Array.of(1, 2, 3), next)[0]).toEqual({ oldStart: 0, differences: [], extra: [next] });
    expect(matchBytes(new Uint8Array(), next)[0]).toEqual({ oldStart: 0, differences: [], extra: [next] });
  });

  it('has no steps to an empty file', () => {
    expect(matchBytes(example, new Uint8Array())).toEqual([]);
    expect(matchBytes(new Uint8Array(), new Uint8Array())).toEqual([]);
  });

  it('finds bytes that have moved', () => {
    const [first, second] = [example.subarray(0, 1000), example.subarray(1000, 2000)];
    const swapped = Uint8Array.from([...second, ...first]);
    const brought = matchBytes(example.subarray(0, 2000), swapped).flatMap(({ extra }) => extra);
    expect(brought).toEqual([]);
  });

  it('gives parts of their own, which the files may change under', () => {
    const [old, next] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
    const steps = matchBytes(old, next);
    next.fill(0);
    expect(steps[0]?.extra).toEqual([Uint8Array.of(4, 5, 6)]);
  });
});

describe('parseSteps', () => {
  it.each(readDeltaVectors())('gives steps that make the same delta again: $title', ({ delta, next }) => {
    const steps = parseSteps(delta, { maxNewSize: next.length });
    expect(formatBsdiff40(steps, next.length)).toEqual(delta);
  });

  it('gives back the steps that were formatted', () => {
    fc.assert(
      fc.property(pair, ([old, next]) => {
        const steps = matchBytes(old, next);
        expect(parseSteps(formatBsdiff40(steps, next.length), { maxNewSize: next.length })).toEqual(steps);
      }),
    );
  });

  it('refuses what is too large or cut off', () => {
    const delta = formatBsdiff40(matchBytes(new Uint8Array(), example), example.length);
    expect(() => parseSteps(delta, { maxNewSize: example.length - 1 })).toThrow('expected a new file of at most');
    expect(() => parseSteps(delta.subarray(0, -1), { maxNewSize: example.length })).toThrow('bzip2: cut off');
  });
});
