/**
 * Looks up, in one file, the longest match of what begins anywhere in another one. Among equally long matches the choice is
 * that of bsdiff 4.3, which halves the suffix array of the old file with the empty suffix before all others. Long agreements are
 * remembered, because in repetitive files the same few suffixes would be compared byte by byte from almost everywhere.
 */
import { suffixArray } from '../../bytes/suffix-array.ts';

/** Where a match begins in the old file, and how many bytes agree. */
export interface Match {
  readonly start: number;
  readonly length: number;
}

/** An agreement of a suffix with the new file. */
interface Note {
  readonly at: number;
  readonly length: number;
  /** How many bytes of the suffix agree with what stands so many bytes further on in it. */
  readonly overlaps: Map<number, number>;
}

/** Agreements of fewer bytes are found again sooner than remembered. */
const LONG = 64;
const MAX_NOTES = 4096;
const MAX_OVERLAPS = 64;

/** The suffixes of an old file in order, to be looked up with bytes of a new one. */
export class SuffixSearch {
  private readonly old: Uint8Array;
  private readonly next: Uint8Array;
  private readonly order: Int32Array;
  /** By the start of the suffix: of its long agreements, the one that reaches furthest. */
  private readonly notes = new Map<number, Note>();

  constructor(old: Uint8Array, next: Uint8Array) {
    this.old = old;
    this.next = next;
    this.order = suffixArray(old);
  }

  /** The longest match for the bytes of the new file from `at` on. */
  find(at: number): Match {
    let low = 0;
    let high = this.old.length;
    let lowStart = high;
    let highStart = this.startAt(high);
    let lowLength = 0;
    let highLength = this.compare(highStart, at, 0);
    while (high - low >= 2) {
      const middle = low + ((high - low) >>> 1);
      const start = this.startAt(middle);
      // All suffixes between two that agree with something so far agree with it that far as well.
      const length = this.compare(start, at, Math.min(lowLength, highLength));
      if (this.isLess(start, at, length)) {
        low = middle;
        lowStart = start;
        lowLength = length;
      } else {
        high = middle;
        highStart = start;
        highLength = length;
      }
    }
    return lowLength > highLength ? { start: lowStart, length: lowLength } : { start: highStart, length: highLength };
  }

  /** Where the suffix of this rank begins; rank 0 is the empty one. */
  private startAt(rank: number): number {
    return rank === 0 ? this.old.length : (this.order[rank - 1] ?? 0);
  }

  /** How many bytes agree, `known` of them already. */
  private compare(start: number, at: number, known: number): number {
    const note = this.notes.get(start);
    const length =
      note === undefined || at >= note.at + note.length
        ? countEqual(this.old, start, this.next, at, known)
        : this.memoize(start, at, note);
    if (length >= LONG) this.remember(start, at, length, note);
    return length;
  }

  /** The same from an agreement that began before `at` and reaches further. */
  private memoize(start: number, at: number, note: Note): number {
    // What stands here in the new file stands in the suffix, too: `shift` bytes further on, for `rest` bytes.
    const shift = at - note.at;
    const rest = note.length - shift;
    const overlap = this.overlapOf(start, shift, note);
    return overlap === rest ? countEqual(this.old, start, this.next, at, rest) : Math.min(overlap, rest);
  }

  private overlapOf(start: number, shift: number, { overlaps }: Note): number {
    const remembered = overlaps.get(shift);
    if (remembered !== undefined) return remembered;
    if (overlaps.size === MAX_OVERLAPS) overlaps.clear();
    const overlap = countEqual(this.old, start, this.old, start + shift, 0);
    overlaps.set(shift, overlap);
    return overlap;
  }

  private remember(start: number, at: number, length: number, note: Note | undefined): void {
    if (note !== undefined && note.at + note.length > at + length) return;
    if (this.notes.size === MAX_NOTES) this.notes.clear();
    this.notes.set(start, { at, length, overlaps: note?.overlaps ?? new Map() });
  }

  /** Whether old bytes are smaller than new ones, by the byte behind those that agree; not where either file ends. */
  private isLess(start: number, at: number, length: number): boolean {
    const { old, next } = this;
    if (start + length >= old.length || at + length >= next.length) return false;
    return (old[start + length] ?? 0) < (next[at + length] ?? 0);
  }
}

/** How many bytes agree from two places on, `known` of them already. */
function countEqual(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, known: number): number {
  const end = Math.min(a.length - aStart, b.length - bStart);
  let length = known;
  while (length < end && a[aStart + length] === b[bStart + length]) length++;
  return length;
}
