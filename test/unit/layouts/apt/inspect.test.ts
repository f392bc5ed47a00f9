import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { inspect } from '../../../../src/inspect.ts';
import { byHashNextTo, STATE_PATH } from '../../../../src/layouts/apt/format/paths.ts';
import { aptWords } from '../../../../src/layouts/apt/words.ts';
import type { AptInspection, Inspection } from '../../../../src/layouts/layouts.ts';
import { digestOf, draftArchive, makeTestKey, stanza, stanzas, writeArchive } from './audit/tiny-archive.ts';

const SUITE = 'dists/stable';
const AMD64 = `${SUITE}/main/binary-amd64/Packages`;
const key = await makeTestKey('own');
const files = await writeArchive({ ...draftArchive(), key });
const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array(0);
const inspectFile = (path: string): Promise<Inspection> => inspect(bytesOf(path), { path });
const wordsOf = async (path: string): Promise<readonly string[]> => aptWords.inspected(await inspectFile(path));
const patchPath = [...files.keys()].find((path) => /Packages\.diff\/[0-9a-f]{16}\.gz$/.test(path)) ?? '';

describe('inspect, of an apt archive', () => {
  it('describes a Release file: its dates, its signatures, and the files that it lists', async () => {
    expect(await inspectFile(`${SUITE}/InRelease`)).toMatchObject({
      layout: 'apt',
      kind: 'release',
      suite: 'stable',
      date: 'Tue, 14 Nov 2023 22:13:20 UTC',
      acquireByHash: true,
      architectures: ['amd64', 'arm64'],
      components: ['main'],
      signatures: [{ created: 1_700_000_000, issuer: expect.stringMatching(/^[0-9a-f]{40}$/) }],
      indexes: expect.arrayContaining([
        { path: 'main/binary-amd64/Packages', size: bytesOf(AMD64).length, digest: digestOf(bytesOf(AMD64)) },
      ]),
    });
    expect(await inspectFile(`${SUITE}/Release`)).toMatchObject({ kind: 'release', signatures: [] });
    const lines = await wordsOf(`${SUITE}/InRelease`);
    expect(lines[0]).toBe('InRelease file that lists 5 files');
    expect(lines).toContain('date           Tue, 14 Nov 2023 22:13:20 UTC');
    expect(lines).toContainEqual(expect.stringMatching(/^signed by [0-9a-f]{40}, Tue, 14 Nov 2023 22:13:20 UTC$/));
  });

  it.each([AMD64, `${AMD64}.gz`, byHashNextTo(`${AMD64}.gz`, digestOf(bytesOf(`${AMD64}.gz`)))])(
    'describes stanzas: how many, of how many names, and their fields: %s',
    async (path) => {
      expect(await inspectFile(path)).toMatchObject({
        kind: 'stanzas',
        of: 'packages',
        size: bytesOf(AMD64).length,
        storedSize: bytesOf(path).length,
        sha256: digestOf(bytesOf(AMD64)),
        stanzas: 3,
        names: 3,
        fields: expect.arrayContaining([{ field: 'Version', stanzas: 3, size: 9 }]),
      });
      expect((await wordsOf(path))[0]).toBe('Packages, 3 stanzas of 3 names');
    },
  );

  it('describes a list of patches, and a patch', async () => {
    const index = await inspectFile(`${AMD64}.diff/Index`);
    const entry = { name: patchPath.slice(-19, -3), from: { sha256: digestOf(encodeText(draftArchive().older)) } };
    expect(index).toMatchObject({
      kind: 'list of patches',
      current: { sha256: digestOf(bytesOf(AMD64)) },
      entries: [entry],
    });
    expect(await inspectFile(patchPath)).toMatchObject({ kind: 'patch', hunks: 1, removedLines: 0, insertedLines: 14 });
    expect((await wordsOf(patchPath))[0]).toBe('patch of 1 place, 0 lines removed, 14 lines inserted');
  });

  it('describes the state file, signatures, keys, and what users install', async () => {
    expect(await inspectFile(STATE_PATH)).toMatchObject({
      kind: 'state',
      name: 'tiny',
      suites: ['stable'],
      retained: { files: 2 },
    });
    expect(await inspectFile(`${SUITE}/Release.gpg`)).toMatchObject({
      kind: 'signatures',
      signatures: [{ created: 1_700_000_000 }],
    });
    expect(await inspectFile(`${SUITE}/tiny.asc`)).toMatchObject({ kind: 'keys', keys: 1 });
    expect(await inspectFile(`${SUITE}/tiny.sources`)).toMatchObject({
      kind: 'sources entry',
      suites: ['stable'],
      components: ['main'],
      isSigned: true,
    });
    expect(await wordsOf(STATE_PATH)).toContain('date               Tue, 14 Nov 2023 22:13:20 UTC');
  });

  it('describes a list of sources, and of files in packages', async () => {
    const sources = encodeText('Package: a\nVersion: 1\nDirectory: pool/a\n');
    expect(await inspect(sources, { path: 'x/dists/s/main/source/Sources' })).toMatchObject({
      kind: 'stanzas',
      of: 'sources',
    });
    const contents = gzipSync('usr/bin/a  a\nusr/bin/b  b\n');
    const path = 'dists/s/main/Contents-amd64.gz';
    expect(await inspect(contents, { path })).toMatchObject({ kind: 'contents', lines: 2 });
  });

  it('refuses damaged files with what is wrong, and the path', async () => {
    const broken = encodeText(`${stanzas(stanza('alpha'))}Package: b\nnonsense\n`);
    await expect(inspect(broken, { path: AMD64 })).rejects.toMatchObject({
      code: 'format',
      path: AMD64,
      message: 'line 9: expected "Field: text", found "nonsense"',
    });
    await expect(inspect(encodeText('1z\n'), { path: patchPath })).rejects.toMatchObject({
      message: 'patch: expected a command such as 12a, 12c, 12d or 12,14d, found "1z"',
    });
  });

  it('prints no control characters of a file', () => {
    const retained = { files: 0, size: 0 };
    const state: AptInspection = { kind: 'state', name: 'a\u001b[31m', date: 'x', suites: [], retained };
    const lines = aptWords.inspected(state);
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});
