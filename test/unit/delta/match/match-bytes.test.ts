import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../../../src/delta/apply-delta.ts';
import { formatBsdiff40 } from '../../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { parseSteps } from '../../../../src/delta/bsdiff40/parse-bsdiff40.ts';
import { lengthOf } from '../../../../src/delta/instructions.ts';
import { matchBytes } from '../../../../src/delta/match/match-bytes.ts';
import { readDeltaVectors } from '../../../vectors/vectors.ts';
import { relatedFiles } from './related-files.ts';

const example = readFileSync(new URL('../../../../examples/debian/main/amd64/Packages', import.meta.url));

describe('matchBytes', () => {
  it.each(readDeltaVectors())('finds what bsdiff found: $title', ({ old, next, delta }) => {
    expect(formatBsdiff40(matchBytes(old, next), next.length)).toEqual(delta);
  });

  it('gives steps that make the new file, none of which reads outside the old one, for any files', () => {
    fc.assert(
      fc.property(relatedFiles, ([old, next]) => {
        const steps = matchBytes(old, next);
        const delta = formatBsdiff40(steps, next.length);
        expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
        // Older and newer versions of bspatch treat such steps differently.
        const outside = steps.filter(
          ({ oldStart, differences }) => oldStart < 0 || oldStart + lengthOf(differences) > old.length,
        );
        expect(outside).toEqual([]);
        // Taken apart again, the delta gives the same steps.
        expect(parseSteps(delta, { maxNewSize: next.length })).toEqual(steps);
      }),
      { numRuns: 200 },
    );
  });

  it('adds all of an equal file, as one run of zeros, and ends where its match begins', () => {
    expect(matchBytes(example, example)).toEqual([
      { oldStart: 0, differences: [example.length], extra: [] },
      { oldStart: 0, differences: [], extra: [] },
    ]);
  });

  it('inserts all of a file that has nothing in common with the old one', () => {
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

  it('returns copies, not parts of the files', () => {
    const [old, next] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
    const steps = matchBytes(old, next);
    next.fill(0);
    expect(steps[0]?.extra).toEqual([Uint8Array.of(4, 5, 6)]);
  });
});
