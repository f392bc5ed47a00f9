import { describe, expect, it } from 'vitest';
import { type RetentionRequest, retainFiles } from '../../../../../src/layouts/apt/generate/retain-files.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';
import type { PreviousTree, Tree } from '../../../../../src/publish/tree.ts';
import { failureOf } from '../../../../failure.ts';
import { faultyTree } from '../../../../pipeline/faulty-tree.ts';

const byHash = (text: string): string => `dists/stable/main/source/by-hash/SHA256/${digestOf(Buffer.from(text))}`;
const treeOf = (...texts: readonly string[]): Tree & PreviousTree =>
  faultyTree(new Map(texts.map((text) => [text.includes('/') ? text : byHash(text), Buffer.from(text)]))).tree;
const nothing = treeOf();
const request = (more: Partial<RetentionRequest>): RetentionRequest => ({
  ...{ needed: new Set(), before: [], replaced: [], previous: nothing, output: nothing, now: 1000, keep: 100 },
  ...more,
});
const fileOf = (text: string): { path: string; size: number } => ({ path: byHash(text), size: text.length });
/** What stays: the text of each file and since when. */
const staying = async (more: Partial<RetentionRequest>): Promise<readonly (readonly [string, number])[]> => {
  const { retained } = await retainFiles(request(more));
  const texts = new Map(['a', 'b', 'c'].map((text) => [byHash(text), text]));
  return retained.map(({ path, replaced }) => [texts.get(path) ?? path, replaced] as const).sort();
};
const inOutput = (...texts: readonly string[]): Pick<RetentionRequest, 'previous' | 'output'> => {
  const tree = treeOf(...texts);
  return { previous: tree, output: tree };
};

describe('retainFiles', () => {
  it('keeps what is replaced now, and what was replaced so long ago', async () => {
    const before = [
      { ...fileOf('a'), replaced: 900 },
      { ...fileOf('b'), replaced: 899 },
    ];
    expect(await staying({ ...inOutput('a', 'b', 'c'), before, replaced: [fileOf('c')] })).toEqual([
      ['a', 900],
      ['c', 1000],
    ]);
  });

  it('counts what is in no list from now on: an interrupted build left it', async () => {
    expect(await staying(inOutput('a', 'b'))).toEqual([
      ['a', 1000],
      ['b', 1000],
    ]);
  });

  it('counts from now on what clients are led to until now, whatever an interrupted build has written', async () => {
    const before = [{ ...fileOf('a'), replaced: 1 }];
    expect(await staying({ ...inOutput('a'), before })).toEqual([]);
    expect(await staying({ ...inOutput('a'), before, replaced: [fileOf('a')] })).toEqual([['a', 1000]]);
  });

  it('keeps nothing that is needed, or that is gone', async () => {
    const before = [{ ...fileOf('b'), replaced: 990 }];
    expect(await staying({ ...inOutput('a'), before, needed: new Set([byHash('a')]) })).toEqual([]);
  });

  it('keeps nothing without a time to keep it', async () => {
    const before = [{ ...fileOf('a'), replaced: 1000 }];
    expect(await staying({ ...inOutput('a'), before, replaced: [fileOf('a')], keep: 0 })).toEqual([]);
  });

  it('keeps files that are named by their content alone', async () => {
    const patch = 'dists/stable/main/source/Sources.diff/0123456789abcdef.gz';
    const others = [
      'dists/stable/Release',
      'dists/stable/main/source/Sources',
      'dists/stable/x.asc',
      'dists/notes.txt',
    ];
    expect(await staying(inOutput(patch, ...others))).toEqual([[patch, 1000]]);
  });

  it('brings what the output lacks from the previous tree, if it has the right size there', async () => {
    const previous = treeOf('a', 'b');
    const replaced = [fileOf('a'), { path: byHash('b'), size: 2 }, fileOf('c')];
    const { retained, files } = await retainFiles(request({ previous, replaced }));
    expect(retained).toEqual([{ ...fileOf('a'), replaced: 1000 }]);
    expect(files.map(({ path, size }) => ({ path, size }))).toEqual([fileOf('a')]);
    expect(await files[0]?.content()).toEqual(Buffer.from('a'));
  });

  it('has the size that a file has in the output', async () => {
    const before = [{ path: byHash('a'), size: 77, replaced: 950 }];
    const { retained } = await retainFiles(request({ ...inOutput('a'), before }));
    expect(retained).toEqual([{ ...fileOf('a'), replaced: 950 }]);
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort();
    expect(await failureOf(retainFiles(request({ ...inOutput('a'), signal })))).toMatchObject({ code: 'interrupted' });
  });
});
