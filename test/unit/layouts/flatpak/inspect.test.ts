import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { inspect } from '../../../../src/inspect.ts';
import type { Inspection } from '../../../../src/layouts/layouts.ts';
import { isDigest } from '../../../../src/model/digest.ts';
import { objectPath } from '../../../../src/ostree/paths.ts';
import { encodeSignatures } from '../../../../src/ostree/signatures.ts';
import { failureOf } from '../../../failure.ts';
import { APP, draftRepository, packDeltaIndex, sampleCommit, writeRepository } from './audit/tiny-repository.ts';

const { files, newest, older } = writeRepository(draftRepository());
const [sha256, old] = [newest.get('x86_64') ?? '', older.get('x86_64') ?? ''];
const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array(0);
const inspectFile = (path: string): Promise<Inspection> => inspect(bytesOf(path));

describe('inspect, of a flatpak repository', () => {
  it('describes an index: its summaries, their histories, and what it says of the repository', async () => {
    expect(await inspectFile('summary.idx')).toMatchObject({
      kind: 'flatpak-index',
      size: bytesOf('summary.idx').length,
      summaries: expect.arrayContaining([{ name: 'x86_64', sha256, history: [old] }]),
      metadata: expect.arrayContaining([
        { key: 'ostree.summary.last-modified', value: '1600000000' },
        { key: 'xa.title', value: 'Tiny' },
        { key: 'ostree.summary.tombstone-commits', value: 'false' },
        { key: 'xa.cache-version', value: '2' },
      ]),
    });
  });

  it('describes a summary, compressed or not: its refs, and the bytes of each part', async () => {
    const stored = bytesOf(`summaries/${sha256}.gz`);
    const bytes = new Uint8Array(gunzipSync(stored));
    const about = {
      kind: 'flatpak-summary',
      sha256,
      size: bytes.length,
      refs: 4,
      arches: ['x86_64'],
      metadata: [{ key: 'xa.summary-version', value: '1' }],
    };
    expect(await inspect(stored)).toMatchObject({ ...about, storedSize: stored.length });
    expect(await inspect(bytes)).toMatchObject({ ...about, storedSize: bytes.length });
  });

  it('tells parts of a summary that add up to no more than the whole, the largest first', async () => {
    const found = await inspectFile(`summaries/${sha256}.gz`);
    if (found.kind !== 'flatpak-summary') throw new TypeError(found.kind);
    const sizes = found.parts.map(({ size }) => size);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(found.size);
    expect(found.parts).toContainEqual({ part: 'commits', count: 4, size: 128 });
  });

  it('describes the old summary', async () => {
    expect(await inspectFile('summary')).toMatchObject({
      kind: 'flatpak-summary',
      refs: 5,
      arches: ['aarch64', 'x86_64'],
    });
  });

  it('describes a delta: its operations by kind', async () => {
    const path = `summaries/${old}-${sha256}.delta`;
    const newSize = gunzipSync(bytesOf(`summaries/${sha256}.gz`)).length;
    const found = await inspectFile(path);
    if (found.kind !== 'flatpak-delta') throw new TypeError(found.kind);
    expect(found).toMatchObject({ storedSize: bytesOf(path).length, newSize });
    expect(found.operations.map(({ kind, count }) => [kind, count])).toEqual([
      ['copy', 1],
      ['skip', 0],
      ['add', 1],
    ]);
    expect(found.operations.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(newSize);
  });

  it('describes a commit', async () => {
    const commit = new TextDecoder().decode(bytesOf(`refs/heads/${APP}`)).trim();
    if (!isDigest(commit)) throw new TypeError(commit);
    const { metadata } = sampleCommit(APP);
    expect(await inspectFile(objectPath(commit, 'commit'))).toMatchObject({
      kind: 'flatpak-commit',
      sha256: commit,
      timestamp: 1_500_000_000,
      installedSize: 4096,
      extraData: { sources: 1, size: 777 },
      refBinding: [APP],
      metadata,
    });
  });

  it('describes an index of static deltas, and signatures, be they of a kind that clients read or not', async () => {
    expect(await inspect(packDeltaIndex(sha256, isDigest(old) ? old : failed()))).toMatchObject({
      kind: 'flatpak-delta-index',
      deltas: [sha256],
    });
    const signatures = encodeSignatures([Uint8Array.of(1)]);
    expect(await inspect(signatures)).toEqual({
      layout: 'flatpak',
      kind: 'flatpak-signatures',
      size: signatures.length,
      signatures: [null],
    });
  });

  it('gives figures that JSON can hold', async () => {
    for (const path of files.keys()) {
      const found = await inspectFile(path).catch(() => undefined);
      expect(JSON.parse(JSON.stringify(found ?? null))).toEqual(found ?? null);
    }
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['garbage', encodeText('garbage')],
    ['a delta that is cut off', gzipSync(encodeText('xadf\u0009\0\0\0'))],
    ['a delta with an unknown operation', gzipSync(encodeText('xadf\u0001\0\0\0\0\0\0\u0030'))],
    ['a file without signatures', encodeSignatures([])],
  ])('refuses %s', async (_, bytes) => {
    expect(await failureOf(inspect(bytes))).toMatchObject({ code: 'format' });
  });
});

function failed(): never {
  throw new TypeError('no digest');
}
