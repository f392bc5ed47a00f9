/**
 * Makes GVariant values, in normal form and with the smallest framing offsets. Types come from the parts, so a value cannot be
 * of another type than it says. GVariant specification, section 3.2.
 */
import { RepomillError } from '../errors.ts';
import { concatBytes, encodeText } from '../format/bytes.ts';
import { smallestOffsetSize } from './framing.ts';
import type { ByteOrder } from './variant.ts';
import { alignedTo, arrayOf, parseVariantType, type TupleType, tupleOf, type VariantType } from './variant-type.ts';

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
export function packTuple(members: readonly Packed[], kind: TupleType['kind'] = 'tuple'): Packed {
  const type = tupleOf(
    members.map((member) => member.type),
    kind,
  );
  const ends = endsOf(members);
  // The last member ends where the offsets begin.
  const told = ends.filter((_, i) => i < members.length - 1 && members[i]?.type.fixedSize === undefined);
  return { type, bytes: joinParts(members, ends, told.reverse(), type.fixedSize) };
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
  return { type, bytes: joinParts(elements, ends, type.element.fixedSize === undefined ? ends : []) };
}

/** An array of elements whose bytes were made before, each of the type. */
export function packElements(element: string, elements: readonly Uint8Array[]): Packed {
  const type = parseVariantType(element);
  return packArray(
    type,
    elements.map((bytes) => ({ type, bytes })),
  );
}

/** A dictionary from texts to values that carry their types: `a{sv}`. */
export function packDictionary(entries: Iterable<readonly [string, Packed]>): Packed {
  const packed = [...entries].map(([key, value]) => packTuple([packString(key), packVariant(value)], 'entry'));
  return packArray('{sv}', packed);
}

// Where each part ends if each starts at the next multiple of its alignment.
function endsOf(parts: readonly Packed[]): number[] {
  let at = 0;
  return parts.map(({ type, bytes }) => {
    at = alignedTo(at, type.alignment) + bytes.length;
    return at;
  });
}

function joinParts(
  parts: readonly Packed[],
  ends: readonly number[],
  told: readonly number[],
  size?: number,
): Uint8Array {
  const end = ends.at(-1) ?? 0;
  const offsetSize = smallestOffsetSize(end, told.length);
  const whole = new Uint8Array(size ?? end + told.length * offsetSize);
  for (const [i, { bytes }] of parts.entries()) whole.set(bytes, (ends[i] ?? 0) - bytes.length);
  let at = end;
  for (const offset of told) {
    let rest = offset;
    for (let i = 0; i < offsetSize; i++) {
      whole[at++] = rest & 0xff;
      rest = Math.floor(rest / 0x100);
    }
  }
  return whole;
}
