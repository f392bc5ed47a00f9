import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBzip2, decodeBzip2Into } from '../../../src/bzip2/decoder.ts';
import { RepomillError } from '../../../src/errors.ts';
import { type Bzip2Lies, encodeBzip2, runDigits } from '../delta/encode-bzip2.ts';
import { joinBytes } from '../delta/raw-delta.ts';
import { readBzip2Vectors, sha256Of } from '../delta/vectors.ts';

const LIMIT = 1 << 20;
const vectors = readBzip2Vectors();
const small = vectors.filter(({ stored, size }) => stored.length <= 130 && size <= 600);
const text = new TextEncoder().encode('a text, a text, a text and aaaaaaaaaaaaaaaaaaa run');

/** The message of the format error that decoding throws; any other outcome fails the test. */
function refusal(source: Uint8Array, maxOutput = LIMIT): string {
  try {
    decodeBzip2(source, maxOutput);
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return thrown.message;
    throw thrown;
  }
  throw new Error('the source was accepted');
}

/** The digest of what a source holds, or 'refused' for a format error. */
function outcome(source: Uint8Array): string {
  try {
    return sha256Of(decodeBzip2(source, LIMIT));
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return 'refused';
    throw thrown;
  }
}

describe('decodeBzip2', () => {
  it.each(vectors)('decodes $title', ({ stored, size, sha256 }) => {
    const decoded = decodeBzip2(stored, size);
    expect([decoded.length, sha256Of(decoded)]).toEqual([size, sha256]);
  });

  it.each(vectors.filter(({ size }) => size > 0))(
    'refuses $title when one byte less is allowed',
    ({ stored, size }) => {
      expect(refusal(stored, size - 1)).toBe(`bzip2: more than the expected ${size - 1} bytes`);
    },
  );

  it('returns an array of its own, without room behind the content', () => {
    const decoded = decodeBzip2(encodeBzip2([text]), LIMIT);
    expect(decoded.buffer.byteLength).toBe(text.length);
  });

  it('decodes a part of a larger array', () => {
    const stored = encodeBzip2([text]);
    const around = joinBytes([Uint8Array.of(1, 2, 3), stored, Uint8Array.of(4)]);
    expect(decodeBzip2(around.subarray(3, 3 + stored.length), LIMIT)).toEqual(text);
  });

  it('decodes whatever an encoder by the book makes of any blocks, at any block size', () => {
    const byte = fc.oneof(fc.constantFrom(0, 97, 98), fc.nat(255));
    const run = fc.tuple(byte, fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 600 })));
    const block = fc
      .array(run, { minLength: 1, maxLength: 12 })
      .map((runs) => Uint8Array.from(runs.flatMap(([value, count]) => new Array<number>(count).fill(value))));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (blocks, level) => {
        expect(decodeBzip2(encodeBzip2(blocks, { level }), LIMIT)).toEqual(joinBytes(blocks));
      }),
      { numRuns: 50 },
    );
  });
});

describe('decodeBzip2Into', () => {
  const stored = encodeBzip2([text]);

  it('fills the target exactly, and nothing around it', () => {
    const room = new Uint8Array(text.length + 2).fill(7);
    decodeBzip2Into(stored, room.subarray(1, 1 + text.length));
    expect(room).toEqual(joinBytes([Uint8Array.of(7), text, Uint8Array.of(7)]));
  });

  it('refuses content that is one byte longer or shorter than the target', () => {
    const size = text.length;
    expect(() => decodeBzip2Into(stored, new Uint8Array(size - 1))).toThrow(`more than the expected ${size - 1} bytes`);
    expect(() => decodeBzip2Into(stored, new Uint8Array(size + 1))).toThrow(
      `expected ${size + 1} bytes, found ${size}`,
    );
  });
});

