/**
 * Takes the blocks out of a .xz file of one stream, as an encoder made it. The .xz File Format 1.1, sections 2 to 4. All that is
 * around the compressed data is checked, and nothing is decompressed. Refused: several streams, bytes before or after the stream, and
 * whatever does not add up.
 */
import { VarintReader } from '../bytes/bytes.ts';
import { messageOf, RepomillError } from '../errors.ts';
import { crc32 } from './crc32.ts';
import { XZ_FOOTER_MAGIC, XZ_FRAME_SIZE, XZ_HEADER_MAGIC, type XzBlockSizes } from './join-blocks.ts';

/** A block of a stream: a part that can be decompressed on its own. */
export interface XzBlock extends XzBlockSizes {
  /** Its header, compressed data, padding and check: a view of the stream. */
  readonly bytes: Uint8Array;
}

/** What is in a stream. */
export interface XzBlocks {
  /** The kind of check that all blocks have, 0 to 15: 1 is CRC-32. */
  readonly check: number;
  readonly blocks: readonly XzBlock[];
}

/** Bytes of the check at the end of a block, by its kind (section 2.1.1.2). */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Bytes of the smallest index: an indicator, a count, padding and a CRC. */
const MIN_INDEX_SIZE = 8;

/** Bytes of the smallest header of a block. */
const MIN_BLOCK_HEADER = 8;

/**
 * The blocks of a stream, in their order.
 *
 * @param stream - a whole .xz file
 * @throws RepomillError `format` if it is anything else than one intact stream
 */
export function blocksOfStream(stream: Uint8Array): XzBlocks {
  const size = stream.length;
  if (size % 4 > 0 || size < 2 * XZ_FRAME_SIZE + MIN_INDEX_SIZE) throw malformed(`a stream cannot have ${size} bytes`);
  const check = parseHeader(stream.subarray(0, XZ_FRAME_SIZE));
  const indexSize = parseFooter(stream.subarray(size - XZ_FRAME_SIZE), check);
  const end = size - XZ_FRAME_SIZE - indexSize;
  if (end < XZ_FRAME_SIZE) throw malformed(`the footer announces an index of ${indexSize} bytes, which do not fit`);
  const sizes = parseIndex(stream.subarray(end, end + indexSize));
  let at = XZ_FRAME_SIZE;
  const blocks = sizes.map((block, i) => {
    const stored = Math.ceil(block.unpaddedSize / 4) * 4;
    if (at + stored > end) throw malformed(`block ${i + 1} has ${stored} bytes, but ${end - at} are left`);
    const bytes = stream.subarray(at, at + stored);
    checkBlock(bytes, block.unpaddedSize, check, i + 1);
    at += stored;
    return { ...block, bytes };
  });
  if (at < end) throw malformed(`${end - at} bytes are in front of the index and in no block`);
  return { check, blocks };
}

/** The kind of check that the header of a stream announces. */
function parseHeader(header: Uint8Array): number {
  if (!isAt(header, 0, XZ_HEADER_MAGIC)) throw malformed('it does not begin as a stream does');
  checkCrc('header', header.subarray(6, 8), uint32(header, 8));
  const check = header[7] ?? 0;
  if (header[6] !== 0 || check > 15) throw malformed(`unknown flags ${header[6]} and ${check}`);
  return check;
}

/** The bytes of the index that the footer of a stream announces. */
function parseFooter(footer: Uint8Array, check: number): number {
  if (!isAt(footer, XZ_FRAME_SIZE - 2, XZ_FOOTER_MAGIC)) throw malformed('it does not end as a stream does');
  checkCrc('footer', footer.subarray(4, 10), uint32(footer, 0));
  if (footer[8] !== 0 || footer[9] !== check) throw malformed('the flags of header and footer differ');
  return (uint32(footer, 4) + 1) * 4;
}

function parseIndex(index: Uint8Array): readonly XzBlockSizes[] {
  if (index.length < MIN_INDEX_SIZE) throw malformed(`an index cannot have ${index.length} bytes`);
  const content = index.subarray(0, -4);
  checkCrc('index', content, uint32(index, content.length));
  if (content[0] !== 0) throw malformed(`the index begins with ${content[0]} instead of 0`);
  const reader = new VarintReader(content.subarray(1));
  const sizes: XzBlockSizes[] = [];
  let padding = 0;
  try {
    // A count that is too large ends at the last byte of the index.
    for (let left = reader.next(); left > 0; left--) {
      sizes.push({ unpaddedSize: reader.next(), uncompressedSize: reader.next() });
    }
    for (; !reader.done; padding++) {
      if (reader.next() !== 0) throw malformed('the padding of the index is not zero');
    }
  } catch (cause) {
    throw cause instanceof RepomillError && cause.message.startsWith('xz: ')
      ? cause
      : malformed(`the index: ${messageOf(cause)}`, cause);
  }
  if (padding > 3) throw malformed(`the index has ${padding} bytes of padding`);
  return sizes;
}

/** The header of a block, and its padding, which is in front of its check (section 3). */
function checkBlock(bytes: Uint8Array, unpaddedSize: number, check: number, position: number): void {
  const headerSize = ((bytes[0] ?? 0) + 1) * 4;
  const checkSize = CHECK_SIZES[check] ?? 0;
  if (headerSize < MIN_BLOCK_HEADER || headerSize + checkSize >= unpaddedSize) {
    throw malformed(`block ${position} of ${unpaddedSize} bytes has a header of ${headerSize}`);
  }
  checkCrc(`header of block ${position}`, bytes.subarray(0, headerSize - 4), uint32(bytes, headerSize - 4));
  const padding = bytes.subarray(unpaddedSize - checkSize, bytes.length - checkSize);
  if (padding.some((byte) => byte !== 0)) throw malformed(`the padding of block ${position} is not zero`);
}

function checkCrc(what: string, bytes: Uint8Array, expected: number): void {
  const found = crc32(bytes);
  if (found === expected) return;
  throw malformed(`the CRC-32 of the ${what} is ${hex(expected)}, its bytes have ${hex(found)}`);
}

function isAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, i) => bytes[offset + i] === byte);
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function malformed(what: string, cause?: unknown): RepomillError {
  return new RepomillError('format', `xz: ${what}`, { cause });
}
