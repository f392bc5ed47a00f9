/**
 * Finds the longest match in an old file for any position in a new one. Among equally long matches it makes the same choice as
 * bsdiff 4.3, which bisects the suffix array of the old file with the empty suffix first. Long agreements are remembered: in
 * repetitive files, the same few suffixes would otherwise be compared byte by byte from almost everywhere.
 */
import { suffixArray } from '../../bytes/suffix-array.ts';

/** Where a match starts in the old file, and how many bytes agree. */
export interface SuffixMatch {
  readonly start: number;
  readonly length: number;
}

/** An agreement of a suffix with the new file. */
interface Agreement {
  readonly at: number;
  readonly length: number;
  /** By distance: how many bytes of the suffix agree with the suffix that many bytes further on. */
  readonly overlaps: Map<number, number>;
}

/** Shorter agreements are faster to find again than to remember. */
const LONG = 64;
const MAX_AGREEMENTS = 4096;
const MAX_OVERLAPS = 64;

/** The sorted suffixes of an old file, for looking up bytes of a new one. */
export class SuffixSearch {
  readonly #old: Uint8Array;
  readonly #next: Uint8Array;
  readonly #order: Int32Array;
  /** By the start of the suffix: the long agreement that reaches furthest. */
  readonly #agreements = new Map<number, Agreement>();

  constructor(old: Uint8Array, next: Uint8Array) {
    this.#old = old;
    this.#next = next;
    this.#order = suffixArray(old);
  }

  /** The longest match for the bytes of the new file at `at`. */
  find(at: number): SuffixMatch {
    let low = 0;
    let high = this.#old.length;
    let lowStart = high;
    let highStart = this.#startAt(high);
    let lowLength = 0;
    let highLength = this.#compare(highStart, at, 0);
    while (high - low >= 2) {
      const middle = low + ((high - low) >>> 1);
      const start = this.#startAt(middle);
      // If two suffixes agree with something up to a length, so do all suffixes between them.
      const length = this.#compare(start, at, Math.min(lowLength, highLength));
      if (this.#isLess(start, at, length)) {
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

  /** Where the suffix of this rank starts. Rank 0 is the empty suffix. */
  #startAt(rank: number): number {
    return rank === 0 ? this.#old.length : (this.#order[rank - 1] ?? 0);
  }

  /** How many bytes agree, given that at least `known` do. */
  #compare(start: number, at: number, known: number): number {
    const agreement = this.#agreements.get(start);
    const length =
      agreement === undefined || at >= agreement.at + agreement.length
        ? countEqual(this.#old, start, this.#next, at, known)
        : this.#derive(start, at, agreement);
    if (length >= LONG) this.#remember(start, at, length, agreement);
    return length;
  }

  /** The same, derived from an agreement that began before `at` and reaches beyond it. */
  #derive(start: number, at: number, agreement: Agreement): number {
    // For `rest` bytes, the new file equals the suffix `shift` bytes further on.
    const shift = at - agreement.at;
    const rest = agreement.length - shift;
    const overlap = this.#overlapOf(start, shift, agreement);
    return overlap === rest ? countEqual(this.#old, start, this.#next, at, rest) : Math.min(overlap, rest);
  }

  #overlapOf(start: number, shift: number, { overlaps }: Agreement): number {
    const remembered = overlaps.get(shift);
    if (remembered !== undefined) return remembered;
    if (overlaps.size === MAX_OVERLAPS) overlaps.clear();
    const overlap = countEqual(this.#old, start, this.#old, start + shift, 0);
    overlaps.set(shift, overlap);
    return overlap;
  }

  #remember(start: number, at: number, length: number, agreement: Agreement | undefined): void {
    if (agreement !== undefined && agreement.at + agreement.length > at + length) return;
    if (this.#agreements.size === MAX_AGREEMENTS) this.#agreements.clear();
    this.#agreements.set(start, { at, length, overlaps: agreement?.overlaps ?? new Map() });
  }

  /** Whether old bytes are smaller than new ones, by the byte after those that agree. False if either file ends there. */
  #isLess(start: number, at: number, length: number): boolean {
    const old = this.#old;
    const next = this.#next;
    if (start + length >= old.length || at + length >= next.length) return false;
    return (old[start + length] ?? 0) < (next[at + length] ?? 0);
  }
}

/** How many bytes agree from two positions, given that at least `known` do. */
function countEqual(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, known: number): number {
  const end = Math.min(a.length - aStart, b.length - bStart);
  let length = known;
  while (length < end && a[aStart + length] === b[bStart + length]) length++;
  return length;
}
