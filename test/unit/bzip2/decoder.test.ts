import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../src/bytes/bytes.ts';
import { type ByteSink, decodeBzip2, decodeBzip2Exactly, decodeBzip2Into } from '../../../src/bzip2/decoder.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { RepomillError } from '../../../src/errors.ts';
import { readBzip2Vectors, sha256Of } from '../../vectors/vectors.ts';
import { decodeToArray } from './decode-to-array.ts';
import { type Bzip2Lies, encodeByTheBook, runDigits } from './reference-encoder.ts';

const LIMIT = 1 << 20;
const vectors = readBzip2Vectors();
const small = vectors.filter(({ stored, size }) => stored.length <= 130 && size <= 600);
const text = encodeText('a text, a text, a text and aaaaaaaaaaaaaaaaaaa run');

const threeMillionZeros = vectors.find(({ title }) => title === 'three million zero bytes')?.stored ?? new Uint8Array();

/** Notes what it receives: bytes as an array, a run as an object. */
class NotingSink implements ByteSink {
  readonly notes: (number[] | { readonly byte: number; readonly count: number })[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    this.notes.push([...bytes.subarray(start, end)]);
  }

  takeRun(byte: number, count: number): void {
    this.notes.push({ byte, count });
  }
}

/** The message of the format error that decoding throws; any other outcome fails the test. */
function refusal(source: Uint8Array, maxOutput = LIMIT): string {
  try {
    decodeToArray(source, maxOutput);
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return thrown.message;
    throw thrown;
  }
  throw new Error('the source was accepted');
}

/** The digest of what a source decodes to, or 'refused' for a format error. */
function outcome(source: Uint8Array): string {
  try {
    return sha256Of(decodeToArray(source, LIMIT));
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return 'refused';
    throw thrown;
  }
}

