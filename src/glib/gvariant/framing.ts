/**
 * Where the parts of a GVariant value are: those of fixed size follow from the type alone, the others from the framing offsets at
 * the end of the container. GVariant specification, section 3.2. Refuses offsets that lead outside the value.
 */
import { RepomillError } from '../../errors.ts';
import { truncateForMessage } from '../../text/printable.ts';
import { alignedTo, type SequenceType, type TupleType, type VariantType } from './variant-type.ts';

/** Where the bytes of a part start and end in those of the whole value. */
export interface PartExtent {
  readonly start: number;
  readonly end: number;
}

/** The parts of a value. */
export interface Frame {
  readonly count: number;
  /** Where a part is; `index` is below `count`. */
  extentOf(index: number): PartExtent;
  /** Where the parts end and framing offsets or padding begin. */
  readonly end: number;
}

/** The size of each framing offset in a container of `size` bytes. */
export function offsetSizeOf(size: number): number {
  if (size <= 0xff) return 1;
  if (size <= 0xffff) return 2;
  return size <= 0xffff_ffff ? 4 : 8;
}

/** The size of each of `count` offsets after parts that take `end` bytes: as small as can address the whole container. */
export function smallestOffsetSize(end: number, count: number): number {
  if (end + count <= 0xff) return 1;
  if (end + count * 2 <= 0xffff) return 2;
  return end + count * 4 <= 0xffff_ffff ? 4 : 8;
}

/** Reads the offset at a place. Offsets are little-endian, whatever the byte order of the values. */
export function readOffset(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 0x100 + (bytes[at + i] ?? 0);
  return value;
}

/** Where the framing offsets begin in an array from `start` to `end` that is not empty and has elements of no fixed size. */
export function tableOfArray(type: SequenceType, bytes: Uint8Array, start: number, end: number): number {
  const size = offsetSizeOf(end - start);
  // The last offset says where the last element ends, which is where the offsets begin.
  const table = start + readOffset(bytes, end - size, size);
  if (table >= end || (end - table) % size !== 0)
    throw malformed(type, 'offsets to the end of the array', table - start);
  return table;
}

/** Where the framing offsets begin in a tuple from `start` to `end`. */
export function tableOfTuple(type: TupleType, start: number, end: number): number {
  const table = end - type.offsets * offsetSizeOf(end - start);
  if (table < start) throw malformed(type, `${type.offsets} offsets`, `${end - start} bytes`);
  return table;
}

/** The parts of an array. */
export function frameOfArray(type: SequenceType, bytes: Uint8Array): Frame {
  const { length } = bytes;
  const size = type.element.fixedSize;
  if (size === undefined) return length === 0 ? nothing : frameOfVariableArray(type, bytes);
  if (length % size !== 0) throw malformed(type, `a multiple of ${size} bytes`, length);
  return {
    count: length / size,
    extentOf: (index) => ({ start: index * size, end: (index + 1) * size }),
    end: length,
  };
}

const nothing: Frame = { count: 0, extentOf: () => ({ start: 0, end: 0 }), end: 0 };

function frameOfVariableArray(type: SequenceType, bytes: Uint8Array): Frame {
  const size = offsetSizeOf(bytes.length);
  const table = tableOfArray(type, bytes, 0, bytes.length);
  return {
    count: (bytes.length - table) / size,
    extentOf: (index) => {
      const before = index === 0 ? 0 : readOffset(bytes, table + (index - 1) * size, size);
      const start = alignedTo(before, type.alignment);
      return checkExtent(type, start, readOffset(bytes, table + index * size, size), table);
    },
    end: table,
  };
}

/** Nothing or one part. A part of no fixed size is followed by a zero byte, which distinguishes it from nothing. */
export function frameOfMaybe(type: SequenceType, bytes: Uint8Array): Frame {
  const { fixedSize } = type.element;
  const { length } = bytes;
  if (length === 0) return nothing;
  if (fixedSize !== undefined && length !== fixedSize) throw malformed(type, `${fixedSize} bytes`, length);
  const end = fixedSize === undefined ? length - 1 : length;
  return { count: 1, extentOf: () => ({ start: 0, end }), end };
}

/** The members of a tuple or entry. The ends of those of no fixed size are at the end of the tuple, the last one first. */
export function frameOfTuple(type: TupleType, bytes: Uint8Array): Frame {
  const { members } = type;
  const size = offsetSizeOf(bytes.length);
  const table = tableOfTuple(type, 0, bytes.length);
  const extents: PartExtent[] = [];
  let offset = bytes.length;
  let at = 0;
  for (const { alignment, fixedSize } of members) {
    const start = alignedTo(at, alignment);
    if (fixedSize !== undefined) at = start + fixedSize;
    else if (offset === table) at = table;
    else {
      offset -= size;
      at = readOffset(bytes, offset, size);
    }
    extents.push(checkExtent(type, start, at, table));
  }
  return { count: members.length, extentOf: (index) => extents[index] ?? { start: 0, end: 0 }, end: at };
}

function checkExtent(type: VariantType, start: number, end: number, limit: number): PartExtent {
  if (start > end || end > limit) throw outside(type, start, end, limit);
  return { start, end };
}

/** The error for offsets that lead backwards, or beyond the parts of a value, which end at `limit`. */
export function outside(type: VariantType, start: number, end: number, limit: number): RepomillError {
  return malformed(type, `a part within ${limit} bytes`, `${start} to ${end}`);
}

/** The error for bytes that are not a value of a type. */
export function malformed(type: VariantType, expected: string, found: string | number): RepomillError {
  return new RepomillError(
    'format',
    `GVariant of type ${truncateForMessage(type.text)}: expected ${expected}, found ${found}`,
  );
}
