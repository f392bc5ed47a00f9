import fc from 'fast-check';
import { type LinePatch, PatchBuilder } from '../../../../src/layouts/apt/format/line-patch.ts';

/** A line: short and of few kinds, so that equal ones are frequent; now and then with any bytes but NUL and line ends. */
export const anyLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('', 'a', 'b', 'c', ' .', '..', '5a', '1,2d') },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 1, max: 0xff }), { maxLength: 6 })
      .map((bytes) => String.fromCharCode(...bytes).replaceAll('\n', ''))
      .filter((line) => line !== '.'),
  },
);

/** What happens to the next lines of a text. */
const anySteps = fc.array(
  fc.record({
    keep: fc.nat({ max: 3 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.array(anyLine, { maxLength: 3 }),
  }),
  { maxLength: 8 },
);

/** Any patch for a text of so many lines. */
export function anyPatch(count: number): fc.Arbitrary<LinePatch> {
  return anySteps.map((steps) => {
    const builder = new PatchBuilder();
    let left = count;
    for (const { keep, remove, insert } of steps) {
      const kept = Math.min(keep, left);
      const removed = Math.min(remove, left - kept);
      left -= kept + removed;
      builder.keep(kept);
      builder.remove(removed);
      builder.insert(insert);
    }
    return builder.patch();
  });
}

/** Whether hunks ascend with a line between two, and none is empty. */
export function isNormal(patch: LinePatch): boolean {
  return patch.every((hunk, i) => {
    const before = patch[i - 1];
    const isApart = before === undefined || before.start + before.removed < hunk.start;
    return isApart && hunk.removed + hunk.lines.length > 0;
  });
}
