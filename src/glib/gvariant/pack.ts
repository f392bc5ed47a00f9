/**
 * Makes GVariant values, in normal form and with the smallest framing offsets. Types come from the parts, so a value cannot be
 * of another type than it says. GVariant specification, section 3.2.
 */

import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { smallestOffsetSize } from './framing.ts';
import type { ByteOrder } from './variant.ts';
import { alignedTo, arrayOf, parseVariantType, type TupleType, tupleOf, type VariantType } from './variant-type.ts';

/** A value and its type. Its bytes lie in pieces until somebody wants them: what a value is made of is copied once, at the end. */
export class Packed {
  readonly type: VariantType;
  readonly size: number;
  readonly pieces: readonly Uint8Array[];

  /** @param size - bytes of all pieces */
  constructor(type: VariantType, size: number, pieces: readonly Uint8Array[]) {
    this.type = type;
    this.size = size;
    this.pieces = pieces;
  }

  get bytes(): Uint8Array {
    const [first] = this.pieces;
    return this.pieces.length === 1 && first !== undefined ? first : concatBytes(this.pieces);
  }
}

const stringType = parseVariantType('s');
const booleanType = parseVariantType('b');
const variantType = parseVariantType('v');
const bytesType = parseVariantType('ay');

/** Types and keys that are remembered. */
const MAX_KNOWN = 1000;

/** A text, which may not hold a zero. */
export function packString(text: string): Packed {
  if (text.includes('\0')) throw new RepomillError('format', 'GVariant text: expected no zero character, found one');
  return packWhole(stringType, encodeText(`${text}\0`));
}

export function packBoolean(value: boolean): Packed {
  return packWhole(booleanType, Uint8Array.of(value ? 1 : 0));
}

/** From 0 to 2^32 - 1. */
export function packUint32(value: number, order: ByteOrder = 'little'): Packed {
  checkRange(value, 0, 0xffff_ffff);
  return packNumber('u', (view) => view.setUint32(0, value, order === 'little'));
}

/** From -2^31 to 2^31 - 1. */
export function packInt32(value: number, order: ByteOrder = 'little'): Packed {
  checkRange(value, -0x8000_0000, 0x7fff_ffff);
  return packNumber('i', (view) => view.setInt32(0, value, order === 'little'));
}

/** From 0 to 2^64 - 1. */
export function packUint64(value: bigint, order: ByteOrder = 'little'): Packed {
  checkRange(value, 0n, 0xffff_ffff_ffff_ffffn);
  return packNumber('t', (view) => view.setBigUint64(0, value, order === 'little'));
}

// A number that does not fit would be cut without a word.
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

/** Bytes as they are: `ay`. */
export function packBytes(bytes: Uint8Array): Packed {
  return packWhole(bytesType, bytes);
}

/** A value that carries its own type. */
export function packVariant({ type, size, pieces }: Packed): Packed {
  const tail = tailOf(type);
  return new Packed(variantType, size + tail.length, [...pieces, tail]);
}

/** What follows a value in a variant, for the types that were met: there are few. */
const tails = new Map<VariantType, Uint8Array>();

function tailOf(type: VariantType): Uint8Array {
  const known = tails.get(type);
  if (known !== undefined) return known;
  const tail = encodeText(`\0${type.text}`);
  if (tails.size < MAX_KNOWN) tails.set(type, tail);
  return tail;
}

/** A value whose bytes were made before: they are of the type. */
export function packWhole(type: VariantType, bytes: Uint8Array): Packed {
  return new Packed(type, bytes.length, [bytes]);
}

/** A tuple of these members, or a dictionary entry of a key and a value. */
export function packTuple(members: readonly Packed[], kind: TupleType['kind'] = 'tuple'): Packed {
  const type = tupleOf(
    members.map((member) => member.type),
    kind,
  );
  const ends = endsOf(members);
  // The last member ends where the offsets begin.
  const told = ends.filter((_, i) => i < members.length - 1 && members[i]?.type.fixedSize === undefined);
  return join(type, members, ends, told.reverse());
}

/**
 * An array.
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

/** An array of elements whose bytes were made before, each of the type. */
export function packElements(element: string, elements: readonly Uint8Array[]): Packed {
  const type = arrayOf(parseVariantType(element));
  const pieces: Uint8Array[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const bytes of elements) {
    const start = alignedTo(at, type.alignment);
    pushZeros(pieces, start - at);
    pieces.push(bytes);
    at = start + bytes.length;
    ends.push(at);
  }
  const offsets = formatOffsets(at, type.element.fixedSize === undefined ? ends : []);
  return new Packed(type, at + offsets.length, [...pieces, offsets]);
}

/** A dictionary from texts to values that carry their types: `a{sv}`. */
export function packDictionary(entries: Iterable<readonly [string, Packed]>): Packed {
  const packed = [...entries].map(([key, value]) => packTuple([packKey(key), packVariant(value)], 'entry'));
  return packArray('{sv}', packed);
}

/** Keys that were met: most dictionaries have the same ones. */
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

/** Zeros, by their number: there are never as many as the largest alignment. */
const ZEROS: readonly Uint8Array[] = Array.from({ length: 8 }, (_, count) => new Uint8Array(count));

function pushZeros(pieces: Uint8Array[], count: number): void {
  const zeros = ZEROS[count];
  if (count > 0 && zeros !== undefined) pieces.push(zeros);
}

// The parts with zeros between them, then the offsets of some ends, or zeros up to a fixed size.
function join(type: VariantType, parts: readonly Packed[], ends: readonly number[], told: readonly number[]): Packed {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const [i, { size, pieces: inside }] of parts.entries()) {
    const end = ends[i] ?? 0;
    pushZeros(pieces, end - size - at);
    for (const piece of inside) pieces.push(piece);
    at = end;
  }
  const offsets = formatOffsets(at, told);
  if (offsets.length > 0) pieces.push(offsets);
  const size = type.fixedSize ?? at + offsets.length;
  pushZeros(pieces, size - at - offsets.length);
  return new Packed(type, size, pieces);
}

function formatOffsets(end: number, told: readonly number[]): Uint8Array {
  const size = smallestOffsetSize(end, told.length);
  const offsets = new Uint8Array(told.length * size);
  let at = 0;
  for (const offset of told) {
    let rest = offset;
    for (let i = 0; i < size; i++) {
      offsets[at++] = rest & 0xff;
      rest = Math.floor(rest / 0x100);
    }
  }
  return offsets;
}
