import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBzip2 } from '../../../src/bzip2/decoder.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { joinBytes } from '../delta/raw-delta.ts';
import { readBzip2Vectors } from '../delta/vectors.ts';

const LIMIT = 1 << 26;

/** Bytes that do not compress: the same on every run. */
function noise(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

/** How many blocks a stream has: their markers begin at any bit. */
function countBlocks(stored: Uint8Array): number {
  const bits = Array.from(stored, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.split(0x314159265359n.toString(2).padStart(48, '0')).length - 1;
}

describe('encodeBzip2', () => {
  const vectors = readBzip2Vectors().filter(({ stored, title }) => stored[3] === 0x39 && !title.includes('stream'));

  it.each(vectors)('writes what the program bzip2 wrote: $title', ({ stored, size }) => {
    expect(encodeBzip2([decodeBzip2(stored, size)])).toEqual(stored);
  });

  it('writes a header and an end for nothing at all, however it is put', () => {
    const empty = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0);
    expect(encodeBzip2([])).toEqual(empty);
    expect(encodeBzip2([new Uint8Array(), 0, new Uint8Array()])).toEqual(empty);
  });

  it('writes what our decoder reads, for any parts', () => {
    const run = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 600 }));
    const runs = fc
      .array(run, { maxLength: 8 })
      .map((list) => joinBytes(list.map(([byte, n]) => new Uint8Array(n).fill(byte))));
    const part = fc.oneof(fc.nat(2000), fc.uint8Array({ maxLength: 200 }), runs);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const content = joinBytes(parts.map((one) => (typeof one === 'number' ? new Uint8Array(one) : one)));
        expect(decodeBzip2(encodeBzip2(parts), LIMIT)).toEqual(content);
      }),
    );
  });

  it('does not depend on how the content is cut, or on whether zeros are written out', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0, 1), { maxLength: 1500 }), fc.nat(700), (values, piece) => {
        const whole = Uint8Array.from(values);
        const pieces = [whole.subarray(0, piece), whole.subarray(piece)];
        const counted = values.map((value) => (value === 0 ? 1 : Uint8Array.of(value)));
        expect(encodeBzip2(pieces)).toEqual(encodeBzip2([whole]));
        expect(encodeBzip2(counted)).toEqual(encodeBzip2([whole]));
      }),
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 254, 255, 256, 257, 258, 259, 260, 510, 511, 514])('encodes a run of %i bytes', (size) => {
    for (const byte of [0, 251, 255]) {
      const content = new Uint8Array(size).fill(byte);
      expect(decodeBzip2(encodeBzip2([content]), LIMIT)).toEqual(content);
    }
  });

  it('closes a block before the byte that follows 899,981 bytes', () => {
    const content = noise(899_982);
    const at = (size: number): Uint8Array => encodeBzip2([content.subarray(0, size)]);
    expect([countBlocks(at(899_981)), countBlocks(at(899_982))]).toEqual([1, 2]);
    for (const size of [899_980, 899_981, 899_982]) {
      expect(Buffer.compare(decodeBzip2(at(size), LIMIT), content.subarray(0, size))).toBe(0);
    }
  });

  it('lets a run that begins in a block end there, four bytes beyond its size at most', () => {
    const content = noise(899_980);
    const stored = encodeBzip2([content, 255]);
    expect(countBlocks(stored)).toBe(1);
    expect(Buffer.compare(decodeBzip2(stored, LIMIT), joinBytes([content, new Uint8Array(255)]))).toBe(0);
    expect(countBlocks(encodeBzip2([content, 256]))).toBe(2);
  });

  it('encodes 50 million zeros in two blocks and less than 120 bytes', () => {
    const stored = encodeBzip2([50_000_000]);
    expect([stored.length < 120, countBlocks(stored)]).toEqual([true, 2]);
    const decoded = decodeBzip2(stored, 50_000_000);
    expect([decoded.length, decoded.findIndex((byte) => byte !== 0)]).toEqual([50_000_000, -1]);
  });

  it('leaves its input as it is', () => {
    const content = noise(1000);
    encodeBzip2([content]);
    expect(content).toEqual(noise(1000));
  });
});
