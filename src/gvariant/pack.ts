/**
 * Makes GVariant values, in normal form and with the smallest framing offsets. Types come from the parts, so a value cannot be
 * of another type than it says. GVariant specification, section 3.2.
 */
import { RepomillError } from '../errors.ts';
import { concatBytes, encodeText } from '../format/bytes.ts';
import { smallestOffsetSize } from './check-normal.ts';
import type { ByteOrder } from './variant.ts';
import { alignedTo, arrayOf, parseVariantType, tupleOf, type VariantType } from './variant-type.ts';

/** A value and its type. */
export interface Packed {
  readonly type: VariantType;
  readonly bytes: Uint8Array;
}

const stringType = parseVariantType('s');
const booleanType = parseVariantType('b');
const variantType = parseVariantType('v');
const bytesType = parseVariantType('ay');
const END = Uint8Array.of(0);

/** A text, which may not hold a zero. */
export function packString(text: string): Packed {
  if (text.includes('\0')) throw new RepomillError('format', 'GVariant text: expected no zero character, found one');
  return { type: stringType, bytes: encodeText(`${text}\0`) };
}

export function packBoolean(value: boolean): Packed {
  return { type: booleanType, bytes: Uint8Array.of(value ? 1 : 0) };
}

/** From 0 to 2^32 - 1. */
export function packUint32(value: number, order: ByteOrder = 'little'): Packed {
  return packNumber('u', (view) => view.setUint32(0, value, order === 'little'));
}

/** From -2^31 to 2^31 - 1. */
export function packInt32(value: number, order: ByteOrder = 'little'): Packed {
  return packNumber('i', (view) => view.setInt32(0, value, order === 'little'));
}

/** From 0 to 2^64 - 1. */
export function packUint64(value: bigint, order: ByteOrder = 'little'): Packed {
  return packNumber('t', (view) => view.setBigUint64(0, value, order === 'little'));
}

function packNumber(code: 'u' | 'i' | 't', write: (view: DataView) => void): Packed {
  const type = parseVariantType(code);
  const bytes = new Uint8Array(type.fixedSize ?? 0);
  write(new DataView(bytes.buffer));
  return { type, bytes };
}

/** Bytes as they are: `ay`. */
export function packBytes(bytes: Uint8Array): Packed {
  return { type: bytesType, bytes };
}

/** A value that carries its own type. */
export function packVariant({ type, bytes }: Packed): Packed {
  return { type: variantType, bytes: concatBytes([bytes, END, encodeText(type.text)]) };
}

/** A tuple of these members, or a dictionary entry of a key and a value. */
export function packTuple(members: readonly Packed[], kind: 'tuple' | 'entry' = 'tuple'): Packed {
  const type = tupleOf(
    members.map((member) => member.type),
    kind,
  );
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const [i, member] of members.entries()) {
    at = pad(parts, at, member.type.alignment) + member.bytes.length;
    parts.push(member.bytes);
    if (member.type.fixedSize === undefined && i < members.length - 1) ends.unshift(at);
  }
  if (type.fixedSize === undefined) parts.push(packOffsets(at, ends));
  else parts.push(new Uint8Array(type.fixedSize - at));
  return { type, bytes: concatBytes(parts) };
}

/**
 * An array.
 *
 * @param element - the type of each element, or its type string; an array may be empty
 */
export function packArray(element: VariantType | string, elements: readonly Packed[]): Packed {
  const type = arrayOf(typeof element === 'string' ? parseVariantType(element) : element);
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const { type: found, bytes } of elements) {
    if (found.text !== type.element.text) {
      throw new TypeError(`GVariant array of ${type.element.text}: an element is ${found.text}`);
    }
    at = pad(parts, at, type.alignment) + bytes.length;
    parts.push(bytes);
    ends.push(at);
  }
  if (type.element.fixedSize === undefined) parts.push(packOffsets(at, ends));
  return { type, bytes: concatBytes(parts) };
}

/** A dictionary from texts to values that carry their types: `a{sv}`. */
export function packDictionary(entries: Iterable<readonly [string, Packed]>): Packed {
  const packed = [...entries].map(([key, value]) => packTuple([packString(key), packVariant(value)], 'entry'));
  return packArray('{sv}', packed);
}

const zeros = new Uint8Array(8);

function pad(parts: Uint8Array[], at: number, alignment: number): number {
  const start = alignedTo(at, alignment);
  if (start > at) parts.push(zeros.subarray(0, start - at));
  return start;
}

function packOffsets(end: number, ends: readonly number[]): Uint8Array {
  const size = smallestOffsetSize(end, ends.length);
  const offsets = new Uint8Array(ends.length * size);
  let at = 0;
  for (const value of ends) {
    let rest = value;
    for (let i = 0; i < size; i++) {
      offsets[at++] = rest & 0xff;
      rest = Math.floor(rest / 0x100);
    }
  }
  return offsets;
}
