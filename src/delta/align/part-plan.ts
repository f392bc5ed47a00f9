/**
 * The plan of one part: how to make its new bytes from the old ones, and which old bytes to search for the inserted ones. It
 * copies the few bytes it needs, so the part itself can be released.
 */
import { checkInstructions, type Instruction, instructionsOf, type Match, MatchList } from '../instructions.ts';
import { type AlignedRange, alignCells } from './align-cells.ts';

/** Some of the old bytes, and where they start. */
export interface OldExcerpt {
  readonly oldStart: number;
  readonly bytes: Uint8Array;
}

/** The plan of a part. Positions are relative to the start of the old part. */
export interface PartPlan {
  /** Instructions that make all new bytes, in order. */
  readonly instructions: readonly Instruction[];
  /** Old bytes that no instruction copies, and those around insertions. */
  readonly searchable: readonly OldExcerpt[];
}

/**
 * Inserted bytes often resemble their neighbours, so on either side as many old bytes are searched as were inserted, up to this
 * limit. Without that, Debian's deltas are 1 % larger.
 */
const MAX_NEIGHBOURHOOD = 1000;

/** Readers allow one control per 8 new bytes, so if there are many matches, shorter ones than this are left out. */
const MIN_MATCH = 8;

/**
 * Plans a part.
 *
 * @param ranges - corresponding ranges, in the order of the new bytes; empty if none are known
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
