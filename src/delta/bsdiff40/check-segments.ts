/**
 * Tries a plan on the bytes that it was made for: one that gives other bytes, or reads where there are none, is a defect and
 * never becomes a delta.
 */
import { RepomillError } from '../../errors.ts';
import { commonStart } from '../align/common-start.ts';
import type { Copy, Segment } from '../align/part-plan.ts';
import { lengthOf } from './differences.ts';

/**
 * Makes sure that segments make exactly the new bytes out of the old ones.
 *
 * @throws RepomillError `integrity`
 */
export function checkSegments(segments: readonly Segment[], old: Uint8Array, next: Uint8Array): void {
  let at = 0;
  for (const segment of segments) {
    const length = segment instanceof Uint8Array ? segment.length : lengthOf(segment.differences);
    if (length > next.length - at) throw contradiction(`makes more than the ${next.length} new bytes`);
    if (!(segment instanceof Uint8Array)) checkCopy(segment, old, next.subarray(at, at + length));
    else if (commonStart(segment, 0, next, at, length) < length) throw contradiction('brings other bytes along');
    at += length;
  }
  if (at !== next.length) throw contradiction(`makes ${at} of the ${next.length} new bytes`);
}

function checkCopy({ oldStart, differences }: Copy, old: Uint8Array, next: Uint8Array): void {
  if (oldStart < 0 || oldStart + next.length > old.length) throw contradiction('leaves the old bytes');
  let at = 0;
  for (const one of differences) {
    if (typeof one === 'number') {
      if (commonStart(old, oldStart + at, next, at, one) < one) throw contradiction('makes other bytes');
      at += one;
      continue;
    }
    for (const difference of one) {
      const sum = (old[oldStart + at] ?? 0) + difference;
      if ((sum & 0xff) !== next[at]) throw contradiction('makes other bytes');
      at++;
    }
  }
}

function contradiction(found: string): RepomillError {
  return new RepomillError('integrity', `delta: the plan of a part ${found}`);
}
