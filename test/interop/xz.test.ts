import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { readXz } from '../../src/platform/zlib/xz.ts';
import { loadXzPackage, loadXzProgram, type XzEncoder } from '../../src/platform/zlib/xz-encoder.ts';
import { blocksOfStream } from '../../src/xz/blocks-of-stream.ts';
import { joinBlocks } from '../../src/xz/join-blocks.ts';
import { requirePeer, requireProgram } from './programs.ts';

const APT_HELPER = '/usr/lib/apt/apt-helper';

const hasXz = requireProgram('xz');
const hasPython = requireProgram('python3');
const hasApt = requirePeer(APT_HELPER, existsSync(APT_HELPER));
const fromPackage = await loadXzPackage();
const hasPackage = requirePeer('the package lzma-native, or its binary for this machine,', fromPackage !== undefined);

/** Stanzas of packages, some `size` bytes. */
function stanzas(size: number, seed: number): Uint8Array {
  const lines: string[] = [];
  for (let i = 0, length = 0; length < size; i++) {
    const digest = (Math.imul(i + 1, 2654435761 + seed) >>> 0).toString(16).padStart(8, '0').repeat(8);
    const stanza = `Package: p${i % 977}\nVersion: ${i * i}-${seed}\nDepends: libc6 (>= 2.${i % 40})\nSHA256: ${digest}\n\n`;
    lines.push(stanza);
    length += stanza.length;
  }
  return encodeText(lines.join('')).subarray(0, size);
}

const noise = Uint8Array.from({ length: 200_000 }, (_, i) => Math.imul(i ^ (i >> 7), 2654435761) >>> 13);

const pieces: readonly (readonly [title: string, content: Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a byte', Uint8Array.of(97)],
  ['stanzas', stanzas(300_000, 1)],
  ['bytes without a pattern', noise],
  ['zeros', new Uint8Array(2_000_000)],
  ['other stanzas', stanzas(70_001, 2)],
];
const whole = concatBytes(pieces.map(([, content]) => content));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xz-interop-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A .xz file with a block for each piece, written to the directory. */
async function joinPieces(encoder: XzEncoder, contents: readonly Uint8Array[]): Promise<string> {
  const streams = await Promise.all(contents.map((content) => encoder.compress(content)));
  const blocks = streams.flatMap((stream) => blocksOfStream(stream).blocks);
  const { start, end } = joinBlocks(blocks, 1);
  const file = join(directory, 'joined.xz');
  await writeFile(file, concatBytes([start, ...blocks.map(({ bytes }) => bytes), end]));
  return file;
}

function run(program: string, ...args: readonly string[]): Buffer {
  return execFileSync(program, args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Every program here that reads .xz, by what it prints of a file; ours, too. */
const readers: readonly (readonly [
  name: string,
  isThere: boolean,
  read: (file: string) => Buffer | Promise<Buffer>,
])[] = [
  ['xz', hasXz, (file) => run('xz', '--decompress', '--stdout', '--threads=2', file)],
  [
    "Python's lzma",
    hasPython,
    (file) => run('python3', '-c', 'import lzma,sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())', file),
  ],
  ['apt', hasApt, (file) => run(APT_HELPER, 'cat-file', file)],
  [
    'repomill',
    true,
    async (file) => {
      const parts: Uint8Array[] = [];
      for await (const part of readXz(file, 1 << 16)) parts.push(part.slice());
      return Buffer.concat(parts);
    },
  ],
];

const encoders: readonly (readonly [name: string, isThere: boolean, load: () => Promise<XzEncoder | undefined>])[] = [
  ['the program xz', hasXz, () => loadXzProgram()],
  ['lzma-native', hasPackage, async () => fromPackage],
];

describe.each(encoders)('blocks by %s', (_encoder, isEncoderThere, load) => {
  it.skipIf(!isEncoderThere).each(readers.filter(([, isThere]) => isThere))(
    'are one file to %s when they are joined',
    async (_reader, _isThere, read) => {
      const encoder = await present(load());
      const file = await joinPieces(
        encoder,
        pieces.map(([, content]) => content),
      );
      expect(Buffer.compare(await read(file), whole)).toBe(0);
    },
    60_000,
  );

  it.skipIf(!isEncoderThere).each(readers.filter(([, isThere]) => isThere))(
    'may be none: %s reads the file of no bytes',
    async (_reader, _isThere, read) => {
      const file = await joinPieces(await present(load()), []);
      expect((await read(file)).length).toBe(0);
    },
  );

  it.skipIf(!isEncoderThere || !hasXz)('have the sizes that xz lists', async () => {
    const file = await joinPieces(
      await present(load()),
      pieces.map(([, content]) => content),
    );
    const listed = run('xz', '--robot', '--list', '--verbose', '--verbose', file).toString();
    const rows = [...listed.matchAll(/^block\t.*$/gm)].map(([row]) => row.split('\t'));
    // A piece of no bytes has no block. Column 7 is the uncompressed size, 9 the kind of check.
    expect(rows.map((row) => [Number(row[7]), row[9]])).toEqual(
      pieces.slice(1).map(([, content]) => [content.length, 'CRC32']),
    );
    run('xz', '--test', file);
  });

  it.skipIf(!isEncoderThere)(
    'hold any bytes',
    async () => {
      const encoder = await present(load());
      const bytes = fc.uint8Array({ maxLength: 3000 });
      await fc.assert(
        fc.asyncProperty(fc.array(bytes, { maxLength: 5 }), async (contents) => {
          const file = await joinPieces(encoder, contents);
          const read = readers.find(([name]) => name === (hasXz ? 'xz' : 'repomill'))?.[2];
          expect(Buffer.compare((await read?.(file)) ?? Buffer.alloc(0), concatBytes(contents))).toBe(0);
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );
});

describe.skipIf(!hasXz || !hasPackage)('the program xz and lzma-native', () => {
  it.each(pieces)('make the same bytes: %s', async (_title, content) => {
    const [program, library] = [await present(loadXzProgram()), await present(loadXzPackage())];
    expect(Buffer.compare(await program.compress(content), await library.compress(content))).toBe(0);
  });

  it('make the same bytes in calls that overlap', async () => {
    const library = await present(loadXzPackage());
    const alone: Uint8Array[] = [];
    for (const [, content] of pieces) alone.push(await library.compress(content));
    expect(await Promise.all(pieces.map(([, content]) => library.compress(content)))).toEqual(alone);
  });
});

describe.skipIf(!hasXz)('the program xz', () => {
  it('makes the same bytes whatever its options in the environment are', async () => {
    const encoder = await present(loadXzProgram());
    const content = stanzas(100_000, 3);
    const expected = await encoder.compress(content);
    const { XZ_OPT: before } = process.env;
    try {
      for (const options of [
        '-9e -T0',
        '-1 --block-size=1000',
        '--lzma1',
        '--delta=dist=4 --lzma2',
        '--check=sha256 -v',
        '-M1MiB',
      ]) {
        process.env.XZ_OPT = options;
        expect(Buffer.compare(await encoder.compress(content), expected), options).toBe(0);
      }
    } finally {
      if (before === undefined) delete process.env.XZ_OPT;
      else process.env.XZ_OPT = before;
    }
  });
});

async function present(encoder: Promise<XzEncoder | undefined>): Promise<XzEncoder> {
  const found = await encoder;
  if (found === undefined) throw new Error('no encoder');
  return found;
}
