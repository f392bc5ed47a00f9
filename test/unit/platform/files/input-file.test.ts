import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_INPUT_SIZE } from '../../../../src/model/limits.ts';
import { HEAD_SIZE, type InputFile, openInputFile } from '../../../../src/platform/files/input-file.ts';

const text = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `Package: p${i}\nVersion: ${i * i}\n\n`).join(''));

// What `printf 'hello xz\n' | xz` writes, the same with --check=sha256, the same with --x86, and `printf '' | xz`.
const xz = Buffer.from(
  'fd377a585a000004e6d6b4460200210116000000742fe5a301000868656c6c6f20787a0a00000000c1493afa6352145a000121096c18c5d51fb6f37d010000000004595a',
  'hex',
);
const xzSha256 = Buffer.from(
  'fd377a585a00000ae1fb0ca10200210116000000742fe5a301000868656c6c6f20787a0a00000000e04517f2084dff89fbfc2fb64c1bce96cf58e9de11eb08184226a103da5d5948000139093580de57189b4b9a01000000000a595a',
  'hex',
);
const xzX86 = Buffer.from(
  'fd377a585a000004e6d6b44602010400210116000d86351f01000868656c6c6f20787a0a00000000c1493afa6352145a000121096c18c5d51fb6f37d010000000004595a',
  'hex',
);
const xzEmpty = Buffer.from('fd377a585a000004e6d6b446000000001cdf44211fb6f37d010000000004595a', 'hex');
// 300,000 times the letter a.
const xzLong = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM5JPfAG9dADDv+7/+o7Fe5fg/sqomVfhocEFwFQ+N/R5MG4pCtxn0aRhxrmYjiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGw1jEDBAAAAk5/lurGKRO8AAYsB4KcSAHhj/vixxGf7AgAAAAAEWVo=',
  'base64',
);
const hello = 'hello xz\n';

// What `printf 'hello zst\n' | bzip2`, and the same with zstd, write; and a stream of bzip2 without content.
const bzip2 = Buffer.from(
  '425a683931415926535957f68a0c000001d1800010400002448c10200031064c4100c9ea73589c01e2ee48a70a120afed14180',
  'hex',
);
const bzip2Empty = Buffer.from('425a683917724538509000000000', 'hex');
const zstd = Buffer.from('28b52ffd240a51000068656c6c6f207a73740ace7b536c', 'hex');
const zstdEmpty = Buffer.from('28b52ffd240001000099e9d851', 'hex');

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repomill-input-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function openBytes(name: string, bytes: Uint8Array, maxSize = MAX_INPUT_SIZE): Promise<InputFile> {
  await writeFile(join(directory, name), bytes);
  return openInputFile(join(directory, name), `shown/${name}`, maxSize);
}

async function contentOf(file: InputFile): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(name: string, bytes: Uint8Array, maxSize = MAX_INPUT_SIZE): Promise<Buffer> {
  return contentOf(await openBytes(name, bytes, maxSize));
}

/** Overwrites the bytes from the one that is `from` before the end up to the one that is `to` before it. */
function withZeros(bytes: Buffer, from: number, to: number): Buffer {
  return bytes.fill(0, bytes.length - from, bytes.length - to);
}