describe('decodeBzip2 with hostile sources', () => {
  it.each(small)('refuses every cut of $title, except between streams', ({ stored, sha256 }) => {
    const outcomes = Array.from({ length: stored.length }, (_, size) => outcome(stored.subarray(0, size)));
    const accepted = outcomes.flatMap((result, size) => (result === 'refused' ? [] : [size]));
    const boundaries = [...stored.keys()].filter((at) => at > 0 && startsStream(stored, at));
    expect(accepted).toEqual(boundaries);
    expect(outcome(stored)).toBe(sha256);
  });

  it.each(small)('refuses $title with any bit flipped, or decodes it all the same', ({ stored, sha256 }) => {
    const wrong = flips(stored).filter((flipped) => !['refused', sha256].includes(outcome(flipped)));
    expect(wrong).toEqual([]);
  });

  it('refuses any bytes in place of any part of a stream, or decodes them all the same', () => {
    const stored = encodeBzip2([text]);
    const right = outcome(stored);
    const patch = fc.tuple(fc.nat(stored.length - 1), fc.uint8Array({ minLength: 1, maxLength: 16 }));
    fc.assert(
      fc.property(patch, ([at, bytes]) => {
        const spliced = joinBytes([stored.subarray(0, at), bytes, stored.subarray(at + bytes.length)]);
        expect(['refused', right]).toContain(outcome(spliced));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses nothing at all and whatever does not begin or go on as bzip2', () => {
    expect(refusal(new Uint8Array())).toBe('bzip2: cut off after 0 bytes');
    expect(refusal(new TextEncoder().encode('PK3 and so on'))).toBe('bzip2: expected a stream that begins with BZh');
    expect(refusal(encodeBzip2([text], { level: 0 }))).toBe('bzip2: expected a block size from 1 to 9');
    expect(refusal(encodeBzip2([text], { level: 10 }))).toBe('bzip2: expected a block size from 1 to 9');
    expect(refusal(joinBytes([encodeBzip2([text]), Uint8Array.of(0)]))).toBe('bzip2: cut off after 81 bytes');
    expect(refusal(joinBytes([encodeBzip2([text]), new Uint8Array(9)]))).toBe(
      'bzip2: expected a stream that begins with BZh',
    );
    expect(refusal(joinBytes([encodeBzip2([], { noEndMarker: true }), new Uint8Array(20)]))).toBe(
      'bzip2: expected a block or the end of a stream',
    );
  });

  it.each<[string, Bzip2Lies, string]>([
    ['a block with another checksum', { blockCrc: 1 }, 'checksum of a block: expected 00000001, found '],
    ['a stream with another checksum', { streamCrc: 1 }, 'checksum of a stream: expected 00000001, found '],
    ['a randomised block', { randomised: true }, 'a randomised block, which is obsolete'],
    ['an origin at the end of the block, which is not the right one', { origin: 35 }, 'checksum of a block'],
    ['an origin right behind the block', { origin: 36 }, 'origin 36 lies outside a block of 36 bytes'],
    ['the largest origin', { origin: 0xffffff }, 'origin 16777215 lies outside a block of 36 bytes'],
    ['no Huffman code', { tableCount: 0 }, 'expected 2 to 6 Huffman codes, found 0'],
    ['one Huffman code', { tableCount: 1 }, 'expected 2 to 6 Huffman codes, found 1'],
    ['seven Huffman codes', { tableCount: 7 }, 'expected 2 to 6 Huffman codes, found 7'],
    ['no selector', { selectorCount: 0 }, 'a block without selectors'],
    ['a selector of a third code out of two', { selector: 2 }, 'a selector without a Huffman code'],
    ['a code word of no bits', { lengths: (n) => [0, ...nines(n - 1)] }, 'expected a code of 1 to 20 bits, found 0'],
    ['a code word of 21 bits', { lengths: (n) => [...nines(n - 1), 21] }, 'expected a code of 1 to 20 bits, found 21'],
    ['too many code words', { lengths: (n) => new Array(n).fill(2) }, 'a Huffman code has too many words'],
    [
      'a run without its length at the end',
      { runs: [97, 97, 97, 97] },
      'a block ends before the length of its last run',
    ],
  ])('refuses %s', (_, lies, message) => {
    expect(refusal(encodeBzip2([text], lies))).toContain(`bzip2: ${message}`);
  });

  it('refuses a block that goes on behind its last selector', () => {
    const long = Uint8Array.from({ length: 300 }, (_, i) => (i * i) % 251);
    expect(refusal(encodeBzip2([long], { missingSelectors: 1 }))).toBe(
      'bzip2: a block goes on behind its last selector',
    );
  });

  it('refuses a block without bytes, whether it lists none or uses none', () => {
    expect(refusal(encodeBzip2([new Uint8Array()]))).toBe('bzip2: a block without bytes');
    expect(refusal(encodeBzip2([Uint8Array.of(0, 1)], { symbols: [3] }))).toContain('lies outside a block of 0 bytes');
  });

  it('refuses a block of one byte more than its size allows, be it in a run or alone', () => {
    const stored = (symbols: readonly number[]): Uint8Array =>
      encodeBzip2([Uint8Array.of(0, 1)], { level: 1, symbols: [...symbols, 3] });
    const overfull = 'bzip2: a block holds more than its 100000 bytes';
    expect(refusal(stored(runDigits(100_000)))).toContain('bzip2: checksum of a block');
    expect(refusal(stored(runDigits(100_001)))).toBe(overfull);
    expect(refusal(stored([...runDigits(99_999), 2]))).toContain('bzip2: checksum of a block');
    expect(refusal(stored([...runDigits(100_000), 2]))).toBe(overfull);
    expect(refusal(stored(new Array(1000).fill(1)))).toBe(overfull);
  });

  it('stops a bomb at the allowed size: thousands of streams of three million bytes each', () => {
    const bomb = vectors.find(({ title }) => title === 'three million zero bytes')?.stored ?? new Uint8Array();
    const bombs = joinBytes(new Array<Uint8Array>(5000).fill(bomb));
    expect(refusal(bombs, 4_000_000)).toBe('bzip2: more than the expected 4000000 bytes');
  });
});

function nines(count: number): number[] {
  return new Array<number>(count).fill(9);
}

function startsStream(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68;
}

function flips(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) =>
    bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
  );
}
