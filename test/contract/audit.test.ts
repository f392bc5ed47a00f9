import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { verify } from '../../src/verify.ts';
import { allFindings } from '../audited.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { listPaths, makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';
import { readIndex, summaryOf } from './shell.ts';

const workspace = makeWorkspace();
const tree = join(workspace, 'public');
let intact: Readonly<Record<string, Buffer>>;

beforeAll(async () => {
  for (const release of [0, 50]) {
    // Texts that share their sentences, and enough of them for a dictionary.
    const records = sampleRelease(60, release).map((record, i) => {
      const sentences = Array.from({ length: 30 }, (_, k) => sha256Of(`sentence ${(i * 7 + k * k) % 100}`));
      return i % 4 === 0 ? { ...record, details: { changelog: sentences.join('. ') } } : record;
    });
    const input = writeFiles(join(workspace, `release-${release}`), {
      'all.jsonl': asLines(records),
      'repomill.yaml': 'name: sample\nsubsets:\n  licensed: licence = MIT\ncombined: [amd64]\n',
    });
    await build({ input, out: tree });
  }
  intact = Object.fromEntries(listPaths(tree).map((path) => [path, readFileSync(join(tree, path))]));
});

afterEach(() => {
  writeFiles(tree, intact);
});

/** What `verify` finds, as one text; of a tree whose index cannot be read, the message. */
async function findings(): Promise<string> {
  const report = await verify({ tree }).catch((error: Error) => error);
  if (report instanceof Error) return report.message;
  return allFindings(report)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('\n');
}

/** Changes one file of the tree. */
function harm(path: string, change: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(join(tree, path), change(Buffer.from(readFileSync(join(tree, path)))));
}

/** One file of every kind. */
const KINDS: readonly (readonly [kind: string, path: () => string])[] = [
  ['the newest summary', () => `summaries/${summaryOf(readIndex(tree), 'amd64').sha256}.gz`],
  ['an older summary', () => `summaries/${summaryOf(readIndex(tree), 'amd64').history[0]?.sha256}.gz`],
  ['a delta', () => listPaths(tree).find((path) => path.endsWith('.bsdiff')) ?? ''],
  ['the dictionary', () => listPaths(tree).find((path) => path.endsWith('.dictionary')) ?? ''],
  ['a details file', () => listPaths(tree).find((path) => path.endsWith('.zz')) ?? ''],
  ['the combined file', () => 'combined.jsonl.gz'],
];

const DAMAGE: readonly (readonly [how: string, change: (bytes: Buffer) => Uint8Array])[] = [
  ['empty', () => new Uint8Array()],
  ['without its last byte', (bytes) => bytes.subarray(0, -1)],
  ['with one byte more', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
  ['with another byte in the middle', (bytes) => flip(bytes, bytes.length >> 1)],
];

describe('verify', () => {
  it('finds nothing in a tree that was just built', async () => {
    expect(Object.keys(intact).length).toBeGreaterThan(20);
    expect(await findings()).toBe('');
  });

  it.each(KINDS.flatMap(([kind, path]) => DAMAGE.map(([how, change]) => ({ kind, how, path, change }))))(
    'finds and names $kind $how',
    async ({ path, change }) => {
      harm(path(), change);
      expect(await findings()).toContain(path());
    },
  );

  // A client that takes the digest for proof may pass over these; gunzip and zlib do not.
  it.each(KINDS.filter(([kind]) => kind !== 'a delta' && kind !== 'the dictionary'))(
    'finds a wrong checksum in %s, at which gunzip or zlib would stop',
    async (_, path) => {
      const isGzip = path().endsWith('.gz');
      // The trailer of gzip is CRC-32 and length, four bytes each; that of zlib is Adler-32.
      harm(path(), (bytes) => flip(bytes, bytes.length - (isGzip ? 8 : 4)));
      expect(await findings()).toContain(path());
    },
  );

  it.each<[string, RegExp]>([
    ['the size of the dictionary', /("dictionary":\{"sha256":"\w+","size":)(\d+)/],
    ['the stored size of the combined file', /("combined":\{[^}]*"storedSize":)(\d+)/],
    ['the packages of the combined file', /("combined":\{[^}]*"packages":)(\d+)/],
    ['the size of a summary', /("arch":"amd64",[^}]*?"size":)(\d+)/],
    ['the stored size of a summary', /("arch":"amd64",[^}]*?"storedSize":)(\d+)/],
    ['the packages of a summary', /("arch":"amd64",[^{]*"packages":)(\d+)/],
    ['the size of a header', /("header":\{"sha256":"\w+","size":)(\d+)/],
    ['the stored size of a header', /("header":\{[^}]*"storedSize":)(\d+)/],
    ['the size of a delta', /("deltaSize":)(\d+)/],
  ])('finds that the index is wrong by one in %s', async (_, pattern) => {
    const before = intact['index.json']?.toString('utf8') ?? '';
    const after = before.replace(pattern, (_match, name: string, digits: string) => `${name}${Number(digits) + 1}`);
    expect(after).not.toBe(before);
    harm('index.json', () => Buffer.from(after));
    expect(await findings()).not.toBe('');
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}
