/**
 * Aligns two stretches cell by cell. A cell that is as long as before is made from the old one with differences; of one that
 * grew or shrank, the common beginning and end are kept. Equal cells are walked through, not looked at one by one,
 * and a stretch that did not change at all is only compared.
 */
import { commonStart } from './common-start.ts';
import type { MatchList } from './match-list.ts';
import type { CellShape, Run, Stretch } from './stretch.ts';

/**
 * Differing bytes that a text may have and still be made from the old one whatever its length. Where more than half of a
 * longer text differs, it is another text: the differences of two texts have more entropy than the new one alone.
 */
const FEW_DIFFERENCES = 8;

/** Adds what two corresponding stretches have in common. */
export function alignCells(old: Uint8Array, next: Uint8Array, stretch: Stretch, matches: MatchList): void {
  const { cells, oldStart, nextStart } = stretch;
  const size = stretch.nextEnd - nextStart;
  if (size === stretch.oldEnd - oldStart && commonStart(old, oldStart, next, nextStart, size) === size) {
    matches.add(oldStart, nextStart, size);
    return;
  }
  if (cells.kind === 'fixed') {
    alignFixed(stretch, cells.width, matches);
    return;
  }
  const walk = new CellWalk(old, next, stretch, cells, matches);
  for (const run of stretch.runs()) walk.run(run);
}

function alignFixed(stretch: Stretch, width: number, matches: MatchList): void {
  for (const { old, next, count } of stretch.runs()) {
    const oldStart = stretch.oldStart + old * width;
    const nextStart = stretch.nextStart + next * width;
    const longest = Math.min(stretch.oldEnd - oldStart, stretch.nextEnd - nextStart);
    matches.add(oldStart, nextStart, Math.min(longest, count * width));
  }
}

/** A walk through cells that end with a byte. The two positions are always at the beginning of a cell between two runs. */
class CellWalk {
  private readonly old: Uint8Array;
  private readonly next: Uint8Array;
  private readonly oldEnd: number;
  private readonly nextEnd: number;
  private readonly matches: MatchList;
  private readonly isText: boolean;
  // A cell ends with the first byte of which these bits have this value.
  private readonly mask: number;
  private readonly value: number;
  private oldAt: number;
  private nextAt: number;
  private oldCell = 0;
  private nextCell = 0;

  constructor(
    old: Uint8Array,
    next: Uint8Array,
    stretch: Stretch,
    cells: Exclude<CellShape, { readonly kind: 'fixed' }>,
    matches: MatchList,
  ) {
    this.old = old;
    this.next = next;
    this.oldEnd = stretch.oldEnd;
    this.nextEnd = stretch.nextEnd;
    this.matches = matches;
    this.isText = cells.kind === 'text';
    this.mask = cells.kind === 'text' ? 0xff : 0x80;
    this.value = cells.kind === 'text' ? cells.end : 0;
    this.oldAt = stretch.oldStart;
    this.nextAt = stretch.nextStart;
  }

  run({ old, next, count }: Run): void {
    for (; this.oldCell < old; this.oldCell++) this.oldAt = this.cellEnd(this.old, this.oldAt, this.oldEnd);
    for (; this.nextCell < next; this.nextCell++) this.nextAt = this.cellEnd(this.next, this.nextAt, this.nextEnd);
    for (let left = count; left > 0 && this.oldAt < this.oldEnd && this.nextAt < this.nextEnd; left--) {
      left = left === Infinity ? this.passAllEqual() : this.passEqual(left);
      if (left > 0) this.passChanged();
    }
    this.oldCell += count;
    this.nextCell += count;
  }

  /** Passes equal bytes up to the end of that many cells; how many cells have not ended. */
  private passEqual(count: number): number {
    const { old, next, mask, value, oldAt: oldStart, nextAt: nextStart } = this;
    const length = Math.min(this.oldEnd - oldStart, this.nextEnd - nextStart);
    let left = count;
    let passed = 0;
    while (passed < length) {
      const byte = old[oldStart + passed] ?? 0;
      if (byte !== next[nextStart + passed]) break;
      passed++;
      if ((byte & mask) === value && --left === 0) break;
    }
    this.matches.add(oldStart, nextStart, passed);
    this.oldAt += passed;
    this.nextAt += passed;
    return left;
  }

  /** Passes equal bytes up to the end of one stretch; a difference is met after that, or there are no more cells. */
  private passAllEqual(): number {
    const longest = Math.min(this.oldEnd - this.oldAt, this.nextEnd - this.nextAt);
    const passed = commonStart(this.old, this.oldAt, this.next, this.nextAt, longest);
    this.matches.add(this.oldAt, this.nextAt, passed);
    this.oldAt += passed;
    this.nextAt += passed;
    return Infinity;
  }

  /** Passes the rest of a cell that differs. */
  private passChanged(): void {
    const oldEnd = this.cellEnd(this.old, this.oldAt, this.oldEnd);
    const nextEnd = this.cellEnd(this.next, this.nextAt, this.nextEnd);
    if (this.isAlike(oldEnd, nextEnd)) {
      this.matches.add(this.oldAt, this.nextAt, nextEnd - this.nextAt);
    } else {
      const shared = this.commonEnd(oldEnd, nextEnd);
      this.matches.add(oldEnd - shared, nextEnd - shared, shared);
    }
    this.oldAt = oldEnd;
    this.nextAt = nextEnd;
  }

  /** Whether two rests of cells are of one length, and worth being told by their differences. */
  private isAlike(oldEnd: number, nextEnd: number): boolean {
    const length = nextEnd - this.nextAt;
    if (length !== oldEnd - this.oldAt) return false;
    if (!this.isText || length <= FEW_DIFFERENCES) return true;
    let differing = 0;
    for (let i = 0; i < length; i++) if (this.old[this.oldAt + i] !== this.next[this.nextAt + i]) differing++;
    return differing <= FEW_DIFFERENCES || differing * 2 <= length;
  }

  private commonEnd(oldEnd: number, nextEnd: number): number {
    const longest = Math.min(oldEnd - this.oldAt, nextEnd - this.nextAt);
    let length = 0;
    while (length < longest && this.old[oldEnd - length - 1] === this.next[nextEnd - length - 1]) length++;
    return length;
  }

  private cellEnd(bytes: Uint8Array, start: number, end: number): number {
    const { mask, value } = this;
    let at = start;
    while (at < end && ((bytes[at] ?? 0) & mask) !== value) at++;
    return Math.min(at + 1, end);
  }
}
