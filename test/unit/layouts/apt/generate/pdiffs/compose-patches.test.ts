import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, lineGrowth } from '../../../../../../src/layouts/apt/format/line-patch.ts';
import { composePatches } from '../../../../../../src/layouts/apt/generate/pdiffs/compose-patches.ts';
import { anyLine, anyPatch, isNormal } from '../../random-patch.ts';

const old = ['a', 'b', 'c', 'd', 'e'];

describe('composePatches', () => {
  it('gives the patch that leads from the oldest text to the newest', () => {
    const first = [
      { start: 1, removed: 1, lines: ['B', 'BB'] },
      { start: 4, removed: 1, lines: [] },
    ];
    const second = [
      { start: 0, removed: 1, lines: [] },
      { start: 2, removed: 2, lines: ['C'] },
    ];
    expect(composePatches(first, second)).toEqual([
      { start: 0, removed: 3, lines: ['B', 'C'] },
      { start: 4, removed: 1, lines: [] },
    ]);
    expect(applyPatch(old, composePatches(first, second))).toEqual(['B', 'C', 'd']);
  });

  it('leaves out a hunk that inserts what the other removes', () => {
    const first = [{ start: 3, removed: 0, lines: ['x', 'y'] }];
    expect(composePatches(first, [{ start: 3, removed: 2, lines: [] }])).toEqual([]);
  });

  it('joins hunks of both patches that meet', () => {
    const first = [{ start: 2, removed: 1, lines: [] }];
    expect(composePatches(first, [{ start: 2, removed: 1, lines: ['D'] }])).toEqual([
      { start: 2, removed: 2, lines: ['D'] },
    ]);
    expect(composePatches(first, [{ start: 1, removed: 1, lines: [] }])).toEqual([{ start: 1, removed: 2, lines: [] }]);
  });

  it('gives the other patch for one that does nothing', () => {
    const patch = [
      { start: 1, removed: 1, lines: [] },
      { start: 5, removed: 0, lines: ['f'] },
    ];
    expect(composePatches(patch, [])).toEqual(patch);
    expect(composePatches([], patch)).toEqual(patch);
  });

  it('gives what both patches give one after the other, for any two', () => {
    const anyTwo = fc
      .array(anyLine, { maxLength: 20 })
      .chain((lines) =>
        anyPatch(lines.length).chain((first) =>
          anyPatch(lines.length + lineGrowth(first)).map((second) => ({ lines, first, second })),
        ),
      );
    fc.assert(
      fc.property(anyTwo, ({ lines, first, second }) => {
        const composed = composePatches(first, second);
        expect(isNormal(composed)).toBe(true);
        expect(applyPatch(lines, composed)).toEqual(applyPatch(applyPatch(lines, first), second));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same for three patches, whichever two are composed first', () => {
    const anyThree = anyPatch(12).chain((first) =>
      anyPatch(12 + lineGrowth(first)).chain((second) =>
        anyPatch(12 + lineGrowth(first) + lineGrowth(second)).map((third) => [first, second, third] as const),
      ),
    );
    fc.assert(
      fc.property(anyThree, ([first, second, third]) => {
        const lines = Array.from({ length: 12 }, (_, i) => `line ${i}`);
        expect(applyPatch(lines, composePatches(composePatches(first, second), third))).toEqual(
          applyPatch(lines, composePatches(first, composePatches(second, third))),
        );
      }),
    );
  });

  it('takes no time for the lines between hunks', () => {
    const first = [{ start: 1e12, removed: 1e11, lines: ['x'] }];
    const second = [{ start: 5e12, removed: 1e11, lines: [] }];
    expect(composePatches(first, second)).toEqual([
      { start: 1e12, removed: 1e11, lines: ['x'] },
      { start: 5e12 + 1e11 - 1, removed: 1e11, lines: [] },
    ]);
  });
});
