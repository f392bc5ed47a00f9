/**
 * Segments to the steps of a delta: what goes on in the old file where the last copy ended is the same step.
 */
import { RepomillError } from '../../errors.ts';
import type { Segment } from '../align/part-plan.ts';
import { lengthOf } from './differences.ts';
import type { Step } from './format-bsdiff40.ts';

/** A step that still grows. */
interface Draft {
  readonly oldStart: number;
  readonly differences: (Uint8Array | number)[];
  readonly extra: Uint8Array[];
}

/** The steps that make the given segments, one after the other. Positions of the segments count in the whole old file. */
export function joinSteps(segments: readonly Segment[]): readonly Step[] {
  let step: Draft = { oldStart: 0, differences: [], extra: [] };
  let oldAt = 0;
  const steps = [step];
  for (const segment of segments) {
    if (segment instanceof Uint8Array) {
      step.extra.push(segment);
      continue;
    }
    if (segment.oldStart !== oldAt || step.extra.length > 0) {
      step = { oldStart: segment.oldStart, differences: [], extra: [] };
      steps.push(step);
    }
    append(step.differences, segment.differences);
    oldAt = segment.oldStart + lengthOf(segment.differences);
  }
  return steps;
}

function append(differences: (Uint8Array | number)[], more: readonly (Uint8Array | number)[]): void {
  for (const one of more) {
    const last = differences.at(-1);
    if (typeof one === 'number' && typeof last === 'number') differences[differences.length - 1] = last + one;
    else differences.push(one);
  }
}

/**
 * Makes sure that steps make exactly the new file and stay inside the old one. `bspatch` would read on behind its end.
 *
 * @throws RepomillError `integrity`
 */
export function checkSteps(steps: readonly Step[], oldSize: number, newSize: number): void {
  let made = 0;
  for (const { oldStart, differences, extra } of steps) {
    const length = lengthOf(differences);
    if (oldStart < 0 || oldStart + length > oldSize) {
      throw new RepomillError(
        'integrity',
        `delta: a step reads ${length} bytes at ${oldStart} of ${oldSize} old bytes`,
      );
    }
    made += length + lengthOf(extra);
  }
  if (made !== newSize) throw new RepomillError('integrity', `delta: its steps make ${made} of ${newSize} new bytes`);
}
