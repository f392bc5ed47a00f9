/**
 * Places packages in buckets. FORMAT.md, section "Buckets". The first level is aptly's function: drop one leading `lib`, take
 * the first 3 bytes, XXH64 with seed 0, low 6 bits. A bucket that outgrows its limit splits in two by one bit of a hash that
 * covers one more byte of the name, and so on. Similar names stay together, and history plays no part.
 */

import { encodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';

/** XXH64 with seed 0. */
export type Fingerprint = (bytes: Uint8Array) => bigint;

/** `own`: records whose arch is exactly the summary's; `shared`: all others, whose arch is `all` or a list. */
export type BucketGroup = 'own' | 'shared';

/** The parts of a bucket's id: its first-level number (0 to 63), its group, and the bits of its splits (`''` if it never split). */
export interface BucketPlace {
  readonly number: number;
  readonly group: BucketGroup;
  readonly splits: string;
}

/** The most splits of a bucket. Longer names that agree up to here share a bucket, and so do all versions of one name. */
export const MAX_SPLITS = 252;

const FIRST_LEVEL_BYTES = 3;
const LIB = [0x6c, 0x69, 0x62];

/** The bytes of a name that determine its bucket: UTF-8, without one leading `lib`. */
export function stemOf(name: string): Uint8Array {
  const bytes = encodeText(name);
  return LIB.every((byte, i) => bytes[i] === byte) ? bytes.subarray(LIB.length) : bytes;
}

/** The first-level bucket of a stem: 0 to 63. */
export function firstLevel(stem: Uint8Array, fingerprint: Fingerprint): number {
  return Number(fingerprint(stem.subarray(0, FIRST_LEVEL_BYTES)) & 63n);
}

/**
 * The half a stem falls into at a split, counted from 0. Each split looks at one more byte; once the stem is used up, at the
 * next bit of the hash of the whole stem.
 */
export function splitBit(stem: Uint8Array, split: number, fingerprint: Fingerprint): '0' | '1' {
  const beyond = split - Math.max(0, stem.length - FIRST_LEVEL_BYTES - 1);
  const hash = fingerprint(stem.subarray(0, FIRST_LEVEL_BYTES + 1 + split));
  return (hash >> BigInt(Math.min(63, Math.max(0, beyond)))) & 1n ? '1' : '0';
}

/** What `divideByWeight` needs to know about an item. */
export interface Divisible {
  readonly name: string;
  /** Approximate canonical bytes. */
  readonly weight: number;
}

/** Computes first-level buckets, and caches them by the few bytes that matter, since a generator asks for every package. */
export class NamePlacer {
  readonly fingerprint: Fingerprint;
  readonly #numbers = new Map<string, number>();

  constructor(fingerprint: Fingerprint) {
    this.fingerprint = fingerprint;
  }

  /** The first-level bucket of a name. */
  number(name: string): number {
    const prefix = decisivePrefix(name, FIRST_LEVEL_BYTES);
    let number = this.#numbers.get(prefix);
    if (number === undefined) {
      number = firstLevel(stemOf(name), this.fingerprint);
      if (this.#numbers.size === MAX_REMEMBERED) this.#numbers.clear();
      this.#numbers.set(prefix, number);
    }
    return number;
  }
}

const MAX_REMEMBERED = 1 << 16;

// A prefix of a name with at least `bytes` bytes after a leading `lib`, plus one code unit in case the last is half a character.
function decisivePrefix(name: string, bytes: number): string {
  return name.slice(0, LIB.length + bytes + 1);
}

/**
 * Divides the items of one first-level bucket until the weight of each part is within the limit. Parts are in the order of
 * their splits.
 *
 * @param items - best in the order of their names
 */
export function divideByWeight<Item extends Divisible>(
  items: readonly Item[],
  limit: number,
  fingerprint: Fingerprint,
): { readonly splits: string; readonly items: readonly Item[] }[] {
  const parts: { splits: string; items: readonly Item[] }[] = [];
  // Halves are put in order in place: arrays for each split of a large bucket cost several times the memory of its items.
  const ordered = [...items];
  const visit = (range: Range, splits: string): void => {
    if (range.start === range.end) return;
    const weight = sumOf(ordered, range);
    if (weight <= limit || range.end - range.start === 1 || splits.length === MAX_SPLITS) {
      parts.push({ splits, items: ordered.slice(range.start, range.end) });
      return;
    }
    const together = splits + commonBits(ordered, range, splits.length, fingerprint);
    if (together.length > splits.length) {
      visit(range, together);
      return;
    }
    const middle = halve(ordered, range, splits.length, fingerprint);
    visit({ start: range.start, end: middle }, `${splits}0`);
    visit({ start: middle, end: range.end }, `${splits}1`);
  };
  visit({ start: 0, end: items.length }, '');
  return parts;
}

/** Positions in an array: from `start` up to, and without, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function* within<Item>(items: readonly Item[], { start, end }: Range): Generator<Item, void> {
  for (let i = start; i < end; i++) {
    const item = items[i];
    if (item !== undefined) yield item;
  }
}

function sumOf(items: readonly Divisible[], range: Range): number {
  let sum = 0;
  for (const { weight } of within(items, range)) sum += weight;
  return sum;
}

/** Puts the items of a range that fall into the second half at a split after the others, and returns the position of the first. */
function halve<Item extends Divisible>(items: Item[], range: Range, split: number, fingerprint: Fingerprint): number {
  const second: Item[] = [];
  let middle = range.start;
  let prefix: string | undefined;
  let bit: '0' | '1' = '0';
  for (const item of within(items, range)) {
    const own = decisivePrefix(item.name, FIRST_LEVEL_BYTES + 1 + split);
    // Names are in order, so equal prefixes follow one another.
    if (own !== prefix) bit = splitBit(stemOf(item.name), split, fingerprint);
    prefix = own;
    if (bit === '1') second.push(item);
    else items[middle++] = item;
  }
  for (const [i, item] of second.entries()) items[middle + i] = item;
  return middle;
}

/** The bits of the next splits that all items share because their names start alike, as in `package-000001`. */
function commonBits(items: readonly Divisible[], range: Range, from: number, fingerprint: Fingerprint): string {
  const first = items[range.start];
  if (first === undefined) return '';
  const stem = stemOf(first.name);
  const common = commonLength(items, range);
  let bits = '';
  for (let split = from; split < MAX_SPLITS && FIRST_LEVEL_BYTES + 1 + split <= common; split++) {
    bits += splitBit(stem, split, fingerprint);
  }
  return bits;
}

/** Length in bytes of the common prefix of all stems; infinite if they are equal. */
function commonLength(items: readonly Divisible[], range: Range): number {
  const first = stemTextOf(items[range.start]?.name ?? '');
  let length = first.length;
  let isOnlyOne = true;
  for (const { name } of within(items, range)) {
    const stem = stemTextOf(name);
    if (stem === first) continue;
    isOnlyOne = false;
    length = Math.min(length, stem.length);
    let same = 0;
    while (same < length && stem.charCodeAt(same) === first.charCodeAt(same)) same++;
    length = same;
  }
  if (isOnlyOne) return Number.POSITIVE_INFINITY;
  // Do not count half a character.
  const shared = first.slice(0, length);
  return encodeText(shared.isWellFormed() ? shared : shared.slice(0, -1)).length;
}

function stemTextOf(name: string): string {
  return name.startsWith('lib') ? name.slice(3) : name;
}

/** Whether a package with this stem belongs in the bucket at this place, going by its name alone. */
export function belongsInBucket(stem: Uint8Array, place: BucketPlace, fingerprint: Fingerprint): boolean {
  if (firstLevel(stem, fingerprint) !== place.number) return false;
  return [...place.splits].every((bit, split) => splitBit(stem, split, fingerprint) === bit);
}

/** `46/own`, or `46/shared/01` after two splits. */
export function formatBucketId(place: BucketPlace): string {
  const base = `${place.number}/${place.group}`;
  return place.splits === '' ? base : `${base}/${place.splits}`;
}

/** Parses a bucket's id. Throws a format error for anything that `formatBucketId` would not write. */
export function parseBucketId(id: string): BucketPlace {
  const match = /^(0|[1-9]\d?)\/(own|shared)(?:\/([01]{1,252}))?$/.exec(id);
  const number = Number(match?.[1]);
  if (match === null || number > 63) {
    throw new RepomillError('format', `bucket id: expected "0/own" to "63/shared/…", found ${JSON.stringify(id)}`);
  }
  return { number, group: match[2] === 'own' ? 'own' : 'shared', splits: match[3] ?? '' };
}
