/**
 * What is around the blocks of a .xz file of one stream: its header, and its index and footer. A file is `start`, the bytes of its
 * blocks, and `end`. The .xz File Format 1.1, sections 2.1.1 (header), 2.1.2 (footer) and 4 (index).
 */
import { ByteWriter, concatBytes } from '../bytes/bytes.ts';
import { crc32 } from './crc32.ts';

/** The sizes of a block, as the index of a stream has them. */
export interface XzBlockSizes {
  /** Bytes of the block's header, its compressed data and its check, without the padding. */
  readonly unpaddedSize: number;
  /** Bytes of its content. */
  readonly uncompressedSize: number;
}

/** Bytes of a stream's header, and of its footer. */
export const XZ_FRAME_SIZE = 12;

/** What a stream begins with. */
export const XZ_HEADER_MAGIC: readonly number[] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/** What a stream ends with. */
export const XZ_FOOTER_MAGIC: readonly number[] = [0x59, 0x5a];

/**
 * What is in front of blocks and after them, so that together they are a .xz file. Without blocks, it is the file of no bytes.
 *
 * @param check - the kind of check that all blocks have, 0 to 15: 1 is CRC-32 (section 2.1.1.2)
 * @example
 * const { start, end } = joinBlocks(blocks, 1);
 * const file = [start, ...blocks.map(({ bytes }) => bytes), end];
 */
export function joinBlocks(
  blocks: readonly XzBlockSizes[],
  check: number,
): { readonly start: Uint8Array; readonly end: Uint8Array } {
  const flags = Uint8Array.of(0, check);
  const index = formatIndex(blocks);
  const backward = concatBytes([littleEndian(index.length / 4 - 1), flags]);
  return {
    start: concatBytes([Uint8Array.from(XZ_HEADER_MAGIC), flags, littleEndian(crc32(flags))]),
    end: concatBytes([index, littleEndian(crc32(backward)), backward, Uint8Array.from(XZ_FOOTER_MAGIC)]),
  };
}

function formatIndex(blocks: readonly XzBlockSizes[]): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(0);
  writer.varint(blocks.length);
  for (const { unpaddedSize, uncompressedSize } of blocks) {
    writer.varint(unpaddedSize);
    writer.varint(uncompressedSize);
  }
  while (writer.length % 4 > 0) writer.byte(0);
  const index = writer.take();
  return concatBytes([index, littleEndian(crc32(index))]);
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
