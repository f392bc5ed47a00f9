/**
 * Finds what two files have in common, exactly as bsdiff 4.3 does (Colin Percival, "Naive differences of executable code",
 * 2003): scans the new file, looks up the longest match in the old one, leaves the present alignment for a clearly better one,
 * and extends both alignments into the bytes between them as long as most of these agree.
 */
import type { BsdiffStep } from '../bsdiff40/steps.ts';
import { splitZeros } from '../instructions.ts';
import { SuffixSearch } from './suffix-search.ts';

/** Makes the steps of a delta from `old` to `next`. */
export type Matcher = (old: Uint8Array, next: Uint8Array) => Promise<readonly BsdiffStep[]>;

/** A match must be better than the present alignment by more than this many bytes. */
const CLEARLY_BETTER = 8;

interface Files {
  readonly old: Uint8Array;
  readonly next: Uint8Array;
  readonly search: SuffixSearch;
}

/** Positions in both files from which bytes correspond. */
interface Alignment {
  readonly oldStart: number;
  readonly nextStart: number;
}

/** Where the scan stops in the new file, and the longest match for that position in the old file. */
interface Stop extends Alignment {
  readonly length: number;
  /** Number of bytes of the match that also agree in the present alignment. */
  readonly agreeing: number;
}

/**
 * The steps of a delta. From them `formatBsdiff40` writes the same bytes as bsdiff 4.3. The last step makes nothing; it says
 * where the last match began. No step reads outside the old file. Takes nine bytes of memory per old byte.
 */
export function matchBytes(old: Uint8Array, next: Uint8Array): BsdiffStep[] {
  const files = { old, next, search: new SuffixSearch(old, next) };
  const steps: BsdiffStep[] = [];
  let present: Alignment = { oldStart: 0, nextStart: 0 };
  let stop: Stop = { ...present, length: 0, agreeing: 0 };
  let offset = 0;
  while (stop.nextStart < next.length) {
    stop = scanOn(files, stop, offset);
    const isLast = stop.nextStart === next.length;
    if (stop.agreeing === stop.length && !isLast) continue;
    const forward = extendForward(files, present, stop);
    const backward = isLast ? 0 : extendBackward(files, present, stop);
    const overlap = present.nextStart + forward - (stop.nextStart - backward);
    const kept = overlap > 0 ? divideOverlap(files, present, stop, forward, backward, overlap) : 0;
    const added = overlap > 0 ? forward - overlap + kept : forward;
    const prepended = overlap > 0 ? backward - kept : backward;
    steps.push(makeStep(files, present, added, stop.nextStart - prepended));
    present = { oldStart: stop.oldStart - prepended, nextStart: stop.nextStart - prepended };
    offset = stop.oldStart - stop.nextStart;
  }
  if (steps.length > 0) steps.push({ oldStart: present.oldStart, differences: [], extra: [] });
  return steps;
}

/**
 * Scans on after a match to the next one that is either no better than the alignment at `offset`, which confirms it, or clearly
 * better.
 */
function scanOn({ old, next, search }: Files, previous: Stop, offset: number): Stop {
  let { oldStart, length } = previous;
  let scan = previous.nextStart + length;
  let counted = scan;
  let agreeing = 0;
  for (; scan < next.length; scan++) {
    ({ start: oldStart, length } = search.find(scan));
    for (; counted < scan + length; counted++) {
      if (counted + offset < old.length && old[counted + offset] === next[counted]) agreeing++;
    }
    if ((length === agreeing && length > 0) || length > agreeing + CLEARLY_BETTER) break;
    if (scan + offset < old.length && old[scan + offset] === next[scan]) agreeing--;
  }
  return { oldStart, nextStart: scan, length, agreeing };
}

/** How far to keep the present alignment: up to where agreeing bytes outweigh the others most. */
function extendForward({ old, next }: Files, present: Alignment, stop: Alignment): number {
  const end = Math.min(stop.nextStart - present.nextStart, old.length - present.oldStart);
  let best = 0;
  let bestScore = 0;
  let score = 0;
  for (let i = 0; i < end; ) {
    score += old[present.oldStart + i] === next[present.nextStart + i] ? 1 : -1;
    i++;
    if (score <= bestScore) continue;
    bestScore = score;
    best = i;
  }
  return best;
}

/** How far before its match to begin the next alignment, by the same rule. */
function extendBackward({ old, next }: Files, present: Alignment, stop: Alignment): number {
  const end = Math.min(stop.nextStart - present.nextStart, stop.oldStart);
  let best = 0;
  let bestScore = 0;
  let score = 0;
  for (let i = 1; i <= end; i++) {
    score += old[stop.oldStart - i] === next[stop.nextStart - i] ? 1 : -1;
    if (score <= bestScore) continue;
    bestScore = score;
    best = i;
  }
  return best;
}

/** How many of the bytes claimed by both alignments the present one should keep, so that most agree. */
function divideOverlap(
  { old, next }: Files,
  present: Alignment,
  stop: Alignment,
  forward: number,
  backward: number,
  overlap: number,
): number {
  const presentOld = present.oldStart + forward - overlap;
  const stopOld = stop.oldStart - backward;
  const start = stop.nextStart - backward;
  let kept = 0;
  let bestScore = 0;
  let score = 0;
  for (let i = 0; i < overlap; i++) {
    const byte = next[start + i];
    if (old[presentOld + i] === byte) score++;
    if (old[stopOld + i] === byte) score--;
    if (score <= bestScore) continue;
    bestScore = score;
    kept = i + 1;
  }
  return kept;
}

function makeStep({ old, next }: Files, { oldStart, nextStart }: Alignment, added: number, end: number): BsdiffStep {
  const differences = new Uint8Array(added);
  for (let i = 0; i < added; i++) differences[i] = (next[nextStart + i] ?? 0) - (old[oldStart + i] ?? 0);
  const extra = next.slice(nextStart + added, end);
  return { oldStart, differences: splitZeros(differences), extra: extra.length > 0 ? [extra] : [] };
}
