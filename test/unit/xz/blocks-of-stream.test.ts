import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, formatHex } from '../../../src/bytes/bytes.ts';
import { RepomillError } from '../../../src/errors.ts';
import { blocksOfStream } from '../../../src/xz/blocks-of-stream.ts';
import { crc32 } from '../../../src/xz/crc32.ts';
import { noBlock, oneBlock, sha256Block, twoBlocks, uncheckedBlock } from './streams.ts';

describe('blocksOfStream', () => {
  it('takes the blocks out, with the sizes that the index has', () => {
    const { check, blocks } = blocksOfStream(twoBlocks);
    expect(check).toBe(1);
    expect(blocks.map(({ unpaddedSize, uncompressedSize }) => [unpaddedSize, uncompressedSize])).toEqual([
      [32, 12],
      [32, 12],
    ]);
    expect(blocks.map(({ bytes }) => formatHex(bytes))).toEqual([
      '0200210116000000742fe5a301000b5061636b6167653a20610a0a00ac96f720',
      '0200210116000000742fe5a301000b5061636b6167653a2062630a001bf88e96',
    ]);
  });

  it('includes the padding of a block, which its size does not', () => {
    const [block] = blocksOfStream(oneBlock).blocks;
    expect([block?.unpaddedSize, block?.bytes.length]).toEqual([31, 32]);
  });

  it('gives views of the stream and copies nothing', () => {
    expect(blocksOfStream(twoBlocks).blocks.map(({ bytes }) => bytes.buffer === twoBlocks.buffer)).toEqual([
      true,
      true,
    ]);
  });

  it('finds no block in the file of no bytes', () => {
    expect(blocksOfStream(noBlock)).toEqual({ check: 1, blocks: [] });
  });

  it.each([
    ['a SHA-256', sha256Block, 10, 59],
    ['no check', uncheckedBlock, 0, 27],
  ])('reads a stream with %s', (_title, stream, check, unpaddedSize) => {
    expect(blocksOfStream(stream)).toMatchObject({ check, blocks: [{ unpaddedSize, uncompressedSize: 11 }] });
  });

  it('reads a stream in the middle of a buffer', () => {
    const moved = new Uint8Array(oneBlock.length + 7);
    moved.set(oneBlock, 5);
    expect(blocksOfStream(moved.subarray(5, -2))).toEqual(blocksOfStream(oneBlock));
  });

  it.each<readonly [title: string, stream: Uint8Array, message: string]>([
    ['no bytes', new Uint8Array(), 'xz: a stream cannot have 0 bytes'],
    ['a stream that is too short', noBlock.subarray(0, 28), 'xz: a stream cannot have 28 bytes'],
    ['a size that is no multiple of four', oneBlock.subarray(0, -1), 'xz: a stream cannot have 63 bytes'],
    ['text', new Uint8Array(64).fill(97), 'xz: it does not begin as a stream does'],
    ['a stream without its end', twoBlocks.subarray(0, -12), 'xz: it does not end as a stream does'],
    ['zeros after the stream', concatBytes([oneBlock, new Uint8Array(4)]), 'xz: it does not end as a stream does'],
    ['two streams', concatBytes([noBlock, oneBlock]), 'xz: block 1 of 31 bytes has a header of 4'],
    ['a damaged header', damage(oneBlock, 8), 'xz: the CRC-32 of the header is 36de2268, its bytes have 36de2269'],
    ['a damaged footer', damage(oneBlock, 56), 'xz: the CRC-32 of the footer is 0d994290, its bytes have c6c59135'],
    ['a damaged index', damage(oneBlock, 45), 'xz: the CRC-32 of the index is 7a0e623d, its bytes have 7bcc080a'],
    ['flags of the future', withHeader([1, 1]), 'xz: unknown flags 1 and 1'],
    ['a check of the future', withHeader([0, 16]), 'xz: unknown flags 0 and 16'],
    ['a footer with other flags', withFooter(1, [0, 4]), 'xz: the flags of header and footer differ'],
    [
      'an index of 4 GB',
      withFooter(2 ** 32 - 1, [0, 1]),
      'xz: the footer announces an index of 17179869184 bytes, which do not fit',
    ],
    [
      'an index over the header',
      withFooter(10, [0, 1]),
      'xz: the footer announces an index of 44 bytes, which do not fit',
    ],
    ['an index of four bytes', withFooter(0, [0, 1]), 'xz: an index cannot have 4 bytes'],
    ['an index that begins otherwise', withIndex([2, 1, 31, 11]), 'xz: the index begins with 2 instead of 0'],
    ['an index of fewer blocks', withIndex([0, 0, 0, 0]), 'xz: 32 bytes are in front of the index and in no block'],
    ['an index of more blocks', withIndex([0, 2, 31, 11]), 'xz: the index: an integer is cut off'],
    ['an index of many blocks', withIndex([0, 0xff, 0xff, 0x7f]), 'xz: the index: an integer is cut off'],
    [
      'an index with a long number',
      withIndex([0, 0x81, 0, 31, 11, 0, 0, 0]),
      'xz: the index: an integer is not in its shortest form',
    ],
    [
      'an index with a huge number',
      withIndex([0, 1, 31, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]),
      'xz: the index: an integer is larger than 2^53 - 1',
    ],
    [
      'an index with a text as padding',
      withIndex([0, 1, 31, 11, 0, 0, 0, 9]),
      'xz: the padding of the index is not zero',
    ],
    ['an index with more padding', withIndex([0, 1, 31, 11, 0, 0, 0, 0]), 'xz: the index has 4 bytes of padding'],
    ['a block that is larger than the file', withIndex([0, 1, 99, 11]), 'xz: block 1 has 100 bytes, but 32 are left'],
    ['a block that is smaller', withIndex([0, 1, 28, 11]), 'xz: 4 bytes are in front of the index and in no block'],
    [
      'a block that is too small for its header',
      withIndex([0, 1, 16, 11]),
      'xz: block 1 of 16 bytes has a header of 12',
    ],
    ['a block of no bytes', withIndex([0, 1, 0, 11]), 'xz: block 1 of 0 bytes has a header of 4'],
    ['a block without a header', withBlockByte(12, 0), 'xz: block 1 of 31 bytes has a header of 4'],
    ['a block with a large header', withBlockByte(12, 255), 'xz: block 1 of 31 bytes has a header of 1024'],
    [
      'a damaged header of a block',
      withBlockByte(15, 2),
      'xz: the CRC-32 of the header of block 1 is a3e52f74, its bytes have e44555a4',
    ],
    ['a block with padding that is not zero', withBlockByte(39, 1), 'xz: the padding of block 1 is not zero'],
  ])('refuses %s', (_title, stream, message) => {
    expect(messageOfFailure(stream)).toBe(message);
  });

  it('refuses every stream that was cut', () => {
    for (let size = 0; size < twoBlocks.length; size++) {
      expect(messageOfFailure(twoBlocks.subarray(0, size)), String(size)).toMatch(/^xz: /);
    }
  });

  it('refuses every stream with a different byte around the compressed data', () => {
    // Header of the stream and of the first block; header of the second; index and footer.
    const around = [...twoBlocks.keys()].filter((at) => at < 24 || (at >= 44 && at < 56) || at >= 76);
    for (const at of around) expect(messageOfFailure(damage(twoBlocks, at)), String(at)).toMatch(/^xz: /);
  });

  it('fails with a format error, if at all, for any bytes between the ends of a stream', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(80), (bytes, at) => {
        const stream = oneBlock.slice();
        stream.set(bytes.subarray(0, Math.max(0, stream.length - at)), Math.min(at, stream.length));
        messageOfFailure(stream);
      }),
    );
  });
});