describe('an input file', () => {
  it.each([
    ['Packages', text],
    ['Packages.gz', gzipSync(text)],
  ])('has its name without a suffix, its first bytes and its content: %s', async (name, bytes) => {
    const file = await openBytes(name, bytes);
    expect([file.path, file.name]).toEqual([`shown/${name}`, 'Packages']);
    expect(Buffer.from(file.head)).toEqual(text.subarray(0, HEAD_SIZE));
    expect((await contentOf(file)).equals(text)).toBe(true);
  });

  it('can be read again, also after reading stopped in the middle', async () => {
    for (const file of [
      await openBytes('a', text),
      await openBytes('a.gz', gzipSync(text)),
      await openBytes('a.xz', xzLong),
      await openBytes('a.bz2', Buffer.concat([bzip2, bzip2])),
      await openBytes('a.zst', Buffer.concat([zstd, zstd])),
    ]) {
      const whole = await contentOf(file);
      for await (const chunk of file.chunks()) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect((await contentOf(file)).equals(whole)).toBe(true);
    }
  });

  it('may be empty, plain or compressed', async () => {
    for (const [name, bytes] of [
      ['a', Buffer.alloc(0)],
      ['a.gz', gzipSync('')],
      ['a.xz', xzEmpty],
      ['a.bz2', bzip2Empty],
      ['a.zst', zstdEmpty],
    ] as const) {
      const file = await openBytes(name, bytes);
      expect(file.head.length).toBe(0);
      expect(await contentOf(file)).toEqual(Buffer.alloc(0));
    }
  });

  it('may be as long as the limit, and not one byte longer', async () => {
    const streams = Buffer.concat([xz, xz]);
    for (const [name, bytes, size] of [
      ['a', text, text.length],
      ['a.gz', gzipSync(text), text.length],
      ['a.xz', streams, 18],
      ['a.bz2', Buffer.concat([bzip2, bzip2]), 20],
      ['a.zst', Buffer.concat([zstd, zstd, zstd]), 30],
    ] as const) {
      expect((await read(name, bytes, size)).length).toBe(size);
      await expect(read(name, bytes, size - 1)).rejects.toMatchObject({
        code: 'format',
        message: `cannot read: expected at most ${size - 1} bytes, found more`,
      });
    }
  });

  it.each([
    ['missing', 'none', 'not-found', 'cannot read: no such file or directory'],
    ['missing and compressed', 'none.gz', 'not-found', 'cannot read: no such file or directory'],
    ['missing and compressed with xz', 'none.xz', 'not-found', 'cannot read: no such file or directory'],
    ['below a file', 'plain/none', 'not-found', 'cannot read: not a directory'],
    ['a directory', '.', 'transport', 'expected a file, found a directory'],
    ['a pipe', 'pipe', 'transport', 'expected a file, found a pipe'],
    ['a link to itself', 'loop', 'transport', 'cannot read: too many symbolic links encountered'],
  ])(
    'that is %s is an error with the path as the user typed it, and the reason',
    async (_title, name, code, message) => {
      await writeFile(join(directory, 'plain'), '');
      await rm(join(directory, 'loop'), { force: true });
      await symlink('loop', join(directory, 'loop'));
      await rm(join(directory, 'pipe'), { force: true });
      execFileSync('mkfifo', [join(directory, 'pipe')]);
      await expect(openInputFile(join(directory, name), `shown/${name}`)).rejects.toMatchObject({
        name: 'RepomillError',
        code,
        path: `shown/${name}`,
        message,
      });
    },
  );

  it.each([
    ['core.db', 'core.db', gzipSync(hello), hello],
    ['Packages', 'Packages', xz, hello],
    ['a.gz', 'a', xz, hello],
    ['a.xz', 'a', zstd, 'hello zst\n'],
    ['a.zst', 'a', bzip2, 'hello zst\n'],
  ])('is decompressed by what it holds, not by its name: %s', async (name, shown, bytes, content) => {
    const file = await openBytes(name, bytes);
    expect(file.name).toBe(shown);
    expect((await contentOf(file)).toString()).toBe(content);
  });

  it.each(['Packages.gz', 'Packages.xz', 'Packages.bz2', 'Packages.zst'])(
    'is read as it is if it is text: %s',
    async (name) => {
      const file = await openBytes(name, text);
      expect(file.name).toBe('Packages');
      expect((await contentOf(file)).equals(text)).toBe(true);
    },
  );

  it('that vanishes after it was opened is an error too', async () => {
    const file = await openBytes('gone', text);
    await rm(join(directory, 'gone'));
    await expect(contentOf(file)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a gzip file', () => {
  it('may have several members, and zeros after them', async () => {
    const bytes = Buffer.concat([gzipSync(text), gzipSync('b'), gzipSync(''), gzipSync(text), Buffer.alloc(512)]);
    expect((await read('a.gz', bytes)).equals(Buffer.concat([text, Buffer.from('b'), text]))).toBe(true);
  });

  it('is an error wherever it is cut', async () => {
    const whole = gzipSync(hello);
    for (let length = 0; length < whole.length; length++) {
      await expect(read('a.gz', whole.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
        code: 'format',
        message: 'cannot read: unexpected end of file',
      });
    }
  });

  it.each([
    [
      'a second member that is cut',
      Buffer.concat([gzipSync(hello), gzipSync(hello).subarray(0, 5)]),
      'unexpected end of file',
    ],
    ['a wrong checksum', withZeros(gzipSync(hello), 8, 4), 'corrupt gzip data (incorrect data check)'],
    ['a wrong length', withZeros(gzipSync(hello), 4, 0), 'corrupt gzip data (incorrect length check)'],
    [
      'something else after it',
      Buffer.concat([gzipSync(hello), Buffer.from('hello')]),
      'not gzip data, or something else after it',
    ],
    ['no gzip in it', Buffer.alloc(600), 'not gzip data, or something else after it'],
  ])('is an error with %s', async (_title, bytes, reason) => {
    await expect(read('a.gz', bytes)).rejects.toMatchObject({
      code: 'format',
      message: `cannot read: ${reason}`,
    });
  });
});

describe('an xz file', () => {
  it('may have several streams, and zeros between and after them', async () => {
    const bytes = Buffer.concat([xz, xz, Buffer.alloc(8), xzEmpty, xz, Buffer.alloc(4)]);
    expect((await read('a.xz', bytes)).toString()).toBe(hello.repeat(3));
  });

  it('may be read at the same time as others', async () => {
    const files = await Promise.all(
      [1, 2, 3, 4].map((i) => openBytes(`${i}.xz`, Buffer.concat(Array(i * 200).fill(xz)))),
    );
    const contents = await Promise.all(files.map(contentOf));
    expect(contents.map((content) => content.length)).toEqual([1800, 3600, 5400, 7200]);
  });

  it('is an error wherever it is cut', async () => {
    for (let length = 0; length < xz.length; length++) {
      await expect(read('a.xz', xz.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
        code: 'format',
        message: expect.stringMatching(/^cannot read: (unexpected end of file|not xz data, or its end is missing)$/),
      });
    }
  });

  it('is an error whichever of its bytes is changed', async () => {
    for (let at = 0; at < xz.length; at++) {
      const changed = Buffer.from(xz);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      await expect(read('a.xz', changed), `byte ${at}`).rejects.toMatchObject({
        code: 'format',
        message: expect.stringMatching(/^cannot read: /),
      });
    }
  });

  it.each([
    [
      'a checksum that cannot be verified',
      xzSha256,
      'unsupported xz data: expected a CRC check and the LZMA2 filter alone',
    ],
    ['a filter that cannot be undone', xzX86, 'unsupported xz data: expected a CRC check and the LZMA2 filter alone'],
    ['a changed content', Buffer.concat([xz.subarray(0, 30), Buffer.from('X'), xz.subarray(31)]), 'corrupt xz data'],
    ['something else after it', Buffer.concat([xz, Buffer.from('hello678')]), 'not xz data, or its end is missing'],
    [
      'something else before it',
      Buffer.concat([Buffer.from('hello678hello678'), xz]),
      'not xz data, or its end is missing',
    ],
    ['a part missing', Buffer.concat([Buffer.alloc(20), xz.subarray(20)]), 'not xz data, or a part of it is missing'],
    ['zeros alone', Buffer.alloc(100_000), 'not xz data, or its end is missing'],
    ['no xz in it', Buffer.from('\0hello'), 'unexpected end of file'],
  ])('is an error with %s', async (_title, bytes, reason) => {
    await expect(read('a.xz', bytes)).rejects.toMatchObject({
      code: 'format',
      message: `cannot read: ${reason}`,
    });
  });

  it('that was an error leaves the next one readable', async () => {
    for (const broken of [xzSha256, xz.subarray(8), Buffer.alloc(64)]) {
      await expect(read('a.xz', broken)).rejects.toMatchObject({ code: 'format' });
      expect((await read('b.xz', xz)).toString()).toBe(hello);
    }
  });
});

describe.each([
  ['a bzip2 file', 'a.bz2', bzip2, /^cannot read: (unexpected end of file|bzip2: cut off after \d+ bytes)$/],
  ['a zstd file', 'a.zst', zstd, /^cannot read: unexpected end of file$/],
])('%s', (_title, name, bytes, message) => {
  it('may have several parts', async () => {
    expect((await read(name, Buffer.concat([bytes, bytes]))).toString()).toBe('hello zst\nhello zst\n');
  });

  it('is an error wherever it is cut', async () => {
    for (let length = 0; length < bytes.length; length++) {
      await expect(read(name, bytes.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
        code: 'format',
        message: expect.stringMatching(message),
      });
    }
  });

  it('is an error with something else after it', async () => {
    await expect(read(name, Buffer.concat([bytes, Buffer.from('hello')]))).rejects.toMatchObject({ code: 'format' });
  });

  it('is an error if it is missing', async () => {
    await expect(openInputFile(join(directory, `none-${name}`), name)).rejects.toMatchObject({ code: 'not-found' });
  });
});
