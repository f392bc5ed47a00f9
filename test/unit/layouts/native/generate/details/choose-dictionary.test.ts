import { describe, expect, it } from 'vitest';
import { dictionaryPath } from '../../../../../../src/layouts/native/format/paths.ts';
import { chooseDictionary } from '../../../../../../src/layouts/native/generate/details/choose-dictionary.ts';
import { trainDictionary } from '../../../../../../src/layouts/native/generate/details/train-dictionary.ts';
import type { Digest } from '../../../../../../src/model/digest.ts';
import { MAX_DICTIONARY_SIZE } from '../../../../../../src/model/limits.ts';
import { sha256 } from '../../../../../../src/platform/hash/sha256.ts';
import { changes, keyfile, noise } from './sample-details.ts';

async function byDigest(documents: readonly Uint8Array[]): Promise<ReadonlyMap<Digest, Uint8Array>> {
  return new Map(await Promise.all(documents.map(async (bytes) => [await sha256(bytes), bytes] as const)));
}

async function treeWith(bytes: Uint8Array | undefined, named = bytes ?? new Uint8Array()) {
  const digest = await sha256(named);
  const read = async (path: string) => (path === dictionaryPath(digest) ? bytes : undefined);
  return {
    entry: { sha256: digest, size: named.length },
    tree: { location: 'there', has: async (path: string) => (await read(path)) !== undefined, read },
  };
}

const keyfiles = Array.from({ length: 300 }, (_, i) => keyfile(i));
const documents = await byDigest(keyfiles);
const empty = (await treeWith(undefined)).tree;
const fresh = await chooseDictionary(documents, undefined, empty);

describe('the dictionary of details', () => {
  it('is trained if there is no published one', async () => {
    expect(fresh?.bytes.length).toBeGreaterThan(0);
    expect(fresh?.sha256).toBe(await sha256(fresh?.bytes ?? new Uint8Array()));
  });

  it('does not exist if the details are too few or have nothing in common', async () => {
    expect(await chooseDictionary(await byDigest(keyfiles.slice(0, 20)), undefined, empty)).toBeUndefined();
    const apart = await byDigest(Array.from({ length: 40 }, (_, i) => noise(4000, i)));
    expect(await chooseDictionary(apart, undefined, empty)).toBeUndefined();
    expect(await chooseDictionary(new Map(), undefined, empty)).toBeUndefined();
  });

  it('stays the published one while that compresses nearly as well', async () => {
    const { entry, tree } = await treeWith(await trainDictionary(keyfiles.slice(20), MAX_DICTIONARY_SIZE));
    expect(entry.sha256).not.toBe(fresh?.sha256);
    expect((await chooseDictionary(documents, entry, tree))?.sha256).toBe(entry.sha256);
  });

  it('is replaced if a fresh one saves more than a tenth', async () => {
    const others = Array.from({ length: 300 }, (_, i) => changes(i));
    const { entry, tree } = await treeWith(await trainDictionary(others, MAX_DICTIONARY_SIZE));
    expect((await chooseDictionary(documents, entry, tree))?.sha256).toBe(fresh?.sha256);
  });

  it.each([
    ['missing', undefined],
    ['damaged', noise(1000, 1)],
  ])('is trained again if the published one is %s', async (_title, bytes) => {
    const { entry, tree } = await treeWith(bytes, await trainDictionary(keyfiles.slice(20), MAX_DICTIONARY_SIZE));
    expect((await chooseDictionary(documents, entry, tree))?.sha256).toBe(fresh?.sha256);
  });
});