/** The message of the refusal; undefined if the stream is read. */
function messageOfFailure(stream: Uint8Array): string | undefined {
  try {
    blocksOfStream(stream);
    return undefined;
  } catch (error) {
    if (error instanceof RepomillError && error.code === 'format') return error.message;
    throw error;
  }
}

/** With the lowest bit of one byte changed. */
function damage(stream: Uint8Array, at: number): Uint8Array {
  return stream.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

/** With one byte of the block changed. */
function withBlockByte(at: number, value: number): Uint8Array {
  return oneBlock.map((byte, i) => (i === at ? value : byte));
}

function withHeader(flags: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(flags);
  return concatBytes([oneBlock.subarray(0, 6), bytes, littleEndian(crc32(bytes)), oneBlock.subarray(12)]);
}

/** With a footer that announces an index of (`words` + 1) * 4 bytes. */
function withFooter(words: number, flags: readonly number[]): Uint8Array {
  return concatBytes([oneBlock.subarray(0, -12), footer(words, flags)]);
}

/** With an index of these bytes and their CRC-32, and a footer that fits. */
function withIndex(content: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(content);
  return concatBytes([oneBlock.subarray(0, 44), bytes, littleEndian(crc32(bytes)), footer(bytes.length / 4, [0, 1])]);
}

function footer(words: number, flags: readonly number[]): Uint8Array {
  const content = concatBytes([littleEndian(words), Uint8Array.from(flags)]);
  return concatBytes([littleEndian(crc32(content)), content, Uint8Array.of(0x59, 0x5a)]);
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
