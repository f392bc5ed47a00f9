import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { encodeState } from '../../../../../src/layouts/apt/format/state-file.ts';
import {
  listedByRelease,
  listedFile,
  reachedByArchive,
  reachedByRelease,
  readListed,
  readPublishedArchive,
  readVerifiedFile,
} from '../../../../../src/layouts/apt/generate/published.ts';
import { readOlderPieces } from '../../../../../src/layouts/apt/generate/read-older-pieces.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';
import { gzip } from '../../../../../src/platform/zlib/gzip.ts';
import type { PreviousTree } from '../../../../../src/publish/tree.ts';
import { failureOf } from '../../../../failure.ts';
import { faultyTree } from '../../../../pipeline/faulty-tree.ts';

const PACKAGES = 'Package: a\nVersion: 1\n\nPackage: b\nVersion: 1\nX:\n y\n\n';
const plain = encodeText(PACKAGES);
const gz = gzip(plain);
const [plainDigest, gzDigest] = [digestOf(plain), digestOf(gz)];
const base = 'main/binary-amd64/Packages';
const release = encodeText(
  `Suite: stable\nCodename: stable\nDate: Tue, 14 Nov 2023 22:13:20 UTC\nArchitectures: amd64\nComponents: main\nSHA256:\n` +
    ` ${plainDigest} ${plain.length} ${base}\n ${gzDigest} ${gz.length} ${base}.gz\n`,
);
const state = encodeState({ date: 1_700_000_000, suites: ['stable', 'gone'], retained: [] });
const gzPath = `dists/stable/main/binary-amd64/by-hash/SHA256/${gzDigest}`;
const files = { 'dists/repomill.json': state, 'dists/stable/Release': release, [gzPath]: gz };
const treeOf = (content: Readonly<Record<string, Uint8Array>>): PreviousTree =>
  faultyTree(new Map(Object.entries(content))).tree;
const published = async (content: Readonly<Record<string, Uint8Array>> = files) => {
  const suite = (await readPublishedArchive(treeOf(content)))?.suites.get('stable');
  if (suite === undefined) throw new TypeError('no suite');
  return suite;
};

describe('readPublishedArchive', () => {
  it('reads the state and the suites that are there', async () => {
    const archive = await readPublishedArchive(treeOf(files));
    expect(archive?.state.date).toBe(1_700_000_000);
    expect([...(archive?.suites.keys() ?? [])]).toEqual(['stable']);
    expect(archive?.suites.get('stable')?.release).toMatchObject({ suite: 'stable', date: 1_700_000_000n });
    expect(archive?.suites.get('stable')?.bytes).toEqual({ release });
  });

  it('finds nothing without a state', async () => {
    expect(await readPublishedArchive(treeOf({ 'dists/stable/Release': release }))).toBeUndefined();
  });

  it.each([
    ['dists/repomill.json', '{}'],
    ['dists/repomill.json', 'x'],
    ['dists/stable/Release', 'SHA256:\n x\n'],
    ['dists/stable/Release', '\0'],
  ])('refuses a %s of %j, with what would help', async (path, text) => {
    const tree = treeOf({ ...files, [path]: encodeText(text) });
    expect(await failureOf(readPublishedArchive(tree))).toMatchObject({
      code: 'format',
      path: `memory/${path}`,
      hint: 'name a different tree, or remove the directory dists to start a new history',
    });
  });
});

describe('files that a Release file lists', () => {
  it('are found by digest or under their names, whichever is right', async () => {
    const suite = await published();
    const wrong = gz.slice().fill(7);
    const named = `dists/stable/${base}.gz`;
    expect(await readListed(suite, `${base}.gz`, treeOf(files))).toEqual(gz);
    expect(await readListed(suite, `${base}.gz`, treeOf({ [named]: gz }))).toEqual(gz);
    expect(await readListed(suite, `${base}.gz`, treeOf({ [gzPath]: wrong, [named]: gz }))).toEqual(gz);
    expect(await readListed(suite, `${base}.gz`, treeOf({ [gzPath]: wrong, [named]: wrong }))).toBeUndefined();
    expect(await readListed(suite, `${base}.gz`, treeOf({}))).toBeUndefined();
    expect(await readListed(suite, `${base}.xz`, treeOf(files))).toBeUndefined();
    expect(await readListed(suite, '../../../etc/passwd', treeOf(files))).toBeUndefined();
  });

  it('are known by their digests', async () => {
    const suite = await published();
    expect(listedFile(suite.release, base)).toEqual({ sha256: plainDigest, size: plain.length });
    expect(listedFile(suite.release, 'main')).toBeUndefined();
    const listed = [
      { path: `dists/stable/main/binary-amd64/by-hash/SHA256/${plainDigest}`, size: plain.length },
      { path: gzPath, size: gz.length },
    ];
    expect(listedByRelease('stable', suite.release)).toEqual(listed);
    const own = { path: `dists/stable/by-hash/SHA256/${digestOf(release)}`, size: release.length };
    expect(reachedByRelease(suite)).toEqual([own, ...listed]);
    const inRelease = encodeText('x');
    expect(reachedByRelease({ ...suite, bytes: { ...suite.bytes, inRelease } })[0]).toEqual({
      path: `dists/stable/by-hash/SHA256/${digestOf(inRelease)}`,
      size: 1,
    });
  });

  it('are not taken for others', async () => {
    const file = { sha256: gzDigest, size: gz.length };
    expect(await readVerifiedFile(gzPath, file, treeOf(files))).toEqual(gz);
    expect(await readVerifiedFile(gzPath, { ...file, sha256: plainDigest }, treeOf(files))).toBeUndefined();
    expect(await readVerifiedFile('x', file, treeOf(files))).toBeUndefined();
  });
});