describe('decodeBzip2', () => {
  it.each(vectors)('decodes $title', ({ stored, size, sha256 }) => {
    const decoded = decodeToArray(stored, size);
    expect([decoded.length, sha256Of(decoded)]).toEqual([size, sha256]);
  });

  it.each(vectors.filter(({ size }) => size > 0))(
    'refuses $title when one byte less is allowed',
    ({ stored, size }) => {
      expect(refusal(stored, size - 1)).toBe(`bzip2: more than the expected ${size - 1} bytes`);
    },
  );

  it('decodes a part of a larger array', () => {
    const stored = encodeByTheBook([text]);
    const around = concatBytes([Uint8Array.of(1, 2, 3), stored, Uint8Array.of(4)]);
    expect(decodeToArray(around.subarray(3, 3 + stored.length), LIMIT)).toEqual(text);
  });

  it('decodes the output of a textbook encoder for any blocks, at any block size', () => {
    const byte = fc.oneof(fc.constantFrom(0, 97, 98), fc.nat(255));
    const run = fc.tuple(byte, fc.oneof(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 600 })));
    const block = fc
      .array(run, { minLength: 1, maxLength: 12 })
      .map((runs) => concatBytes(runs.map(([value, count]) => new Uint8Array(count).fill(value))));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (blocks, level) => {
        const decoded = decodeToArray(encodeByTheBook(blocks, { level }), LIMIT);
        expect(Buffer.compare(decoded, concatBytes(blocks))).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('passes bytes on together, and runs of 32 bytes or more as their lengths', () => {
    const parts = [[1, 1], 31, [2], 32, [3], new Array<number>(500).fill(7), [8]] as const;
    const stored = encodeBzip2(parts.map((part) => (typeof part === 'number' ? part : Uint8Array.from(part))));
    const sink = new NotingSink();
    expect(decodeBzip2(stored, sink, 1000)).toBe(568);
    expect(sink.notes).toEqual([
      [1, 1, ...new Array<number>(31).fill(0), 2],
      { byte: 0, count: 32 },
      [3],
      { byte: 7, count: 500 },
      [8],
    ]);
  });

  it('passes on more bytes than its buffer holds', () => {
    const content = Uint8Array.from({ length: 17_000 }, (_, i) => (i * i) >> 7);
    expect(Buffer.compare(decodeToArray(encodeBzip2([content]), LIMIT), content)).toBe(0);
  });

  it('passes on a run as a whole, however many runs bzip2 made of it', () => {
    const sink = new NotingSink();
    decodeBzip2(encodeBzip2([Uint8Array.of(1, 2), 1_000_000, Uint8Array.of(3)]), sink, 1_000_003);
    expect(sink.notes).toEqual([[1, 2], { byte: 0, count: 1_000_000 }, [3]]);
  });

  it('refuses more bytes than allowed before the sink receives them', () => {
    const sink = new NotingSink();
    expect(() => decodeBzip2(encodeBzip2([100, Uint8Array.of(1)]), sink, 100)).toThrow(
      'bzip2: more than the expected 100 bytes',
    );
    expect(() => decodeBzip2(threeMillionZeros, sink, 2_999_999)).toThrow(
      'bzip2: more than the expected 2999999 bytes',
    );
    expect(sink.notes).toEqual([{ byte: 0, count: 100 }]);
  });
});

describe('decodeBzip2Exactly', () => {
  it('refuses one byte more or less than expected', () => {
    const stored = encodeBzip2([1000]);
    expect(() => decodeBzip2Exactly(stored, new NotingSink(), 999)).toThrow('bzip2: more than the expected 999 bytes');
    expect(() => decodeBzip2Exactly(stored, new NotingSink(), 1001)).toThrow('bzip2: expected 1001 bytes, found 1000');
  });
});

describe('decodeBzip2Into', () => {
  const stored = encodeByTheBook([text]);

  it('fills the target exactly, and nothing around it', () => {
    const room = new Uint8Array(text.length + 2).fill(7);
    decodeBzip2Into(stored, room.subarray(1, 1 + text.length));
    expect(room).toEqual(concatBytes([Uint8Array.of(7), text, Uint8Array.of(7)]));
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

  it.each(small)('refuses $title with any bit flipped, or decodes the same content', ({ stored, sha256 }) => {
    const flipped = stored.slice();
    const wrong: number[] = [];
    for (let bit = 0; bit < stored.length * 8; bit++) {
      flipped[bit >> 3] = (stored[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (!['refused', sha256].includes(outcome(flipped))) wrong.push(bit);
      flipped[bit >> 3] = stored[bit >> 3] ?? 0;
    }
    expect(wrong).toEqual([]);
  });

  it('refuses any bytes in place of any part of a stream, or decodes the same content', () => {
    const stored = encodeByTheBook([text]);
    const right = outcome(stored);
    const patch = fc.tuple(fc.nat(stored.length - 1), fc.uint8Array({ minLength: 1, maxLength: 16 }));
    fc.assert(
      fc.property(patch, ([at, bytes]) => {
        const spliced = concatBytes([stored.subarray(0, at), bytes, stored.subarray(at + bytes.length)]);
        expect(['refused', right]).toContain(outcome(spliced));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses an empty source, and one that does not begin or continue like bzip2', () => {
    expect(refusal(new Uint8Array())).toBe('bzip2: cut off after 0 bytes');
    expect(refusal(encodeText('PK3 and so on'))).toBe('bzip2: expected a stream that begins with BZh');
    expect(refusal(encodeByTheBook([text], { level: 0 }))).toBe('bzip2: expected a block size from 1 to 9');
    expect(refusal(encodeByTheBook([text], { level: 10 }))).toBe('bzip2: expected a block size from 1 to 9');
    expect(refusal(concatBytes([encodeByTheBook([text]), Uint8Array.of(0)]))).toBe('bzip2: cut off after 81 bytes');
    expect(refusal(concatBytes([encodeByTheBook([text]), new Uint8Array(9)]))).toBe(
      'bzip2: expected a stream that begins with BZh',
    );
    expect(refusal(concatBytes([encodeByTheBook([], { noEndMarker: true }), new Uint8Array(20)]))).toBe(
      'bzip2: expected a block or the end of a stream',
    );
  });

  it.each<[string, Bzip2Lies, string]>([
    ['a block with a different checksum', { blockCrc: 1 }, 'checksum of a block: expected 00000001, found '],
    ['a stream with a different checksum', { streamCrc: 1 }, 'checksum of a stream: expected 00000001, found '],
    ['a randomised block', { randomised: true }, 'a randomised block, which is obsolete'],
    ['the wrong origin, the last of the block', { origin: 35 }, 'checksum of a block'],
    ['an origin just past the block', { origin: 36 }, 'origin 36 is outside a block of 36 bytes'],
    ['the largest origin', { origin: 0xffffff }, 'origin 16777215 is outside a block of 36 bytes'],
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
    expect(refusal(encodeByTheBook([text], lies))).toContain(`bzip2: ${message}`);
  });

  it('refuses a block that continues after its last selector', () => {
    const long = Uint8Array.from({ length: 300 }, (_, i) => (i * i) % 251);
    expect(refusal(encodeByTheBook([long], { missingSelectors: 1 }))).toBe(
      'bzip2: a block continues after its last selector',
    );
  });

  it('refuses a block without bytes, whether it lists none or uses none', () => {
    expect(refusal(encodeByTheBook([new Uint8Array()]))).toBe('bzip2: a block without bytes');
    expect(refusal(encodeByTheBook([Uint8Array.of(0, 1)], { symbols: [3] }))).toContain(
      'is outside a block of 0 bytes',
    );
  });

  it('refuses a block of one byte more than its size allows, in a run or alone', () => {
    const stored = (symbols: readonly number[]): Uint8Array =>
      encodeByTheBook([Uint8Array.of(0, 1)], { level: 1, symbols: [...symbols, 3] });
    const overfull = 'bzip2: a block holds more than its 100000 bytes';
    expect(refusal(stored(runDigits(100_000)))).toContain('bzip2: checksum of a block');
    expect(refusal(stored(runDigits(100_001)))).toBe(overfull);
    expect(refusal(stored([...runDigits(99_999), 2]))).toContain('bzip2: checksum of a block');
    expect(refusal(stored([...runDigits(100_000), 2]))).toBe(overfull);
    expect(refusal(stored(new Array(1000).fill(1)))).toBe(overfull);
    // A larger block of an earlier stream leaves memory for more.
    const larger = encodeBzip2([Uint8Array.from({ length: 110_000 }, (_, i) => (i * i) >> 7)]);
    expect(refusal(concatBytes([larger, stored(runDigits(100_001))]))).toBe(overfull);
  });

  it('stops a bomb at the allowed size: thousands of streams of three million bytes each', () => {
    const bombs = concatBytes(new Array<Uint8Array>(5000).fill(threeMillionZeros));
    expect(refusal(bombs, 4_000_000)).toBe('bzip2: more than the expected 4000000 bytes');
  });
});

function nines(count: number): number[] {
  return new Array<number>(count).fill(9);
}

function startsStream(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68;
}
