/**
 * Finds what two lists of texts have in common, in the order of both: keys of pieces, keys of stanzas, lines. Finds the most there
 * is (Myers, "An O(ND) Difference Algorithm", 1986) while the lists differ in few places. Otherwise texts that occur once in both
 * divide the lists into smaller ones. Takes time and memory for the length of the lists, whatever is in them.
 */

/** Consecutive texts that are equal: `count` of them from the positions `old` and `next`. */
export interface EqualRun {
  readonly old: number;
  readonly next: number;
  readonly count: number;
}

/** Texts of one list that may be without a counterpart in the other before Myers' algorithm gives up. */
const MAX_EDITS = 512;

/** Runs of equal texts, in ascending order of both lists. None is empty, and no two of them meet. */
export function matchTexts(old: readonly string[], next: readonly string[]): readonly EqualRun[] {
  const whole = { old, next, oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length };
  const runs = new EqualRuns();
  if (!matchFew(whole, runs)) matchByAnchors(whole, runs);
  return runs.list;
}

/** Ranges of two lists that are compared. Ends are exclusive. */
interface Pair {
  readonly old: readonly string[];
  readonly next: readonly string[];
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly nextStart: number;
  readonly nextEnd: number;
}

/** Collects runs in ascending order. */
class EqualRuns {
  readonly list: EqualRun[] = [];

  add(old: number, next: number, count: number): void {
    const last = this.list.at(-1);
    if (count === 0) return;
    if (last !== undefined && last.old + last.count === old && last.next + last.count === next)
      this.list[this.list.length - 1] = { ...last, count: last.count + count };
    else this.list.push({ old, next, count });
  }
}

function matchByAnchors(pair: Pair, runs: EqualRuns): void {
  let { oldStart, nextStart } = pair;
  for (const { old, next } of [...findAnchors(pair), { old: pair.oldEnd, next: pair.nextEnd }]) {
    matchFew({ ...pair, oldStart, oldEnd: old, nextStart, nextEnd: next }, runs);
    if (old < pair.oldEnd) runs.add(old, next, 1);
    oldStart = old + 1;
    nextStart = next + 1;
  }
}

type Anchor = Pick<EqualRun, 'old' | 'next'>;

/** Texts that occur once in both ranges: as many as are in the same order, ascending. */
function findAnchors({ old, next, oldStart, oldEnd, nextStart, nextEnd }: Pair): readonly Anchor[] {
  const once = positionsOfUnique(old, oldStart, oldEnd);
  const anchors: Anchor[] = [];
  for (const [text, at] of positionsOfUnique(next, nextStart, nextEnd)) {
    const before = once.get(text) ?? -1;
    if (at >= 0 && before >= 0) anchors.push({ old: before, next: at });
  }
  return longestAscent(anchors);
}

/** The position of each text that occurs once; -1 for those that occur more often. */
function positionsOfUnique(texts: readonly string[], start: number, end: number): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (let i = start; i < end; i++) {
    const text = texts[i] ?? '';
    positions.set(text, positions.has(text) ? -1 : i);
  }
  return positions;
}

/** The longest part of a list, ascending in `next`, that also ascends in `old`. */
function longestAscent(anchors: readonly Anchor[]): readonly Anchor[] {
  // Of every length of an ascent, the one that ends lowest: the position of its last anchor, and of the one before each.
  const ends: number[] = [];
  const previous: number[] = [];
  const oldOf = (i: number | undefined): number => anchors[i ?? -1]?.old ?? -1;
  for (const [i, { old }] of anchors.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (oldOf(ends[middle]) < old) low = middle + 1;
      else high = middle;
    }
    previous.push(ends[low - 1] ?? -1);
    ends[low] = i;
  }
  const ascent: Anchor[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const anchor = anchors[at];
    if (anchor !== undefined) ascent.push(anchor);
  }
  return ascent.reverse();
}

/** Matches as much as there is. Returns false, without a match, if the ranges differ in too many places. */
function matchFew(pair: Pair, runs: EqualRuns): boolean {
  const { old, next } = pair;
  let { oldStart, oldEnd, nextStart, nextEnd } = pair;
  while (oldStart < oldEnd && nextStart < nextEnd && old[oldStart] === next[nextStart]) {
    oldStart++;
    nextStart++;
  }
  while (oldStart < oldEnd && nextStart < nextEnd && old[oldEnd - 1] === next[nextEnd - 1]) {
    oldEnd--;
    nextEnd--;
  }
  const snakes = findSnakes({ old, next, oldStart, oldEnd, nextStart, nextEnd });
  if (snakes === undefined) return false;
  runs.add(pair.oldStart, pair.nextStart, oldStart - pair.oldStart);
  for (const { old: at, next: nextAt, count } of snakes) runs.add(at, nextAt, count);
  runs.add(oldEnd, nextEnd, pair.oldEnd - oldEnd);
  return true;
}

/** The runs of a shortest edit; undefined if it is longer than allowed. */
function findSnakes(pair: Pair): readonly EqualRun[] | undefined {
  const { old, next, oldStart, nextStart } = pair;
  const oldCount = pair.oldEnd - oldStart;
  const nextCount = pair.nextEnd - nextStart;
  if (oldCount === 0 || nextCount === 0) return [];
  const limit = Math.min(MAX_EDITS, oldCount + nextCount);
  // How far into the old range each diagonal (position in it minus position in the next) leads, after every number of edits.
  const reach = new Int32Array(2 * limit + 3);
  const middle = limit + 1;
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= limit; edits++) {
    steps.push(reach.slice(middle - edits - 1, middle + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepOnto(diagonal, edits, reach, middle);
      while (x < oldCount && x - diagonal < nextCount && old[oldStart + x] === next[nextStart + x - diagonal]) x++;
      reach[middle + diagonal] = x;
      if (x >= oldCount && x - diagonal >= nextCount) return retrace(pair, steps, diagonal);
    }
  }
  return undefined;
}

/** The position in the old range after the edit that leads onto a diagonal. */
function stepOnto(diagonal: number, edits: number, reach: Int32Array, middle: number): number {
  if (edits === 0) return 0;
  if (isInsertion(diagonal, edits, reach, middle)) return reach[middle + diagonal + 1] ?? 0;
  return (reach[middle + diagonal - 1] ?? 0) + 1;
}

/** Whether that edit is an insertion, which comes from the diagonal above; a removal comes from the one below. */
function isInsertion(diagonal: number, edits: number, reach: Int32Array, middle: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (reach[middle + diagonal - 1] ?? 0) < (reach[middle + diagonal + 1] ?? 0);
}

/** Follows the edits from the end of both ranges back to their start. */
function retrace(
  { oldStart, oldEnd, nextStart }: Pair,
  steps: readonly Int32Array[],
  last: number,
): readonly EqualRun[] {
  const snakes: EqualRun[] = [];
  let diagonal = last;
  let end = oldEnd - oldStart;
  for (const [edits, reach] of [...steps.entries()].reverse()) {
    const start = stepOnto(diagonal, edits, reach, edits + 1);
    if (end > start) snakes.push({ old: oldStart + start, next: nextStart + start - diagonal, count: end - start });
    const inserted = isInsertion(diagonal, edits, reach, edits + 1);
    end = inserted ? start : start - 1;
    diagonal += inserted ? 1 : -1;
  }
  return snakes.reverse();
}
