/**
 * Where the parts of a GVariant value lie: parts of fixed size follow from the type alone, others from the framing offsets at
 * the end of the container. GVariant specification, section 3.2. Refuses offsets that lead outside of the value.
 */
import { RepomillError } from '../../errors.ts';
import { truncateForMessage } from '../../text/printable.ts';
import { alignedTo, type SequenceType, type TupleType, type VariantType } from './variant-type.ts';

/** A part of a value: where its bytes start and end in those of the whole. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The parts of a value. */
export interface Frame {
  readonly count: number;
  /** Where a part lies; `index` is below `count`. */
  stretchOf(index: number): Stretch;
  /** Where the parts end, and framing offsets or padding begin. */
  readonly end: number;
}

/** Bytes of each framing offset in a container of so many bytes. */
export function offsetSizeOf(size: number): number {
  if (size <= 0xff) return 1;
  if (size <= 0xffff) return 2;
  return size <= 0xffff_ffff ? 4 : 8;
}

/** Bytes of each of so many offsets behind parts of so many bytes: as few as can tell every place in the whole. */
export function smallestOffsetSize(end: number, count: number): number {
  if (end + count <= 0xff) return 1;
  if (end + count * 2 <= 0xffff) return 2;
  return end + count * 4 <= 0xffff_ffff ? 4 : 8;
}

/** The offset at a place. Little-endian, whatever the byte order of the values. */
export function readOffset(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 0x100 + (bytes[at + i] ?? 0);
  return value;
}

/** Where the framing offsets of an array begin, which lies from `start` to `end`, is not empty, and has elements of no fixed size. */
export function tableOfArray(type: SequenceType, bytes: Uint8Array, start: number, end: number): number {
  const size = offsetSizeOf(end - start);
  // The last offset says where the last element ends, which is where the offsets begin.
  const table = start + readOffset(bytes, end - size, size);
  if (table >= end || (end - table) % size !== 0)
    throw malformed(type, 'offsets to the end of the array', table - start);
  return table;
}

/** Where the framing offsets of a tuple begin, which lies from `start` to `end`. */
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
    stretchOf: (index) => ({ start: index * size, end: (index + 1) * size }),
    end: length,
  };
}

const nothing: Frame = { count: 0, stretchOf: () => ({ start: 0, end: 0 }), end: 0 };

function frameOfVariableArray(type: SequenceType, bytes: Uint8Array): Frame {
  const size = offsetSizeOf(bytes.length);
  const table = tableOfArray(type, bytes, 0, bytes.length);
  return {
    count: (bytes.length - table) / size,
    stretchOf: (index) => {
      const before = index === 0 ? 0 : readOffset(bytes, table + (index - 1) * size, size);
      const start = alignedTo(before, type.alignment);
      return checkStretch(type, start, readOffset(bytes, table + index * size, size), table);
    },
    end: table,
  };
}

/** Nothing or one part. A part of no fixed size has a zero byte behind it, so that it is told from nothing. */
export function frameOfMaybe(type: SequenceType, bytes: Uint8Array): Frame {
  const { fixedSize } = type.element;
  const { length } = bytes;
  if (length === 0) return nothing;
  if (fixedSize !== undefined && length !== fixedSize) throw malformed(type, `${fixedSize} bytes`, length);
  const end = fixedSize === undefined ? length - 1 : length;
  return { count: 1, stretchOf: () => ({ start: 0, end }), end };
}

/** The members of a tuple or entry. Those of no fixed size have their ends at the end of the tuple, last one first. */
export function frameOfTuple(type: TupleType, bytes: Uint8Array): Frame {
  const { members } = type;
  const size = offsetSizeOf(bytes.length);
  const table = tableOfTuple(type, 0, bytes.length);
  const stretches: Stretch[] = [];
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
    stretches.push(checkStretch(type, start, at, table));
  }
  return { count: members.length, stretchOf: (index) => stretches[index] ?? { start: 0, end: 0 }, end: at };
}

function checkStretch(type: VariantType, start: number, end: number, limit: number): Stretch {
  if (start > end || end > limit) throw outside(type, start, end, limit);
  return { start, end };
}

/** The error that offsets lead out of the parts of a value, which end at `limit`, or backwards. */
export function outside(type: VariantType, start: number, end: number, limit: number): RepomillError {
  return malformed(type, `a part within ${limit} bytes`, `${start} to ${end}`);
}

/** The error that bytes are no value of a type. */
export function malformed(type: VariantType, expected: string, found: string | number): RepomillError {
  return new RepomillError(
    'format',
    `GVariant of type ${truncateForMessage(type.text)}: expected ${expected}, found ${found}`,
  );
}