describe('reachedByArchive', () => {
  it('has the state and the list of package files, which no other layout may prune', async () => {
    expect(await reachedByArchive(treeOf(files))).toEqual(new Set(['dists/repomill.json']));
    const packageFiles = { sha256: plainDigest, size: 1, storedSize: 1, files: 1 };
    const own = encodeState({ date: 1, suites: [], retained: [], packageFiles });
    expect(await reachedByArchive(treeOf({ 'dists/repomill.json': own }))).toEqual(
      new Set(['dists/repomill.json', `dists/${plainDigest}.files.gz`]),
    );
  });

  it('has nothing without a state, or with one of a different program', async () => {
    expect(await reachedByArchive(treeOf({}))).toEqual(new Set());
    expect(await reachedByArchive(treeOf({ 'dists/repomill.json': encodeText('{"mine":1}') }))).toEqual(new Set());
  });
});

describe('readOlderPieces', () => {
  const before = { sha256: plainDigest, size: plain.length };
  const read = async (content: Readonly<Record<string, Uint8Array>>, piece = 100_000) =>
    readOlderPieces({ before, base, published: await published(), previous: treeOf(content), piece });

  it('reads the stanzas of an older index from whichever file is right', async () => {
    const wrong = { [gzPath]: gz.slice().fill(7) };
    for (const content of [files, { ...wrong, [`dists/stable/${base}`]: plain }]) {
      const pieces = (await read(content)) ?? [];
      expect(pieces.map(({ lines }) => lines)).toEqual([8]);
      const stanzas = pieces
        .map((piece) => piece.open())
        .flatMap(({ stanzas: own, text }) => own.map(({ lines }, i) => [lines, Buffer.from(text(i)).toString()]));
      expect(stanzas).toEqual([
        [2, 'Package: a\nVersion: 1\n'],
        [4, 'Package: b\nVersion: 1\nX:\n y\n'],
      ]);
    }
  });

  it('finds nothing where no file is right', async () => {
    expect(await read({ [gzPath]: gz.subarray(1) })).toBeUndefined();
    expect(await read({})).toBeUndefined();
  });

  /** The pieces of an index with this text. */
  const readAs = async (text: string): ReturnType<typeof readOlderPieces> => {
    const bytes = encodeText(text);
    const own = { sha256: digestOf(bytes), size: bytes.length };
    const suite = await published();
    const sha256 = [{ path: base, size: own.size, digest: own.sha256 }];
    return readOlderPieces({
      ...{ before: own, base, piece: 100_000, previous: treeOf({ [`dists/stable/${base}`]: bytes }) },
      published: { ...suite, release: { ...suite.release, sha256 } },
    });
  };

  it.each([
    ['no empty line at its end', 'Package: a\nVersion: 1\n'],
    ['no line end', 'Package: a'],
    ['two empty lines at its end', 'Package: a\n\n\n'],
  ])('takes no text with %s', async (_, text) => {
    expect(await readAs(text)).toBeUndefined();
  });

  it.each([
    ['an empty line at its start', '\nPackage: a\n\n'],
    ['two empty lines between stanzas', 'Package: a\n\n\nPackage: b\n\n'],
    ['no names', 'X: a\n\nX: b\n\n'],
    ['bytes that are no UTF-8', 'Package: a\nX: \u00ff\n\n'],
  ])('takes a text with %s as it is, so that a patch of it is right', async (_, text) => {
    const pieces = (await readAs(text)) ?? [];
    const parts = pieces.flatMap((piece) => {
      const opened = piece.open();
      return opened.stanzas.map((_stanza, i) => `${Buffer.from(opened.text(i)).toString()}\n`);
    });
    expect(parts.join('')).toBe(text);
    expect(pieces.reduce((sum, { lines }) => sum + lines, 0)).toBe(text.split('\n').length - 1);
  });

  it('reads an empty index', async () => {
    expect(await readAs('')).toEqual([]);
  });
});
