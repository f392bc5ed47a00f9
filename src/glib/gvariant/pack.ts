/**
 * Packs GVariant values, in normal form and with the smallest framing offsets. A value's type follows from its parts, so the two
 * always agree. GVariant specification, section 3.2.
 */

import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { smallestOffsetSize } from './framing.ts';
import type { ByteOrder } from './variant.ts';
import { alignedTo, arrayOf, parseVariantType, type TupleType, tupleOf, type VariantType } from './variant-type.ts';

/** A value and its type. Its bytes stay in chunks until they are asked for, so they are copied once, at the end. */
export class Packed {
  readonly type: VariantType;
  readonly size: number;
  readonly chunks: readonly Uint8Array[];

  /** @param size - bytes of all chunks */
  constructor(type: VariantType, size: number, chunks: readonly Uint8Array[]) {
    this.type = type;
    this.size = size;
    this.chunks = chunks;
  }

  get bytes(): Uint8Array {
    const [first] = this.chunks;
    return this.chunks.length === 1 && first !== undefined ? first : concatBytes(this.chunks);
  }
}

const stringType = parseVariantType('s');
const booleanType = parseVariantType('b');
const variantType = parseVariantType('v');
const bytesType = parseVariantType('ay');

/** How many types and keys are remembered. */
const MAX_KNOWN = 1000;

/** Packs a string. Throws a format error if it contains a zero character. */
export function packString(text: string): Packed {
  if (text.includes('\0')) throw new RepomillError('format', 'GVariant string: expected no zero character, found one');
  return packWhole(stringType, encodeText(`${text}\0`));
}

/** Packs a boolean. */
export function packBoolean(value: boolean): Packed {
  return packWhole(booleanType, Uint8Array.of(value ? 1 : 0));
}

/** Packs a number from 0 to 2^32 - 1. */
export function packUint32(value: number, order: ByteOrder = 'little'): Packed {
  checkRange(value, 0, 0xffff_ffff);
  return packNumber('u', (view) => view.setUint32(0, value, order === 'little'));
}

/** Packs a number from -2^31 to 2^31 - 1. */
export function packInt32(value: number, order: ByteOrder = 'little'): Packed {
  checkRange(value, -0x8000_0000, 0x7fff_ffff);
  return packNumber('i', (view) => view.setInt32(0, value, order === 'little'));
}

/** Packs a number from 0 to 2^64 - 1. */
export function packUint64(value: bigint, order: ByteOrder = 'little'): Packed {
  checkRange(value, 0n, 0xffff_ffff_ffff_ffffn);
  return packNumber('t', (view) => view.setBigUint64(0, value, order === 'little'));
}

// DataView would silently truncate a number that does not fit.
function checkRange<T extends number | bigint>(value: T, least: T, most: T): void {
  if (value >= least && value <= most && (typeof value === 'bigint' || Number.isInteger(value))) return;
  throw new RepomillError('format', `GVariant number: expected an integer from ${least} to ${most}, found ${value}`);
}

function packNumber(code: 'u' | 'i' | 't', write: (view: DataView) => void): Packed {
  const type = parseVariantType(code);
  const bytes = new Uint8Array(type.fixedSize ?? 0);
  write(new DataView(bytes.buffer));
  return packWhole(type, bytes);
}

/** Packs bytes: `ay`. */
export function packBytes(bytes: Uint8Array): Packed {
  return packWhole(bytesType, bytes);
}

/** Packs a variant: a value that carries its own type. */
export function packVariant({ type, size, chunks }: Packed): Packed {
  const tail = tailOf(type);
  return new Packed(variantType, size + tail.length, [...chunks, tail]);
}

/** The bytes that follow a value in a variant, for the types seen so far: there are few. */
const tails = new Map<VariantType, Uint8Array>();

function tailOf(type: VariantType): Uint8Array {
  const known = tails.get(type);
  if (known !== undefined) return known;
  const tail = encodeText(`\0${type.text}`);
  if (tails.size < MAX_KNOWN) tails.set(type, tail);
  return tail;
}

