/**
 * Aligns two versions whose corresponding ranges and cells are known: the format says which new cell was which old one, and
 * what cells mean. A cell that kept its length is made from the old one with differences; from one that grew or shrank, the
 * common beginning and end are kept. Runs of equal cells are compared as bytes, not one by one, and an unchanged range is only
 * compared.
 */
import { commonStart } from '../../bytes/common-start.ts';
import type { MatchList } from '../instructions.ts';

/** The division of a range into cells. */
export type CellShape =
  /** All cells have the same width, in bytes. */
  | { readonly kind: 'fixed'; readonly width: number }
  /** A cell ends with the first byte below 0x80. */
  | { readonly kind: 'varint' }
  /** A cell ends with the first byte equal to `end`. The last one may end with the range instead. */
  | { readonly kind: 'text'; readonly end: number };

/**
 * Consecutive cells in both versions: `count` of them from the cells `old` and `next`, numbered from 0. A count of `Infinity`
 * means all cells to the end of both ranges, which then need not be counted.
 */
export interface CellRun {
  readonly old: number;
  readonly next: number;
  readonly count: number;
}

/** Two corresponding ranges. Positions are in bytes; `oldEnd` and `nextEnd` are exclusive. */
export interface AlignedRange {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly nextStart: number;
  readonly nextEnd: number;
  readonly cells: CellShape;
  /** Cells present in both versions, in the order of both, without overlap. Called only if the range changed. */
  runs(): readonly CellRun[];
}

/**
 * A text of the same length with up to this many differing bytes is always made from the old one. If more bytes differ, and
 * more than half of the text, it counts as a different text: the differences would have more entropy than the new text alone.
 */
const FEW_DIFFERENCES = 8;

/** Adds the matches of two corresponding ranges. */
export function alignCells(old: Uint8Array, next: Uint8Array, range: AlignedRange, matches: MatchList): void {
  const { cells, oldStart, nextStart } = range;
  const size = range.nextEnd - nextStart;
  if (size === range.oldEnd - oldStart && commonStart(old, oldStart, next, nextStart, size) === size) {
    matches.add(oldStart, nextStart, size);
    return;
  }
  if (cells.kind === 'fixed') {
    alignFixed(range, cells.width, matches);
    return;
  }
  const walk = new CellWalk(old, next, range, cells, matches);
  for (const run of range.runs()) walk.run(run);
}

function alignFixed(range: AlignedRange, width: number, matches: MatchList): void {
  for (const { old, next, count } of range.runs()) {
    const oldStart = range.oldStart + old * width;
    const nextStart = range.nextStart + next * width;
    const longest = Math.min(range.oldEnd - oldStart, range.nextEnd - nextStart);
    matches.add(oldStart, nextStart, Math.min(longest, count * width));
  }
}

/** Walks through cells that end with a certain byte. Between two runs, both positions are at the start of a cell. */
class CellWalk {
  readonly #old: Uint8Array;
  readonly #next: Uint8Array;
  readonly #oldEnd: number;
  readonly #nextEnd: number;
  readonly #matches: MatchList;
  readonly #isText: boolean;
  // A cell ends with the first byte whose masked bits have this value.
  readonly #mask: number;
  readonly #value: number;
  #oldAt: number;
  #nextAt: number;
  #oldCell = 0;
  #nextCell = 0;

  constructor(
    old: Uint8Array,
    next: Uint8Array,
    range: AlignedRange,
    cells: Exclude<CellShape, { readonly kind: 'fixed' }>,
    matches: MatchList,
  ) {
    this.#old = old;
    this.#next = next;
    this.#oldEnd = range.oldEnd;
    this.#nextEnd = range.nextEnd;
    this.#matches = matches;
    this.#isText = cells.kind === 'text';
    this.#mask = cells.kind === 'text' ? 0xff : 0x80;
    this.#value = cells.kind === 'text' ? cells.end : 0;
    this.#oldAt = range.oldStart;
    this.#nextAt = range.nextStart;
  }

