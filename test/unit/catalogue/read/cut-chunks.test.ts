import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CutOptions, cutChunks } from '../../../../src/catalogue/read/cut-chunks.ts';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { sha256Of } from '../../../workspace.ts';

const LINES: CutOptions = { separator: Uint8Array.of(0x0a), size: 1024 };
const STANZAS: CutOptions = { separator: Uint8Array.of(0x0a, 0x0a), size: 1024 };

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function chunksOf(
  content: string | Uint8Array,
  options: CutOptions,
  sizes: readonly number[] = [4096],
): Promise<readonly string[]> {
  const chunks: string[] = [];
  for await (const chunk of cutChunks(inChunks(Buffer.from(content), sizes), options)) {
    chunks.push(chunk === undefined ? 'cannot be cut' : Buffer.from(chunk).toString('latin1'));
  }
  return chunks;
}

const latin1 = (content: string): string => Buffer.from(content).toString('latin1');

/** A megabyte of separators. */
const EMPTY = '\n'.repeat(1 << 20);

/** Records of very different lengths, the same for the same numbers. */
function recordsOf(count: number, separator: string, seed = 0): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const digest = sha256Of(`${seed} ${i}`);
    return `${digest.repeat(1 + (Number.parseInt(digest.slice(0, 2), 16) % 7))}${separator}`;
  });
}

const separators = fc.constantFrom('\n', '\n\n');
const texts = fc.tuple(
  fc.array(fc.constantFrom('a', 'record ', '\n', '\n\n', '\r\n', '\ufeff', 'é', 'x'.repeat(300)), { maxLength: 200 }),
  separators,
);

describe('the chunks of a stream', () => {
  it('add up to the stream, however it is divided', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        async ([parts, separator], sizes) => {
          const options = { separator: Buffer.from(separator), size: 512 };
          const content = parts.join('');
          const chunks = await chunksOf(content, options, sizes);
          expect(chunks.join('')).toBe(latin1(content));
          for (const chunk of chunks.slice(0, -1)) {
            expect(chunk.endsWith(separator)).toBe(true);
            expect(chunk.length).toBeGreaterThanOrEqual(options.size / 2);
          }
          for (const chunk of chunks.slice(1)) expect(chunk.startsWith(latin1('\ufeff'))).toBe(false);
        },
      ),
    );
  });

  it.each([
    ['lines', '\n', LINES],
    ['stanzas', '\n\n', STANZAS],
  ])('begin at the same records however the stream is divided: %s', async (_title, separator, options) => {
    const content = recordsOf(160, separator).join('');
    const expected = await chunksOf(content, options, [content.length]);
    expect(expected.length).toBeGreaterThan(20);
    for (const sizes of [[1], [63, 64, 65], [1000], [7, 4096]]) {
      expect(await chunksOf(content, options, sizes)).toEqual(expected);
    }
  });

  it('have the requested mean size, for short and for long records', async () => {
    for (const times of [1, 4]) {
      const content = recordsOf(3000, '\n')
        .map((record) => `${record.slice(0, -1).repeat(times)}\n`)
        .join('');
      const { length } = await chunksOf(content, { ...LINES, size: 8192 });
      expect(content.length / length).toBeGreaterThan(8192 / 2);
      expect(content.length / length).toBeLessThan(8192 * 2);
    }
  });

  it.each<[string, (records: readonly string[], at: number) => readonly string[]]>([
    ['added', (records, at) => records.toSpliced(at, 0, `${sha256Of('new')}\n`)],
    ['removed', (records, at) => records.toSpliced(at, 1)],
    ['changed', (records, at) => records.with(at, `${sha256Of('changed').repeat(3)}\n`)],
  ])('stay what they are around a record that was %s', async (_title, change) => {
    const records = recordsOf(600, '\n');
    const before = await chunksOf(records.join(''), LINES);
    const known = new Set(before);
    for (const at of [0, 1, 100, 299, 300, 301, 598, 599]) {
      const after = await chunksOf(change(records, at).join(''), LINES);
      expect(after.filter((chunk) => !known.has(chunk)).length, `record ${at}`).toBeLessThanOrEqual(3);
    }
  });

  it('end with a record at the latest when they are four times the mean size', async () => {
    // No record is chosen here: all begin alike, so either all are or none.
    const content = `${'x'.repeat(99)}\n`.repeat(500);
    const chunks = await chunksOf(content, LINES);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(4 * LINES.size + 200);
    expect(chunks.join('')).toBe(content);
  });

  it('never begin with a byte order mark, which a reader would mistake for that of the file', async () => {
    const content = recordsOf(400, '\n')
      .map((record) => `\ufeff${record}`)
      .join('');
    const chunks = await chunksOf(content, LINES);
    expect(chunks).toEqual([latin1(content)]);
    const [plain, marked] = [recordsOf(200, '\n'), recordsOf(200, '\n', 1).map((record) => `\ufeff${record}`)];
    const mixed = plain.flatMap((record, i) => [record, marked[i] ?? '']).join('');
    const cut = await chunksOf(mixed, LINES);
    expect(cut.length).toBeGreaterThan(20);
    expect(cut.slice(1).filter((chunk) => chunk.startsWith(latin1('\ufeff')))).toEqual([]);
    expect(cut.join('')).toBe(latin1(mixed));
  });

  it('are none for an empty stream, and one for a short stream', async () => {
    expect(await chunksOf('', LINES)).toEqual([]);
    expect(await chunksOf('a', LINES)).toEqual(['a']);
    expect(await chunksOf('a\nb\n', LINES)).toEqual(['a\nb\n']);
  });
});

describe('a stream that cannot be cut', () => {
  const chunk = Buffer.alloc(1 << 20, 0x78);
  async function* withoutSeparator(length: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < length; at += chunk.length) yield chunk.subarray(0, Math.min(chunk.length, length - at));
  }
  const longest = MAX_RECORD_SIZE + 4 * LINES.size;
  const lengthsOf = async (length: number): Promise<readonly (number | undefined)[]> => {
    const lengths: (number | undefined)[] = [];
    for await (const chunk of cutChunks(withoutSeparator(length), LINES)) lengths.push(chunk?.length);
    return lengths;
  };

  it('is recognised as soon as it is longer than a record may be', async () => {
    expect(await lengthsOf(longest)).toEqual([longest]);
    expect(await lengthsOf(longest + 1)).toEqual([undefined]);
  });

  it('is not read to its end', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read++;
        yield chunk;
      }
    }
    for await (const chunk of cutChunks(endless(), LINES)) expect(chunk).toBeUndefined();
    expect(read).toBeLessThan(MAX_RECORD_SIZE / chunk.length + 3);
  });
});

describe('a stream of nothing but separators', () => {
  it.each([
    ['lines', LINES],
    ['stanzas', STANZAS],
  ])('is cut into chunks that together are the stream, for %s', async (_title, options) => {
    const chunks = await chunksOf(`a\n\n${EMPTY}b\n`, options);
    expect(chunks.join('')).toBe(`a\n\n${EMPTY}b\n`);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(5 * options.size);
  });
});
