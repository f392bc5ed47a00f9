/**
 * Finds what new bytes have in common with old ones by looking up eight bytes at a time. Among equally good matches it prefers
 * the one nearest to the end of the last match, which takes fewer bytes in a delta. bsdiff's search (`match-bytes.ts`) finds
 * every longest match but has to sort all old bytes. On the remaining bytes of summaries, this search gives smaller deltas in a
 * tenth of the time (Debian, 20 days: 130,642 bytes instead of 131,359).
 */
import { type BsdiffStep, joinSteps } from '../bsdiff40/steps.ts';
import { instructionsOf, type Match } from '../instructions.ts';

/** Consecutive equal bytes required of a match. */
const MIN_LENGTH = 20;
/** Before taking a match, look for a longer one up to this many bytes ahead, unless the match is long. */
const LOOK_AHEAD = 8;
const LONG = 64;
/** Extend a match across differences while more bytes agree than not. End it after this many bytes without gain. */
const MAX_WITHOUT_GAIN = 32;

/** The steps of a delta from `old` to `next`. Takes eight bytes of memory per old byte. */
export function matchSeeds(old: Uint8Array, next: Uint8Array): readonly BsdiffStep[] {
  return joinSteps(instructionsOf(findMatches(old, next), old, next));
}

function findMatches(old: Uint8Array, next: Uint8Array): readonly Match[] {
  const seeds = new SeedIndex(old, next);
  const matches: Match[] = [];
  let done = 0;
  let near = 0;
  for (let at = 0; at < next.length; ) {
    const found = seeds.longest(at, near);
    if (found.length < MIN_LENGTH) {
      at++;
      continue;
    }
    const exact = seeds.better(found, near);
    const before = agreeing(old, exact.oldStart - 1, next, exact.nextStart - 1, -1, exact.nextStart - done);
    const oldEnd = exact.oldStart + exact.length;
    const nextEnd = exact.nextStart + exact.length;
    const after = agreeing(old, oldEnd, next, nextEnd, 1, next.length - nextEnd);
    matches.push({
      oldStart: exact.oldStart - before,
      nextStart: exact.nextStart - before,
      length: before + exact.length + after,
    });
    near = oldEnd + after;
    done = nextEnd + after;
    at = done;
  }
  return matches;
}

/** How many bytes, at most `limit`, to add to a match from two positions in one direction. */
function agreeing(
  old: Uint8Array,
  oldStart: number,
  next: Uint8Array,
  nextStart: number,
  direction: 1 | -1,
  limit: number,
): number {
  let best = 0;
  let bestScore = 0;
  let score = 0;
  for (let i = 0; i < limit && i - best <= MAX_WITHOUT_GAIN; i++) {
    const oldAt = oldStart + i * direction;
    if (oldAt < 0 || oldAt >= old.length) break;
    score += old[oldAt] === next[nextStart + i * direction] ? 1 : -1;
    if (score > bestScore) {
      bestScore = score;
      best = i + 1;
    }
  }
  return best;
}

/** Number of bytes to look up. */
const SEED = 8;
/** Number of positions to try, starting with the first in the old bytes. */
const MAX_TRIES = 64;

/** All positions in the old bytes, by a hash of the eight bytes there. */
class SeedIndex {
  readonly #old: Uint8Array;
  readonly #next: Uint8Array;
  readonly #shift: number;
  /** By hash: the first position, plus one. By position: the next one with the same hash, plus one. 0 if there is none. */
  readonly #first: Int32Array;
  readonly #following: Int32Array;

  constructor(old: Uint8Array, next: Uint8Array) {
    this.#old = old;
    this.#next = next;
    this.#shift = Math.min(24, Math.clz32(old.length));
    this.#first = new Int32Array(2 ** (32 - this.#shift));
    this.#following = new Int32Array(old.length);
    for (let at = old.length - SEED; at >= 0; at--) {
      const hash = this.#hash(old, at);
      this.#following[at] = this.#first[hash] ?? 0;
      this.#first[hash] = at + 1;
    }
  }

  /** The longest match of the new bytes at `nextStart`; of equally long ones, the one nearest to `near`. */
  longest(nextStart: number, near: number): Match {
    let longest = { oldStart: 0, nextStart, length: 0 };
    if (nextStart + SEED > this.#next.length) return longest;
    let place = this.#first[this.#hash(this.#next, nextStart)] ?? 0;
    for (let tries = 0; place > 0 && tries < MAX_TRIES; tries++) {
      const oldStart = place - 1;
      const length = this.#lengthAt(oldStart, nextStart);
      const isNearer = Math.abs(oldStart - near) < Math.abs(longest.oldStart - near);
      if (length > longest.length || (length === longest.length && isNearer)) longest = { oldStart, nextStart, length };
      place = this.#following[oldStart] ?? 0;
    }
    return longest;
  }

  /** A longer match that begins a little later, or else the given one. */
  better(match: Match, near: number): Match {
    let best = match;
    for (let i = 1; i <= LOOK_AHEAD && best.length < LONG; i++) {
      const later = this.longest(best.nextStart + i, near);
      if (later.length <= best.length + i) continue;
      best = later;
      i = 0;
    }
    return best;
  }

  #lengthAt(oldStart: number, nextStart: number): number {
    const limit = Math.min(this.#old.length - oldStart, this.#next.length - nextStart);
    let length = 0;
    while (length < limit && this.#old[oldStart + length] === this.#next[nextStart + length]) length++;
    return length;
  }

  #hash(bytes: Uint8Array, at: number): number {
    const low = Math.imul(wordAt(bytes, at), 0x9e3779b1);
    return Math.imul(low ^ wordAt(bytes, at + 4), 0x85ebca6b) >>> this.#shift;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