/** A value from bytes that are already packed as this type. */
export function packWhole(type: VariantType, bytes: Uint8Array): Packed {
  return new Packed(type, bytes.length, [bytes]);
}

/** Packs a tuple of these members, or a dictionary entry of a key and a value. */
export function packTuple(members: readonly Packed[], kind: TupleType['kind'] = 'tuple'): Packed {
  const type = tupleOf(
    members.map((member) => member.type),
    kind,
  );
  const ends = endsOf(members);
  // The last member ends where the offsets begin.
  const offsets = ends.filter((_, i) => i < members.length - 1 && members[i]?.type.fixedSize === undefined);
  return join(type, members, ends, offsets.reverse());
}

/**
 * Packs an array.
 *
 * @param element - the type of each element, or its type string; an array may be empty
 */
export function packArray(element: VariantType | string, elements: readonly Packed[]): Packed {
  const type = arrayOf(typeof element === 'string' ? parseVariantType(element) : element);
  for (const { type: found } of elements) {
    if (found.text === type.element.text) continue;
    throw new TypeError(`GVariant array of ${type.element.text}: an element is ${found.text}`);
  }
  const ends = endsOf(elements);
  return join(type, elements, ends, type.element.fixedSize === undefined ? ends : []);
}

/** Packs an array of elements that are already packed as this type. */
export function packElements(element: string, elements: readonly Uint8Array[]): Packed {
  const type = arrayOf(parseVariantType(element));
  const chunks: Uint8Array[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const bytes of elements) {
    const start = alignedTo(at, type.alignment);
    pushZeros(chunks, start - at);
    chunks.push(bytes);
    at = start + bytes.length;
    ends.push(at);
  }
  const offsets = formatOffsets(at, type.element.fixedSize === undefined ? ends : []);
  return new Packed(type, at + offsets.length, [...chunks, offsets]);
}

/** Packs a dictionary from strings to variants: `a{sv}`. */
export function packDictionary(entries: Iterable<readonly [string, Packed]>): Packed {
  const packed = [...entries].map(([key, value]) => packTuple([packKey(key), packVariant(value)], 'entry'));
  return packArray('{sv}', packed);
}

/** Keys seen so far: most dictionaries have the same ones. */
const keys = new Map<string, Packed>();

function packKey(key: string): Packed {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const packed = packString(key);
  if (keys.size < MAX_KNOWN) keys.set(key, packed);
  return packed;
}

// Where each part ends if each starts at the next multiple of its alignment.
function endsOf(parts: readonly Packed[]): number[] {
  let at = 0;
  return parts.map(({ type, size }) => {
    at = alignedTo(at, type.alignment) + size;
    return at;
  });
}

/** Zeros, by their number, which is always below the largest alignment. */
const ZEROS: readonly Uint8Array[] = Array.from({ length: 8 }, (_, count) => new Uint8Array(count));

function pushZeros(chunks: Uint8Array[], count: number): void {
  const zeros = ZEROS[count];
  if (count > 0 && zeros !== undefined) chunks.push(zeros);
}

// The parts with zeros between them, then the offsets of some ends, or zeros up to a fixed size.
function join(type: VariantType, parts: readonly Packed[], ends: readonly number[], framed: readonly number[]): Packed {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const [i, { size, chunks: inside }] of parts.entries()) {
    const end = ends[i] ?? 0;
    pushZeros(chunks, end - size - at);
    for (const chunk of inside) chunks.push(chunk);
    at = end;
  }
  const offsets = formatOffsets(at, framed);
  if (offsets.length > 0) chunks.push(offsets);
  const size = type.fixedSize ?? at + offsets.length;
  pushZeros(chunks, size - at - offsets.length);
  return new Packed(type, size, chunks);
}

function formatOffsets(end: number, framed: readonly number[]): Uint8Array {
  const size = smallestOffsetSize(end, framed.length);
  const offsets = new Uint8Array(framed.length * size);
  let at = 0;
  for (const offset of framed) {
    let rest = offset;
    for (let i = 0; i < size; i++) {
      offsets[at++] = rest & 0xff;
      rest = Math.floor(rest / 0x100);
    }
  }
  return offsets;
}
