/**
 * Chance that is the same on every machine: a generator seeded with a text, so that each thing that is generated has chances of
 * its own, whatever was generated before it.
 */
import { createHash } from 'node:crypto';

/** Chances that follow from a text. Not for secrets. */
export class Random {
  #state: number;
  readonly #step: number;

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.#state = digest.readUInt32LE(0);
    // An odd step passes through all 2^32 states.
    this.#step = digest.readUInt32LE(4) | 1;
  }

  /** From 0 to below 1: a counter whose bits are mixed with the finalizer of MurmurHash3 (Appleby, public domain). */
  next(): number {
    this.#state = (this.#state + this.#step) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True this often, as a part of 1. */
  chance(part: number): boolean {
    return this.next() < part;
  }

  /** Below `limit`, small numbers much more often than large ones, as words and dependencies are. */
  skewed(limit: number): number {
    return Math.floor(limit ** this.next()) - 1;
  }

  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T {
    return itemAt(items, this.below(items.length));
  }

  /** Some of the items, none twice, in the order of the list. */
  some<T>(items: readonly T[], count: number): readonly T[] {
    const left = items.map((_, place) => place);
    const chosen = Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1));
    return chosen
      .flat()
      .sort((a, b) => a - b)
      .map((place) => itemAt(items, place));
  }
}

/** Hexadecimal digits that follow from a text, as incompressible as those of a real checksum. */
export function digestOf(text: string, algorithm: 'md5' | 'sha256' = 'sha256'): string {
  return createHash(algorithm).update(text).digest('hex');
}

function itemAt<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined) throw new Error(`item ${place}: expected one of ${items.length}`);
  return item;
}
