/**
 * The differences between old bytes and as many new ones, as a delta has them: most often zero for thousands of bytes, so
 * that a run of zeros is a number and only the stretches between are bytes.
 */
import { commonStart } from '../align/common-start.ts';
import type { Match } from '../align/match-list.ts';

/** Bytes to add to old ones, modulo 256; a number is that many zeros. */
export type Differences = readonly (Uint8Array | number)[];

/** Zeros that end a stretch of bytes; fewer cost less as bytes than as a run of their own. */
const MIN_ZEROS = 16;

/** What to add to the old bytes of a match. */
export function differencesOf(old: Uint8Array, next: Uint8Array, match: Match): Differences {
  const { oldStart, nextStart, length } = match;
  const differences: (Uint8Array | number)[] = [];
  let at = 0;
  while (at < length) {
    const zeros = commonStart(old, oldStart + at, next, nextStart + at, length - at);
    if (zeros > 0) differences.push(zeros);
    at += zeros;
    if (at === length) break;
    const end = endOfBytes(old, next, match, at);
    const bytes = next.slice(nextStart + at, nextStart + end);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] ?? 0) - (old[oldStart + at + i] ?? 0);
    differences.push(bytes);
    at = end;
  }
  return differences;
}

// Where a stretch that begins with a difference meets a run of zeros, or the end.
function endOfBytes(old: Uint8Array, next: Uint8Array, { oldStart, nextStart, length }: Match, start: number): number {
  let end = start;
  for (let at = start; at < length && at - end < MIN_ZEROS; at++) {
    if (old[oldStart + at] !== next[nextStart + at]) end = at + 1;
  }
  return end;
}

/** How many bytes differences are for. */
export function lengthOf(differences: Differences): number {
  return differences.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : one.length), 0);
}
