import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/bytes.ts';
import { decodeBzip2 } from '../../../src/bzip2/decoder.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { readBzip2Vectors } from '../../vectors/vectors.ts';
import { decodeToArray } from './decode-to-array.ts';

const LIMIT = 1 << 26;

/** Bytes that do not compress: the same on every run. */
function noise(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

/** The marker of a block. */
const MARKER = 0x314159265359n;

/** How many blocks a stream has. Their markers begin at any bit, so the five bytes inside are searched for at each of eight shifts. */
function countBlocks(stored: Uint8Array): number {
  const bytes = Buffer.from(stored);
  let count = 0;
  for (let shift = 1n; shift <= 8n; shift++) {
    const inner = Buffer.from(
      BigInt.asUintN(40, MARKER >> shift)
        .toString(16)
        .padStart(10, '0'),
      'hex',
    );
    for (let at = bytes.indexOf(inner); at !== -1; at = bytes.indexOf(inner, at + 1)) count++;
  }
  return count;
}

describe('encodeBzip2', () => {
  const vectors = readBzip2Vectors().filter(({ stored, title }) => stored[3] === 0x39 && !title.includes('stream'));

  it.each(vectors)('writes what the program bzip2 wrote: $title', ({ stored, size }) => {
    expect(encodeBzip2([decodeToArray(stored, size)])).toEqual(stored);
  });

  it('writes a header and an end for no bytes, however they are passed', () => {
    const empty = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0);
    expect(encodeBzip2([])).toEqual(empty);
    expect(encodeBzip2([new Uint8Array(), 0, new Uint8Array()])).toEqual(empty);
  });

  it('writes streams that our decoder reads, for any parts', () => {
    const run = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 600 }));
    const runs = fc
      .array(run, { maxLength: 8 })
      .map((list) => concatBytes(list.map(([byte, n]) => new Uint8Array(n).fill(byte))));
    const part = fc.oneof(fc.nat(2000), fc.uint8Array({ maxLength: 200 }), runs);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const content = concatBytes(parts.map((one) => (typeof one === 'number' ? new Uint8Array(one) : one)));
        expect(Buffer.compare(decodeToArray(encodeBzip2(parts), LIMIT), content)).toBe(0);
      }),
    );
  });

  it('writes the same however the content is cut, and whether zeros are counted or not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1), { maxLength: 1500 }), fc.nat(700), (values, cut) => {
        const whole = Uint8Array.from(values);
        const parts = [whole.subarray(0, cut), whole.subarray(cut)];
        const counted = values.map((value) => (value === 0 ? 1 : Uint8Array.of(value)));
        const stored = encodeBzip2([whole]);
        expect(encodeBzip2(parts)).toEqual(stored);
        expect(encodeBzip2(counted)).toEqual(stored);
      }),
      { numRuns: 40 },
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 254, 255, 256, 257, 258, 259, 260, 510, 511, 514])('encodes a run of %i bytes', (size) => {
    for (const byte of [0, 251, 255]) {
      const content = new Uint8Array(size).fill(byte);
      expect(decodeToArray(encodeBzip2([content]), LIMIT)).toEqual(content);
    }
  });

  it('writes two blocks for 900,000 bytes without runs', { timeout: 30_000 }, () => {
    const content = noise(900_000);
    const stored = encodeBzip2([content]);
    expect(countBlocks(stored)).toBe(2);
    expect(Buffer.compare(decodeToArray(stored, LIMIT), content)).toBe(0);
  });

  it('encodes 50 million zeros in two blocks and less than 120 bytes', () => {
    const stored = encodeBzip2([50_000_000]);
    expect([stored.length < 120, countBlocks(stored)]).toEqual([true, 2]);
    const runs: number[][] = [];
    const takeRun = (byte: number, count: number): unknown => runs.push([byte, count]);
    decodeBzip2(stored, { take: () => runs.push([]), takeRun }, 50_000_000);
    expect(runs.filter(([byte]) => byte !== 0)).toEqual([]);
    expect(runs.reduce((sum, [, count = 0]) => sum + count, 0)).toBe(50_000_000);
  });

  it('leaves its input unchanged', () => {
    const content = noise(1000);
    encodeBzip2([content]);
    expect(content).toEqual(noise(1000));
  });
});
