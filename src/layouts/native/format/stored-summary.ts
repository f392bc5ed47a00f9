/**
 * The stored form of a summary. FORMAT.md, section "Stored form". A gzip file of several members, the header first, then
 * one for each bucket: one `gunzip` reads the whole file, and one Range request reads one bucket. The lengths of the members
 * are in the extra field of the first member's gzip header (RFC 1952, 2.3.1.1), outside the canonical bytes, so that a
 * different compressor changes no digest.
 */

import { ByteWriter, concatBytes, isGzip, VarintReader } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';

const GZIP_HEADER_SIZE = 10;
const FLAGS = 3;
const FLAG_EXTRA = 4;
/** Subfield id of the member lengths: `RM`. */
const SUBFIELD = [0x52, 0x4d];
const MAX_SUBFIELD_SIZE = 0xffff - 4;

/** The bytes of one gzip member in a stored file. */
export interface MemberRange {
  readonly start: number;
  readonly length: number;
}

/**
 * Writes the lengths of the members that follow into the first member's gzip header.
 *
 * @param first - a gzip member with a plain header of ten bytes, as `platform/zlib/gzip.ts` makes it
 * @param following - stored length of each further member, in order
 */
export function withMemberLengths(first: Uint8Array, following: readonly number[]): Uint8Array {
  const lengths = new ByteWriter();
  for (const length of following) lengths.varint(length);
  const field = lengths.take();
  // 65,531 bytes hold 20,000 buckets. A larger summary is read whole instead of by Range.
  if (field.length > MAX_SUBFIELD_SIZE) return first;
  const head = first.slice(0, GZIP_HEADER_SIZE);
  head[FLAGS] = (head[FLAGS] ?? 0) | FLAG_EXTRA;
  const extra = Uint8Array.of(...shortOf(field.length + 4), ...SUBFIELD, ...shortOf(field.length));
  return concatBytes([head, extra, field, first.subarray(GZIP_HEADER_SIZE)]);
}

/**
 * The bytes of each member of a stored summary, the header's first; undefined if the file does not say.
 *
 * @param stored - at least the first member
 * @param firstLength - stored length of the first member, from the index
 * @param members - how many members follow, from the header
 */
export function memberRanges(
  stored: Uint8Array,
  firstLength: number,
  members: number,
): readonly MemberRange[] | undefined {
  const field = memberLengthsField(stored);
  if (field === undefined) return undefined;
  const reader = new VarintReader(field);
  const ranges: MemberRange[] = [{ start: 0, length: firstLength }];
  let start = firstLength;
  for (let i = 0; i < members; i++) {
    const length = reader.next();
    ranges.push({ start, length });
    start += length;
  }
  if (!reader.done || !Number.isSafeInteger(start)) {
    throw new RepomillError('format', `summary: expected the lengths of ${members} gzip members, found others`);
  }
  return ranges;
}

/**
 * The bytes of each member of a whole stored summary, the header's first, from the lengths that the file states and its
 * own length; undefined if the file does not say, or is shorter than it says.
 */
export function rangesOfMembers(stored: Uint8Array): readonly MemberRange[] | undefined {
  const field = memberLengthsField(stored);
  if (field === undefined) return undefined;
  const reader = new VarintReader(field);
  const lengths: number[] = [];
  while (!reader.done) lengths.push(reader.next());
  const firstLength = lengths.reduce((rest, length) => rest - length, stored.length);
  if (firstLength <= 0) return undefined;
  const ranges: MemberRange[] = [];
  let start = 0;
  for (const length of [firstLength, ...lengths]) {
    ranges.push({ start, length });
    start += length;
  }
  return ranges;
}

function memberLengthsField(stored: Uint8Array): Uint8Array | undefined {
  if (!isGzip(stored)) throw new RepomillError('format', 'summary: expected a gzip file');
  if (((stored[FLAGS] ?? 0) & FLAG_EXTRA) === 0) return undefined;
  const end = GZIP_HEADER_SIZE + 2 + shortAt(stored, GZIP_HEADER_SIZE);
  for (let at = GZIP_HEADER_SIZE + 2; at + 4 <= end; ) {
    const length = shortAt(stored, at + 2);
    if (at + 4 + length > Math.min(end, stored.length)) break;
    if (SUBFIELD.every((byte, i) => stored[at + i] === byte)) return stored.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

function shortOf(value: number): readonly number[] {
  return [value & 0xff, value >> 8];
}

function shortAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
