/**
 * Searches what had to be brought along in the old bytes that are worth it. Both are few beside the two files: what was
 * inserted or rewritten, against what was taken out or lay beside it.
 */

import type { Match } from '../align/match-list.ts';
import type { Copy, Excerpt, Segment } from '../align/part-plan.ts';
import { differencesOf, lengthOf } from '../bsdiff40/differences.ts';
import type { Step } from '../bsdiff40/format-bsdiff40.ts';
import type { Matcher } from './match-bytes.ts';

/**
 * What a match must be worth: a byte for each equal one, less half a byte for each that differs. A match takes one more
 * control, often two, of three to six bytes each, and what it replaces would have been compressed, too. Measured on Debian,
 * 20 days: 24 gives 130,642 bytes, 12 gives 131,106 and 32 gives 131,406.
 */
const MIN_WORTH = 24;

/** The segments again, with what the matcher finds in the excerpts made from there. */
export async function searchLeftovers(
  segments: readonly Segment[],
  excerpts: readonly Excerpt[],
  matcher: Matcher,
): Promise<readonly Segment[]> {
  const leftovers = new JoinedBytes(segments.filter((segment) => segment instanceof Uint8Array));
  const searched = new JoinedBytes(excerpts.map(({ bytes }) => bytes));
  if (leftovers.bytes.length < MIN_WORTH || searched.bytes.length < MIN_WORTH) return segments;
  const found: Match[][] = leftovers.starts.map(() => []);
  for (const match of matchesOf(await matcher(searched.bytes, leftovers.bytes))) {
    for (const piece of cut(match, searched, leftovers)) {
      if (isWorth(piece, searched.bytes, leftovers.bytes)) found[leftovers.partAt(piece.nextStart)]?.push(piece);
    }
  }
  let part = 0;
  return segments.flatMap((segment) => {
    if (!(segment instanceof Uint8Array)) return [segment];
    const start = leftovers.starts[part] ?? 0;
    return divide(segment, start, found[part++] ?? [], ({ oldStart, nextStart, length }) => {
      const excerpt = searched.partAt(oldStart);
      const shift = (excerpts[excerpt]?.oldStart ?? 0) - (searched.starts[excerpt] ?? 0);
      const differences = differencesOf(searched.bytes, leftovers.bytes, { oldStart, nextStart, length });
      return { oldStart: oldStart + shift, differences };
    });
  });
}

/** Arrays joined to one, and where each begins in it. */
class JoinedBytes {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];

  constructor(parts: readonly Uint8Array[]) {
    const starts: number[] = [];
    let length = 0;
    for (const part of parts) {
      starts.push(length);
      length += part.length;
    }
    const [only] = parts;
    this.starts = starts;
    this.bytes = parts.length === 1 && only !== undefined ? only : new Uint8Array(length);
    if (this.bytes === only) return;
    for (const [i, part] of parts.entries()) this.bytes.set(part, starts[i]);
  }

  /** The number of the part that holds a byte. */
  partAt(position: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  /** How many bytes of the same part follow from a position on. */
  leftAt(position: number): number {
    return (this.starts[this.partAt(position) + 1] ?? this.bytes.length) - position;
  }
}

function matchesOf(steps: readonly Step[]): readonly Match[] {
  let nextStart = 0;
  return steps.map(({ oldStart, differences, extra }) => {
    const match = { oldStart, nextStart, length: lengthOf(differences) };
    nextStart += match.length + lengthOf(extra);
    return match;
  });
}

/** The pieces of a match that lie in one part on either side. */
function cut(match: Match, searched: JoinedBytes, leftovers: JoinedBytes): readonly Match[] {
  const pieces: Match[] = [];
  let done = 0;
  while (done < match.length) {
    const oldStart = match.oldStart + done;
    const nextStart = match.nextStart + done;
    const length = Math.min(match.length - done, searched.leftAt(oldStart), leftovers.leftAt(nextStart));
    pieces.push({ oldStart, nextStart, length });
    done += length;
  }
  return pieces;
}

function isWorth({ oldStart, nextStart, length }: Match, old: Uint8Array, next: Uint8Array): boolean {
  let equal = 0;
  for (let i = 0; i < length; i++) if (old[oldStart + i] === next[nextStart + i]) equal++;
  return equal - (length - equal) / 2 >= MIN_WORTH;
}

/** A segment that was brought along, with matches in it. `start` is its position among all such bytes. */
function divide(
  segment: Uint8Array,
  start: number,
  matches: readonly Match[],
  copyOf: (match: Match) => Copy,
): readonly Segment[] {
  const divided: Segment[] = [];
  let at = 0;
  for (const match of matches) {
    const matchStart = match.nextStart - start;
    if (matchStart > at) divided.push(segment.subarray(at, matchStart));
    divided.push(copyOf(match));
    at = matchStart + match.length;
  }
  if (at < segment.length) divided.push(segment.subarray(at));
  return divided;
}
