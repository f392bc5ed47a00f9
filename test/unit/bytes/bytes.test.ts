import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteWriter,
  byteOrderMarkSize,
  decodeText,
  encodeText,
  formatHex,
  inChunks,
  isGzip,
  parseHex,
  VarintReader,
} from '../../../src/bytes/bytes.ts';
import { RepomillError } from '../../../src/errors.ts';

const ROOM = 1 << 16;

/** The sizes of the chunks and all of their bytes. A chunk is valid only until the next, so each is copied. */
function collect(parts: Iterable<Uint8Array>): { readonly sizes: readonly number[]; readonly bytes: Buffer } {
  const chunks = Array.from(inChunks(parts), (chunk) => Buffer.from(chunk));
  return { sizes: chunks.map(({ length }) => length), bytes: Buffer.concat(chunks) };
}

function partsOf(sizes: readonly number[]): readonly Uint8Array[] {
  return sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
}

describe('inChunks', () => {
  it.each([
    ['nothing of nothing', [], []],
    ['nothing of parts without bytes', [0, 0], []],
    ['one chunk of small parts', [1, 2, 3], [6]],
    ['a chunk that is just full', [ROOM - 1, 1], [ROOM]],
    ['a second chunk when the first is full', [ROOM - 1, 2], [ROOM - 1, 2]],
    ['a large part as it is', [ROOM], [ROOM]],
    ['a large part after small ones', [5, ROOM + 1, 7], [5, ROOM + 1, 7]],
    ['large parts one by one', [ROOM, 3 * ROOM], [ROOM, 3 * ROOM]],
  ])('makes %s', (_, parts, expected) => {
    expect(collect(partsOf(parts)).sizes).toEqual(expected);
  });

  it('keeps the bytes, and makes no empty chunk and no three that would fit into one', () => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(ROOM + 10), fc.constantFrom(0, ROOM - 1, ROOM, ROOM + 1)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, (list) => {
        const parts = partsOf(list);
        const { sizes: found, bytes } = collect(parts);
        expect(Buffer.compare(bytes, Buffer.concat(parts))).toBe(0);
        expect(found).not.toContain(0);
        for (let i = 2; i < found.length; i++) {
          expect((found[i - 2] ?? 0) + (found[i - 1] ?? 0) + (found[i] ?? 0)).toBeGreaterThan(ROOM);
        }
      }),
    );
  });

  it('requests no part before it is needed', () => {
    let asked = 0;
    const chunks = inChunks(
      (function* (): Generator<Uint8Array> {
        for (;;) {
          asked++;
          yield new Uint8Array(ROOM);
        }
      })(),
    );
    chunks.next();
    expect(asked).toBe(1);
    chunks.next();
    expect(asked).toBe(2);
  });
});

describe('ByteWriter', () => {
  it('writes text as UTF-8 whatever its length and characters, and starts over after each take', () => {
    const writer = new ByteWriter();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(1, 20_000), (text, times) => {
        const long = text.repeat(times);
        writer.text(long);
        expect(writer.length).toBe(Buffer.byteLength(long));
        expect(Buffer.compare(writer.take(), Buffer.from(long))).toBe(0);
        expect(writer.length).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('writes varints that VarintReader reads', () => {
    const edges = fc.constantFrom(0, 0x7f, 0x80, 0x3fff, 0x4000, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(fc.array(fc.oneof(edges, fc.maxSafeNat())), (values) => {
        const writer = new ByteWriter();
        for (const value of values) writer.varint(value);
        const reader = new VarintReader(writer.take());
        const found: number[] = [];
        while (!reader.done) found.push(reader.next());
        expect(found).toEqual(values);
      }),
    );
  });
});

describe('VarintReader', () => {
  it.each([
    ['', 'an integer is cut off'],
    ['80', 'an integer is cut off'],
    ['8000', 'an integer is not in its shortest form'],
    ['ffffffffffffff10', 'an integer is larger than 2^53 - 1'],
    ['ffffffffffffffff', 'an integer is larger than 2^53 - 1'],
  ])('refuses %s', (hex, message) => {
    expect(() => new VarintReader(parseHex(hex)).next()).toThrow(new RepomillError('format', message));
  });
});

describe('decodeText', () => {
  it('keeps a byte order mark', () => {
    expect(decodeText(encodeText('\ufeffä'))).toBe('\ufeffä');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => decodeText(Uint8Array.of(0xff))).toThrow(new RepomillError('format', 'a text is not valid UTF-8'));
  });
});

describe('formatHex', () => {
  it('writes what parseHex and Buffer read, short or long', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, (some) => {
        expect(formatHex(some)).toBe(Buffer.from(some).toString('hex'));
        expect(parseHex(formatHex(some))).toEqual(some);
      }),
    );
    const long = Uint8Array.from({ length: 10_000 }, (_, i) => i * 7);
    expect(formatHex(long)).toBe(Buffer.from(long).toString('hex'));
  });
});

describe('the signatures of files', () => {
  it("are gzip's first two bytes", () => {
    expect(isGzip(Uint8Array.of(0x1f, 0x8b))).toBe(true);
    expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
    expect(isGzip(Uint8Array.of(0x1f, 0x9d, 0x8b))).toBe(false);
  });

  it('are the three bytes of a byte order mark, at any position', () => {
    const marked = encodeText('a\ufeffb');
    expect(byteOrderMarkSize(marked)).toBe(0);
    expect(byteOrderMarkSize(marked, 1)).toBe(3);
    expect(byteOrderMarkSize(marked, 2)).toBe(0);
    expect(byteOrderMarkSize(Uint8Array.of(0xef, 0xbb))).toBe(0);
  });
});
