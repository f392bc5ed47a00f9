import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRC_START, extendCrc, extendCrcByRun, finishCrc } from '../../../src/bzip2/crc.ts';
import { BLOCK_SIZE, RunShortener } from '../../../src/bzip2/runs.ts';

type Run = readonly [byte: number, count: number];

/** A block with its runs shortened, and the CRC-32 of what it was made from. */
interface CutBlock {
  readonly bytes: Uint8Array;
  readonly crc: number;
}

function shorten(runs: readonly Run[]): readonly CutBlock[] {
  const blocks: CutBlock[] = [];
  const shortener = new RunShortener((block, crc) => blocks.push({ bytes: block.slice(), crc }));
  for (const [byte, count] of runs) shortener.addRun(byte, count);
  shortener.finish();
  return blocks;
}

/** What the longest runs of ones are shortened to. */
const LONGEST_RUNS = Uint8Array.from({ length: 900_000 }, (_, i) => (i % 5 === 4 ? 251 : 1));

/** The same one byte at a time, as libbzip2 does it (bzlib.c: add_pair_to_block, copy_input_until_stop, flush_RL). */
function shortenByteByByte(runs: readonly Run[]): readonly CutBlock[] {
  const blocks: CutBlock[] = [];
  const block = new Uint8Array(BLOCK_SIZE + 10);
  let size = 0;
  let crc = CRC_START;
  let runByte = -1;
  let runLength = 0;
  const flush = (): void => {
    if (runLength === 0) return;
    const run = new Uint8Array(runLength).fill(runByte);
    crc = extendCrc(crc, run, 0, runLength);
    block.set(runLength < 4 ? run : [runByte, runByte, runByte, runByte, runLength - 4], size);
    size += runLength < 4 ? runLength : 5;
    runLength = 0;
  };
  const close = (): void => {
    blocks.push({ bytes: block.slice(0, size), crc: finishCrc(crc) });
    size = 0;
    crc = CRC_START;
  };
  for (const [byte, count] of runs) {
    let left = count;
    // All but the last of the longest runs can be written at once: they leave room in the block.
    if (byte === 1 && byte !== runByte && left > 510) {
      flush();
      const longest = Math.floor(left / 255) - 1;
      block.set(LONGEST_RUNS.subarray(0, longest * 5), size);
      size += longest * 5;
      crc = extendCrcByRun(crc, byte, longest * 255);
      left -= longest * 255;
    }
    for (; left > 0; left--) {
      if (size >= BLOCK_SIZE) close();
      if (byte !== runByte || runLength === 255) flush();
      runByte = byte;
      runLength++;
    }
  }
  if (size >= BLOCK_SIZE) close();
  flush();
  if (size > 0) close();
  return blocks;
}

function expectSameBlocks(runs: readonly Run[]): void {
  const found = shorten(runs);
  const expected = shortenByteByByte(runs);
  expect(found.map(({ bytes, crc }) => [bytes.length, crc])).toEqual(
    expected.map(({ bytes, crc }) => [bytes.length, crc]),
  );
  for (const [i, { bytes }] of found.entries()) {
    expect(Buffer.compare(bytes, expected[i]?.bytes ?? new Uint8Array())).toBe(0);
  }
}

/** Runs that take this many bytes of a block: the longest, of five bytes each, and single bytes. */
function fill(size: number): readonly Run[] {
  const single = size % 5;
  return [[1, Math.floor(size / 5) * 255], ...Array.from({ length: single }, (_, i): Run => [2 + i, 1])];
}

const run: fc.Arbitrary<Run> = fc.tuple(
  fc.nat(3),
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 250, max: 520 })),
);

describe('RunShortener', () => {
  it('makes the blocks that bzip2 makes, for runs of any lengths', () => {
    fc.assert(fc.property(fc.array(run, { maxLength: 30 }), expectSameBlocks), { numRuns: 30 });
  });

  it('makes no empty block', () => {
    expect(shorten([])).toEqual([]);
    expect(shorten([[7, 0]])).toEqual([]);
  });

  it('gives the same block whether bytes come together, as runs, or one by one', () => {
    const bytes = Uint8Array.from([1, ...new Uint8Array(300), 2, 2, 2, 2, 3]);
    const blocks: number[][] = [];
    const add = (feed: (shortener: RunShortener) => void): void => {
      const shortener = new RunShortener((block, crc) => blocks.push([crc, ...block]));
      feed(shortener);
      shortener.finish();
    };
    add((shortener) => shortener.add(bytes));
    add((shortener) => {
      for (const byte of bytes) shortener.add(Uint8Array.of(byte));
    });
    add((shortener) => {
      for (const byte of bytes) shortener.addRun(byte, 1);
    });
    const crc = finishCrc(extendCrc(CRC_START, bytes, 0, bytes.length));
    const block = [crc, 1, 0, 0, 0, 0, 251, 0, 0, 0, 0, 41, 2, 2, 2, 2, 0, 3];
    expect(blocks).toEqual([block, block, block]);
  });

  it.each([BLOCK_SIZE - 6, BLOCK_SIZE - 2, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])(
    'cuts where bzip2 cuts when %i bytes of a block come before the run',
    (size) => {
      for (const zeros of [0, 1, 3, 4, 5, 254, 255, 256, 300, 510]) {
        expectSameBlocks([...fill(size), [0, zeros], [9, 1], [8, 4]]);
      }
    },
  );

  it('lets a run that begins in a block end there, four bytes beyond its size at most', () => {
    expect(shorten([...fill(BLOCK_SIZE - 1), [0, 255]]).map(({ bytes }) => bytes.length)).toEqual([BLOCK_SIZE + 4]);
    expect(shorten([...fill(BLOCK_SIZE - 1), [0, 256]]).map(({ bytes }) => bytes.length)).toEqual([BLOCK_SIZE + 4, 1]);
  });
});
