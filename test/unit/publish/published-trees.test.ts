import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutNamed, layouts } from '../../../src/layouts/layouts.ts';
import { publishedIn, treeMembership } from '../../../src/publish/published-trees.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
const digest = 'ab'.repeat(32);
const native = layoutNamed('native');
const flatpak = layoutNamed('flatpak');
const index = '{"signed":{}}';
let count = 0;
const freshPath = (): string => join(workspace, `${count++}`);

describe('the layouts that are published in a directory', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly unknown[]]>([
    ['none without an entry point', { 'notes.json': index }, []],
    ['none with a foreign file of its name', { 'index.json': '{"my":"own"}' }, []],
    ['none with a directory of its name', { 'index.json/a': '' }, []],
    ['those with an entry point', { 'index.json': index }, [native]],
    ['all of them', { 'index.json': index, 'summary.idx': '' }, [native, flatpak]],
  ])('are %s', (_title, files, published) => {
    expect(publishedIn(writeFiles(freshPath(), files), layouts)).toEqual(published);
  });

  it('are none in a directory that is missing, or if the entry point is a loop of links', () => {
    expect(publishedIn(freshPath(), layouts)).toEqual([]);
    const directory = writeFiles(freshPath(), {});
    symlinkSync('index.json', join(directory, 'index.json'));
    expect(publishedIn(directory, layouts)).toEqual([]);
  });
});

describe('the files of trees, by their real paths', () => {
  it('are those that the layouts of the output own, wherever its directories are, published or not', async () => {
    const [out, elsewhere] = [writeFiles(freshPath(), {}), writeFiles(freshPath(), {})];
    symlinkSync(elsewhere, join(out, 'summaries'));
    const isInTree = await treeMembership(out, [native], layouts);
    const ours = [`${out}/index.json`, `${elsewhere}/${digest}.gz`, `${out}/details/plain/${digest}.zz`];
    expect(ours.map(isInTree)).toEqual([true, true, true]);
    const others = [
      `${out}/a.json`,
      `${elsewhere}/a.json`,
      `${out}/sub/index.json`,
      `${out}/config`,
      '/index.json',
      out,
    ];
    expect(others.map(isInTree)).toEqual(others.map(() => false));
  });

  it('are those of published trees elsewhere, and of nothing that only has their names', async () => {
    const tree = writeFiles(freshPath(), { 'a/public/index.json': index, 'b/index.json': '[]' });
    const isInTree = await treeMembership(freshPath(), [native], layouts);
    const site = `${tree}/a/public`;
    const ours = [`${site}/index.json`, `${site}/combined.jsonl.gz`, `${site}/details/plain/${digest}.zz`];
    expect(ours.map(isInTree)).toEqual([true, true, true]);
    const others = [`${tree}/b/index.json`, `${tree}/b/summaries/${digest}.gz`, `${site}/a.json`, `${site}/config`];
    expect(others.map(isInTree)).toEqual(others.map(() => false));
  });

  it('are known before there is a directory', async () => {
    const out = freshPath();
    const isInTree = await treeMembership(out, [native], layouts);
    expect([`${out}/index.json`, `${out}/deltas/${digest}-${digest}.bsdiff`].map(isInTree)).toEqual([true, true]);
  });
});
