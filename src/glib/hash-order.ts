/**
 * The iteration order of a GLib hash table keyed by strings. flatpak and libostree write dictionaries in that order, so writing
 * the same bytes means reproducing the table. Facts from GLib's `ghash.c`: djb2 hashes, open addressing with growing steps, prime
 * moduli.
 */
import { encodeText } from '../bytes/bytes.ts';

/** The modulus for 2^n slots, from n = 3: the smallest table has eight. */
const MODULI = [
  7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139, 524287, 1048573,
] as const;

const SMALLEST = 3;

interface Slot {
  readonly key: string;
  readonly hash: number;
}

/** The order in which a hash table lists these keys after they were inserted one by one. */
export function hashOrder(keys: Iterable<string>): readonly string[] {
  let power = SMALLEST;
  let slots: (Slot | undefined)[] = new Array(1 << power).fill(undefined);
  let used = 0;
  for (const key of new Set(keys)) {
    put(slots, { key, hash: hashOf(key) }, power);
    used++;
    // A table has at least a sixteenth more slots than keys.
    if (used + Math.floor(used / 16) < slots.length) continue;
    power = powerFor(Math.trunc(used * 1.333));
    slots = moved(slots, power);
  }
  return slots.flatMap((slot) => (slot === undefined ? [] : [slot.key]));
}

/** Puts a key into the slot of its hash, or into the next free slot of the probe sequence. Returns the slot's index. */
function put(slots: (Slot | undefined)[], slot: Slot, power: number): number {
  let at = (Math.imul(slot.hash, 11) >>> 0) % (MODULI[power - SMALLEST] ?? 1);
  for (let step = 1; slots[at] !== undefined; step++) at = (at + step) & (slots.length - 1);
  slots[at] = slot;
  return at;
}

// Keys move in the order of their old slots. A key whose new slot is taken by one that has not moved yet displaces it, and the
// displaced key moves next.
function moved(old: readonly (Slot | undefined)[], power: number): (Slot | undefined)[] {
  const slots: (Slot | undefined)[] = new Array(1 << power).fill(undefined);
  const waiting = [...old, ...new Array<undefined>(Math.max(0, slots.length - old.length)).fill(undefined)];
  for (let i = 0; i < old.length; i++) {
    let slot = waiting[i];
    waiting[i] = undefined;
    while (slot !== undefined) {
      const at = put(slots, slot, power);
      slot = waiting[at];
      waiting[at] = undefined;
    }
  }
  return slots;
}

function powerFor(size: number): number {
  return Math.max(SMALLEST, 32 - Math.clz32(size));
}

// Hashes 0 and 1 mark empty slots.
function hashOf(key: string): number {
  let hash = 5381;
  for (const byte of encodeText(key)) hash = (Math.imul(hash, 33) + (byte < 0x80 ? byte : byte - 0x100)) >>> 0;
  return Math.max(2, hash);
}
