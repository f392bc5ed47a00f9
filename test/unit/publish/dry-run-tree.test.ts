import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';
import { dryRunTree } from '../../../src/publish/dry-run-tree.ts';
import type { Tree } from '../../../src/publish/tree.ts';

const refuse = async (): Promise<never> => {
  throw new Error('a dry run wrote');
};

/** Holds `a` and `b`, and cannot be written. */
const below: Tree = {
  location: 'the tree',
  has: async (path) => path === 'a' || path === 'b',
  read: async (path) => (path === 'a' || path === 'b' ? encodeText(`old ${path}`) : undefined),
  list: async () => [
    { path: 'a', size: 5 },
    { path: 'b', size: 5 },
  ],
  holds: async (path) => path === 'a' || path === 'b',
  chunks: () => {
    throw new Error('a dry run read a package');
  },
  look: () => undefined,
  create: refuse,
  place: refuse,
  replace: refuse,
  remove: refuse,
};

async function textAt(tree: Tree, path: string): Promise<string | undefined> {
  const bytes = await tree.read(path, 100);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

async function hasOf(tree: Tree): Promise<readonly boolean[]> {
  return Promise.all(['a', 'b', 'c'].map((path) => tree.has(path)));
}

describe('a dry run tree', () => {
  it('shows the tree below it before anything is written', async () => {
    const tree = dryRunTree(below);
    expect(await tree.list()).toEqual(await below.list());
    expect(await textAt(tree, 'a')).toBe('old a');
    expect(await textAt(tree, 'c')).toBeUndefined();
    expect(await hasOf(tree)).toEqual([true, true, false]);
    expect(tree.location).toBe('the tree');
  });

  it.each(['create', 'replace'] as const)('shows what was written, and writes nothing: %s', async (verb) => {
    const tree = dryRunTree(below);
    await tree[verb]('a', encodeText('new'));
    await tree[verb]('c', [encodeText('mo'), encodeText('re')]);
    expect(await textAt(tree, 'a')).toBe('new');
    expect(await textAt(tree, 'c')).toBe('more');
    expect(await hasOf(tree)).toEqual([true, true, true]);
    expect(await tree.list()).toEqual([
      { path: 'b', size: 5 },
      { path: 'a', size: 3 },
      { path: 'c', size: 4 },
    ]);
  });

  it.each(['a', 'c', 'never'])('lacks a removed file: %s', async (path) => {
    const tree = dryRunTree(below);
    await tree.create('c', encodeText('more'));
    await tree.remove(path);
    expect(await textAt(tree, path)).toBeUndefined();
    expect(await tree.has(path)).toBe(false);
    expect((await tree.list()).map((file) => file.path)).not.toContain(path);
  });

  it('has a file again that was removed and rewritten', async () => {
    const tree = dryRunTree(below);
    await tree.remove('a');
    await tree.create('a', encodeText('again'));
    expect(await textAt(tree, 'a')).toBe('again');
    expect((await tree.list()).filter(({ path }) => path === 'a')).toHaveLength(1);
  });

  it('shares nothing with a second one over the same tree', async () => {
    await dryRunTree(below).remove('a');
    expect(await textAt(dryRunTree(below), 'a')).toBe('old a');
  });

  it('has a file that was placed, without its bytes, and says how it would come', async () => {
    const tree = dryRunTree(below);
    const placed = { path: 'pool/x', size: 7, sha256: digestOf(encodeText('x')), replaces: false };
    const stamp = { size: 7, text: '7 1 1 1', changedAt: 1n };
    expect(await tree.place({ ...placed, chunks: () => below.chunks('pool/x', 7) })).toBe('copied');
    expect(
      await tree.place({ ...placed, path: 'pool/y', link: { file: '/y', stamp }, chunks: () => below.chunks('', 7) }),
    ).toBe('linked');
    expect(await tree.has('pool/x')).toBe(true);
    expect((await tree.list()).map(({ path, size }) => [path, size])).toEqual([
      ['a', 5],
      ['b', 5],
      ['pool/x', 7],
      ['pool/y', 7],
    ]);
    await tree.remove('pool/x');
    expect(await tree.has('pool/x')).toBe(false);
  });

  it('has a file once that was placed where one was', async () => {
    const tree = dryRunTree(below);
    const placed = { path: 'a', size: 7, sha256: digestOf(encodeText('x')), replaces: true };
    await tree.place({ ...placed, chunks: () => below.chunks('a', 7) });
    expect(await tree.list()).toEqual([
      { path: 'b', size: 5 },
      { path: 'a', size: 7 },
    ]);
  });

  it('passes on the limit of a read', async () => {
    const limits: number[] = [];
    const read = async (_path: string, maxSize: number) => void limits.push(maxSize);
    await dryRunTree({ ...below, read: read as Tree['read'] }).read('a', 7);
    expect(limits).toEqual([7]);
  });
});
