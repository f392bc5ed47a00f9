/**
 * The plan of one part: how its new bytes are made from the old ones, and which old bytes are worth searching for those that had
 * to be inserted. It holds copies of the few bytes that it needs, so the part itself can be released.
 */
import { checkInstructions, type Instruction, instructionsOf, type Match, MatchList } from '../instructions.ts';
import { type AlignedRange, alignCells } from './align-cells.ts';

/** Some of the old bytes, and where they begin. */
export interface OldExcerpt {
  readonly oldStart: number;
  readonly bytes: Uint8Array;
}

/** How a part is made. Positions count from the start of the old part. */
export interface PartPlan {
  /** They make all new bytes, in order. */
  readonly instructions: readonly Instruction[];
  /** Old bytes that no instruction copies, and those around the places where something was inserted. */
  readonly searchable: readonly OldExcerpt[];
}

/**
 * Inserted bytes often resemble their neighbours, so as many old bytes as were inserted are searched on either side, at most
 * this many. Without them, Debian's deltas are 1 % larger.
 */
const MAX_NEIGHBOURHOOD = 1000;

/** A reader allows one control for every 8 new bytes. If there are many matches, shorter ones than this are left out. */
const MIN_MATCH = 8;

/**
 * Plans a part.
 *
 * @param ranges - what corresponds, in the order of the new bytes; empty if nothing is known
 * @throws RepomillError `integrity` if the ranges contradict the bytes
 */
export function planPart(old: Uint8Array, next: Uint8Array, ranges: readonly AlignedRange[]): PartPlan {
  const found = new MatchList();
  for (const range of ranges) alignCells(old, next, range, found);
  const matches = affordable(found.list(), next.length);
  const instructions = instructionsOf(matches, old, next);
  checkInstructions(instructions, old, next);
  return { instructions, searchable: searchableOf(matches, old) };
}

function affordable(matches: readonly Match[], size: number): readonly Match[] {
  if (matches.length * 2 * MIN_MATCH <= size) return matches;
  return matches.filter(({ length }) => length >= MIN_MATCH);
}

function searchableOf(matches: readonly Match[], old: Uint8Array): readonly OldExcerpt[] {
  const spans: { start: number; end: number }[] = [];
  const include = (start: number, end: number): void => {
    const last = spans.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) spans.push({ start, end });
  };
  let oldAt = 0;
  let nextAt = 0;
  for (const { oldStart, nextStart, length } of matches) {
    if (oldStart > oldAt) include(oldAt, oldStart);
    else if (nextStart > nextAt) {
      const reach = Math.min(MAX_NEIGHBOURHOOD, nextStart - nextAt);
      include(Math.max(0, oldStart - reach), Math.min(old.length, oldStart + reach));
    }
    oldAt = oldStart + length;
    nextAt = nextStart + length;
  }
  include(oldAt, old.length);
  return spans.map(({ start, end }) => ({ oldStart: start, bytes: old.slice(start, end) }));
}
