/**
 * The plan of one part: how its new bytes are made from the old ones, and which old bytes may still be of use for what had
 * to be brought along. It holds copies of the few bytes that it needs, so that the part itself can be forgotten.
 */

import { checkSegments } from '../bsdiff40/check-segments.ts';
import { type Differences, differencesOf } from '../bsdiff40/differences.ts';
import { alignCells } from './align-cells.ts';
import { type Match, MatchList } from './match-list.ts';
import type { Stretch } from './stretch.ts';

/** New bytes that are made from old ones: as many as `differences` are for, from `oldStart` on. */
export interface Copy {
  readonly oldStart: number;
  readonly differences: Differences;
}

/** The next new bytes: made from old ones, or brought along. */
export type Segment = Copy | Uint8Array;

/** Old bytes and where they begin. */
export interface Excerpt {
  readonly oldStart: number;
  readonly bytes: Uint8Array;
}

/** How a part is made. Positions count from the beginning of the old part. */
export interface PartPlan {
  /** All new bytes in order. */
  readonly segments: readonly Segment[];
  /** Old bytes that no segment uses, and those around the places where something was inserted. */
  readonly searchable: readonly Excerpt[];
}

/**
 * What is inserted often resembles its neighbours: as many old bytes as were inserted are worth searching on either side, and
 * no more than this. Without them, Debian's deltas are 1 % larger.
 */
const MAX_NEIGHBOURHOOD = 1000;

/** A reader allows one control for every 8 new bytes; where matches come thick, shorter ones than this are left out. */
const MIN_MATCH = 8;

/**
 * Plans a part.
 *
 * @param stretches - what corresponds, in the order of the new bytes; nothing, where nothing is known
 * @throws RepomillError `integrity` when the stretches contradict the bytes
 */
export function planPart(old: Uint8Array, next: Uint8Array, stretches: readonly Stretch[]): PartPlan {
  const found = new MatchList();
  for (const stretch of stretches) alignCells(old, next, stretch, found);
  const matches = affordable(found.list(), next.length);
  const plan = { segments: segmentsOf(matches, old, next), searchable: searchableOf(matches, old) };
  checkSegments(plan.segments, old, next);
  return plan;
}

function affordable(matches: readonly Match[], size: number): readonly Match[] {
  if (matches.length * 2 * MIN_MATCH <= size) return matches;
  return matches.filter(({ length }) => length >= MIN_MATCH);
}

function segmentsOf(matches: readonly Match[], old: Uint8Array, next: Uint8Array): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const match of matches) {
    if (match.nextStart > at) segments.push(next.slice(at, match.nextStart));
    segments.push({ oldStart: match.oldStart, differences: differencesOf(old, next, match) });
    at = match.nextStart + match.length;
  }
  if (at < next.length) segments.push(next.slice(at));
  return segments;
}

function searchableOf(matches: readonly Match[], old: Uint8Array): readonly Excerpt[] {
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
