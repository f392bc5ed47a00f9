import { describe, expect, it } from 'vitest';
import { concatBytes, formatHex } from '../../../src/bytes/bytes.ts';
import { blocksOfStream, type XzBlock } from '../../../src/xz/blocks-of-stream.ts';
import { joinBlocks } from '../../../src/xz/join-blocks.ts';
import { noBlock, oneBlock, sha256Block, twoBlocks, uncheckedBlock } from './streams.ts';

/** The file of some blocks. */
function join(blocks: readonly XzBlock[], check: number): Uint8Array {
  const { start, end } = joinBlocks(blocks, check);
  return concatBytes([start, ...blocks.map(({ bytes }) => bytes), end]);
}

describe('joinBlocks', () => {
  it.each([
    ['one block', oneBlock],
    ['two blocks', twoBlocks],
    ['no block', noBlock],
    ['a block with a SHA-256', sha256Block],
    ['a block without a check', uncheckedBlock],
  ])('makes of %s the file that xz made', (_title, stream) => {
    const { check, blocks } = blocksOfStream(stream);
    expect(formatHex(join(blocks, check))).toBe(formatHex(stream));
  });

  it('joins blocks of different streams', () => {
    const [first] = blocksOfStream(oneBlock).blocks;
    const [, second] = blocksOfStream(twoBlocks).blocks;
    const joined = [first, second].filter((block) => block !== undefined);
    expect(blocksOfStream(join(joined, 1))).toEqual({ check: 1, blocks: joined });
  });

  it('writes sizes of several bytes, lowest seven bits first', () => {
    const { end } = joinBlocks([{ unpaddedSize: 300, uncompressedSize: 2 ** 33 }], 1);
    expect(formatHex(end.subarray(0, 12))).toBe('0001ac028080808020000000');
  });

  it('pads an index to a multiple of four bytes', () => {
    const sizes = { unpaddedSize: 24, uncompressedSize: 5 };
    const lengths = [0, 1, 2, 3, 4].map((count) => joinBlocks(new Array(count).fill(sizes), 1).end.length);
    // An indicator, a count and two bytes a block; a CRC-32 of four; a footer of twelve.
    expect(lengths).toEqual([20, 20, 24, 24, 28]);
  });
});
