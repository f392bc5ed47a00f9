/**
 * Looks up, in one file, the longest match of what begins anywhere in another one. Among equally long matches the choice is
 * that of bsdiff 4.3, which halves the suffix array of the old file with the empty suffix before all others.
 */
import { suffixArray } from './suffix-array.ts';

/** Where a match begins in the old file, and how many bytes agree. */
export interface Match {
  readonly start: number;
  readonly length: number;
}

/** The suffixes of an old file in order, to be looked up with bytes of a new one. */
export class SuffixSearch {
  private readonly old: Uint8Array;
  private readonly next: Uint8Array;
  private readonly order: Int32Array;

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
    const { old, next } = this;
    const end = Math.min(old.length - start, next.length - at);
    let length = known;
    while (length < end && old[start + length] === next[at + length]) length++;
    return length;
  }

  /** Whether old bytes are smaller than new ones, by the byte behind those that agree; not where either file ends. */
  private isLess(start: number, at: number, length: number): boolean {
    const { old, next } = this;
    if (start + length >= old.length || at + length >= next.length) return false;
    return (old[start + length] ?? 0) < (next[at + length] ?? 0);
  }
}
