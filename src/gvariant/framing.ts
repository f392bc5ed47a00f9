/**
 * Where the parts of a GVariant value lie: parts of fixed size follow from the type alone, others from the framing offsets at
 * the end of the container. GVariant specification, section 3.2. Refuses offsets that lead outside of the value.
 */
import { RepomillError } from '../errors.ts';
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

/** The parts of an array. */
export function frameOfArray(type: SequenceType, bytes: Uint8Array): Frame {
  const { element } = type;
  const size = element.fixedSize;
  if (size === undefined) return frameOfVariableArray(type, bytes);
  if (bytes.length % size !== 0) throw malformed(type, `a multiple of ${size} bytes`, bytes.length);
  return {
    count: bytes.length / size,
    stretchOf: (index) => ({ start: index * size, end: (index + 1) * size }),
    end: bytes.length,
  };
}

function frameOfVariableArray(type: SequenceType, bytes: Uint8Array): Frame {
  const { length } = bytes;
  if (length === 0) return { count: 0, stretchOf: () => ({ start: 0, end: 0 }), end: 0 };
  const size = offsetSizeOf(length);
  // The last offset says where the last element ends, which is where the offsets begin.
  const table = readOffset(bytes, length - size, size);
  const count = (length - table) / size;
  if (table >= length || !Number.isInteger(count)) throw malformed(type, 'offsets to the end of the array', table);
  return {
    count,
    stretchOf: (index) => {
      const before = index === 0 ? 0 : readOffset(bytes, table + (index - 1) * size, size);
      const end = readOffset(bytes, table + index * size, size);
      return checkStretch(type, { start: alignedTo(before, type.alignment), end }, table);
    },
    end: table,
  };
}

/** Nothing or one part. A part of no fixed size has a zero byte behind it, so that it is told from nothing. */
export function frameOfMaybe(type: SequenceType, bytes: Uint8Array): Frame {
  const { fixedSize } = type.element;
  const { length } = bytes;
  if (length > 0 && fixedSize !== undefined && length !== fixedSize)
    throw malformed(type, `${fixedSize} bytes`, length);
  const end = fixedSize === undefined ? Math.max(0, length - 1) : length;
  return { count: length === 0 ? 0 : 1, stretchOf: () => ({ start: 0, end }), end };
}

/** The members of a tuple or entry. Those of no fixed size have their ends at the end of the tuple, last one first. */
export function frameOfTuple(type: TupleType, bytes: Uint8Array): Frame {
  const size = offsetSizeOf(bytes.length);
  const { members } = type;
  const stretches: Stretch[] = [];
  let table = bytes.length;
  let at = 0;
  for (const [i, { alignment, fixedSize }] of members.entries()) {
    const start = alignedTo(at, alignment);
    if (fixedSize !== undefined) at = start + fixedSize;
    else if (i === members.length - 1) at = table;
    else {
      table -= size;
      if (table < 0) throw malformed(type, 'an offset for each member', bytes.length);
      at = readOffset(bytes, table, size);
    }
    stretches.push({ start, end: at });
  }
  // Only now is it known where the offsets begin.
  for (const stretch of stretches) checkStretch(type, stretch, table);
  return { count: members.length, stretchOf: (index) => stretches[index] ?? { start: 0, end: 0 }, end: at };
}

function checkStretch(type: VariantType, stretch: Stretch, limit: number): Stretch {
  if (stretch.start <= stretch.end && stretch.end <= limit) return stretch;
  throw malformed(type, `a part within ${limit} bytes`, `${stretch.start} to ${stretch.end}`);
}

/** Little-endian, whatever the byte order of the values. */
function readOffset(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 0x100 + (bytes[at + i] ?? 0);
  return value;
}

/** The error that bytes are no value of a type. */
export function malformed(type: VariantType, expected: string, found: string | number): RepomillError {
  return new RepomillError('format', `GVariant of type ${shorten(type.text)}: expected ${expected}, found ${found}`);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