  run({ old, next, count }: CellRun): void {
    for (; this.#oldCell < old; this.#oldCell++) this.#oldAt = this.#cellEnd(this.#old, this.#oldAt, this.#oldEnd);
    for (; this.#nextCell < next; this.#nextCell++)
      this.#nextAt = this.#cellEnd(this.#next, this.#nextAt, this.#nextEnd);
    for (let left = count; left > 0 && this.#oldAt < this.#oldEnd && this.#nextAt < this.#nextEnd; left--) {
      left = left === Infinity ? this.#passAllEqual() : this.#passEqual(left);
      if (left > 0) this.#passChanged();
    }
    this.#oldCell += count;
    this.#nextCell += count;
  }

  /** Passes equal bytes to the end of `count` cells. Returns how many cells remain. */
  #passEqual(count: number): number {
    const old = this.#old;
    const next = this.#next;
    const mask = this.#mask;
    const value = this.#value;
    const oldStart = this.#oldAt;
    const nextStart = this.#nextAt;
    const length = Math.min(this.#oldEnd - oldStart, this.#nextEnd - nextStart);
    let left = count;
    let passed = 0;
    while (passed < length) {
      const byte = old[oldStart + passed] ?? 0;
      if (byte !== next[nextStart + passed]) break;
      passed++;
      if ((byte & mask) === value && --left === 0) break;
    }
    this.#matches.add(oldStart, nextStart, passed);
    this.#oldAt += passed;
    this.#nextAt += passed;
    return left;
  }

  /** Passes equal bytes up to a difference or the end of a range. */
  #passAllEqual(): number {
    const longest = Math.min(this.#oldEnd - this.#oldAt, this.#nextEnd - this.#nextAt);
    const passed = commonStart(this.#old, this.#oldAt, this.#next, this.#nextAt, longest);
    this.#matches.add(this.#oldAt, this.#nextAt, passed);
    this.#oldAt += passed;
    this.#nextAt += passed;
    return Infinity;
  }

  /** Passes the rest of a changed cell. */
  #passChanged(): void {
    const oldEnd = this.#cellEnd(this.#old, this.#oldAt, this.#oldEnd);
    const nextEnd = this.#cellEnd(this.#next, this.#nextAt, this.#nextEnd);
    if (this.#isAlike(oldEnd, nextEnd)) {
      this.#matches.add(this.#oldAt, this.#nextAt, nextEnd - this.#nextAt);
    } else {
      const shared = this.#commonEnd(oldEnd, nextEnd);
      this.#matches.add(oldEnd - shared, nextEnd - shared, shared);
    }
    this.#oldAt = oldEnd;
    this.#nextAt = nextEnd;
  }

  /** Whether the rests of two cells have the same length and few enough differences. */
  #isAlike(oldEnd: number, nextEnd: number): boolean {
    const length = nextEnd - this.#nextAt;
    if (length !== oldEnd - this.#oldAt) return false;
    if (!this.#isText || length <= FEW_DIFFERENCES) return true;
    let differing = 0;
    for (let i = 0; i < length; i++) if (this.#old[this.#oldAt + i] !== this.#next[this.#nextAt + i]) differing++;
    return differing <= FEW_DIFFERENCES || differing * 2 <= length;
  }

  #commonEnd(oldEnd: number, nextEnd: number): number {
    const longest = Math.min(oldEnd - this.#oldAt, nextEnd - this.#nextAt);
    let length = 0;
    while (length < longest && this.#old[oldEnd - length - 1] === this.#next[nextEnd - length - 1]) length++;
    return length;
  }

  #cellEnd(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#mask;
    const value = this.#value;
    let at = start;
    while (at < end && ((bytes[at] ?? 0) & mask) !== value) at++;
    return Math.min(at + 1, end);
  }
}
