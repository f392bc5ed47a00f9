/**
 * What changed between trees, copies and older versions of a tree, through the API.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { pull } from '../../src/client/pull/pull.ts';
import { type DiffReport, diff } from '../../src/diff.ts';

import type { Source } from '../../src/model/source.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { directoryStore } from '../../src/platform/files/directory-store.ts';
import { readIndex, summaryOf } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { EPOCH, OstreeRepository } from '../ostree-repository.ts';
import { asLines, type SampleRecord, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** Enough packages for many buckets, so that a few changes are a small part, and for each arch. */
const release = (arch: string): readonly SampleRecord[] =>
  Array.from({ length: 400 }, (_, i) => ({
    ...sampleRecord(`${sha256Of(String(i)).slice(0, 8)}-${i}`, '1.0', arch),
    size: i,
  }));

const buildTree = async (records: readonly SampleRecord[], out: string, config = ''): Promise<string> => {
  const input = writeFiles(freshPath(), { 'a.jsonl': asLines(records), 'repomill.yaml': `name: test\n${config}` });
  await build({ input, out });
  return out;
};

const changeRelease = (records: readonly SampleRecord[]): readonly SampleRecord[] => [
  ...records.slice(1).map((record, i) => {
    if (i === 0) return { ...record, version: '1.1' };
    return i === 1 ? { ...record, size: 1_000_000 } : record;
  }),
  sampleRecord('zz-new', '1.0', 'amd64'),
];

const namesOf = ({ added, removed, changed, content }: DiffReport): Readonly<Record<string, readonly string[]>> => ({
  added: added.map(({ name }) => name),
  removed: removed.map(({ name }) => name),
  changed: changed.map(({ name, from, to, direction }) => `${name} ${from} ${to} ${direction}`),
  content: content.map(({ name, fields }) => `${name} ${fields.map(({ field }) => field).join()}`),
});

/** A source that notes what is read from it. */
const watched = (directory: string): { readonly source: Source; readonly read: { path: string; bytes: number }[] } => {
  const inner = directorySource(directory);
  const read: { path: string; bytes: number }[] = [];
  const source: Source = {
    location: inner.location,
    async fetch(path, request) {
      const result = await inner.fetch(path, request);
      if (result.kind === 'full' || result.kind === 'partial') read.push({ path, bytes: result.bytes.length });
      return result;
    },
  };
  return { source, read };
};

const first = release('amd64');
const second = changeRelease(first);
let older: string;
let newer: string;
/** Built twice: its history has the first release. */
let tree: string;
let expected: ReturnType<typeof namesOf>;

beforeAll(async () => {
  older = await buildTree(first, freshPath());
  newer = await buildTree(second, freshPath());
  tree = await buildTree(first, freshPath());
  await buildTree(second, tree);
  expected = {
    added: ['zz-new'],
    removed: [first[0]?.name ?? ''],
    changed: [`${first[1]?.name} 1.0 1.1 upgrade`],
    content: [`${first[2]?.name} size`],
  };
});

describe('diff', () => {
  it('compares trees, sources, copies and older versions of a tree, with the same result', async () => {
    const copy = freshPath();
    await pull({ source: directorySource(older), store: directoryStore(copy) });
    const before = [older, { source: directorySource(older) }, copy, { store: directoryStore(copy) }, `${tree}@1`];
    for (const from of before) {
      for (const to of [newer, tree, `${tree}@0`, { source: directorySource(tree), steps: 0 }]) {
        const report = await diff(from, to);
        expect(namesOf(report)).toEqual(expected);
        expect(report.notes).toEqual([]);
        expect(report.summaries).toEqual({ compared: ['amd64'], added: [], removed: [] });
      }
    }
  });

  it('says the opposite the other way round', async () => {
    const report = await diff(tree, `${tree}@1`);
    expect(namesOf(report)).toMatchObject({ added: expected.removed, removed: expected.added });
    expect(report.changed).toMatchObject([{ from: '1.1', to: '1.0', direction: 'downgrade' }]);
  });

  it('reads no summary that is the same on both sides', async () => {
    const { source, read } = watched(tree);
    expect(namesOf(await diff({ source }, newer))).toEqual({ added: [], removed: [], changed: [], content: [] });
    expect(read.map(({ path }) => path)).toEqual(['index.json', 'index.json']);
  });

  it('reads no bucket that is the same on both sides', async () => {
    const { source, read } = watched(newer);
    await diff(older, { source });
    const { storedSize } = summaryOf(readIndex(newer), 'amd64');
    const fetched = read.filter(({ path }) => path !== 'index.json').reduce((sum, { bytes }) => sum + bytes, 0);
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(storedSize / 2);
  });

  it('refuses a bucket or an older version whose bytes have changed, before anything of it is shown', async () => {
    for (const [place, sha256] of [
      ['', summaryOf(readIndex(tree), 'amd64').sha256],
      ['@1', summaryOf(readIndex(older), 'amd64').sha256],
    ]) {
      const damaged = freshPath();
      cpSync(tree, damaged, { recursive: true });
      const file = join(damaged, `summaries/${sha256}.gz`);
      const bytes = readFileSync(file);
      bytes.fill(0, bytes.length / 2);
      writeFileSync(file, bytes);
      const error = await failureOf(diff(place === '' ? older : newer, `${damaged}${place}`));
      expect(['integrity', 'format']).toContain(error.code);
    }
  });

  it('takes a directory whose name ends like an older version for what it is', async () => {
    const odd = `${freshPath()}@3`;
    cpSync(newer, odd, { recursive: true });
    expect(namesOf(await diff(older, odd))).toEqual(expected);
  });

  it('refuses an older version that the tree does not keep, and one of a copy', async () => {
    expect(await failureOf(diff(`${tree}@2`, tree))).toMatchObject({
      code: 'not-found',
      path: tree,
      message: '@2: its history has 1',
    });
    expect(await failureOf(diff(`${older}@1`, tree))).toMatchObject({ message: '@1: it has no older versions' });
    const copy = freshPath();
    await pull({ source: directorySource(older), store: directoryStore(copy) });
    expect(await failureOf(diff(`${copy}@1`, tree))).toMatchObject({
      code: 'usage',
      path: copy,
      message: 'a copy has no history',
    });
  });

  it('refuses a place that is no tree', async () => {
    const empty = writeFiles(freshPath(), { 'a.txt': 'a' });
    expect(await failureOf(diff(empty, tree))).toMatchObject({
      code: 'not-found',
      path: empty,
      message: 'expected a published tree, found no index.json, summary.idx or dists/repomill.json',
    });
    expect(await failureOf(diff(join(workspace, 'nowhere'), tree))).toMatchObject({ code: 'not-found' });
  });
});

describe('diff of several architectures', () => {
  const both = [...release('amd64'), ...release('arm64')];

  it('lists the records of an architecture that only one side has, and names its summary', async () => {
    const report = await diff(older, await buildTree(both, freshPath()));
    expect(report.summaries).toEqual({ compared: ['amd64', 'arm64'], added: ['arm64'], removed: [] });
    expect(report.added).toHaveLength(400);
    expect(report.added.every(({ arch }) => arch === 'arm64')).toBe(true);
  });

  it('compares only what a copy was asked to have, and says what else there is', async () => {
    const copy = freshPath();
    await pull({
      source: directorySource(await buildTree(both, freshPath())),
      store: directoryStore(copy),
      arch: 'arm64',
    });
    const changed = await buildTree([...second, ...release('arm64')], freshPath());
    const report = await diff(copy, changed);
    expect(namesOf(report)).toEqual({ added: [], removed: [], changed: [], content: [] });
    expect(report.notes).toEqual(['amd64: not in the copy, not compared']);
    expect(await failureOf(diff(copy, changed, { arch: 'amd64' }))).toMatchObject({
      code: 'not-found',
      message: 'nothing to compare: amd64: not in the copy',
    });
  });

  it('compares an architecture that gets its first summary with that of all, which its clients had', async () => {
    const forAll = release('all');
    const before = await buildTree(forAll, freshPath());
    const after = await buildTree([...forAll, sampleRecord('native', '1.0', 'amd64')], freshPath());
    const report = await diff(before, after);
    expect(namesOf(report)).toEqual({ added: ['native'], removed: [], changed: [], content: [] });
    expect(namesOf(await diff(after, before))).toMatchObject({ removed: ['native'] });
  });

  it('is of one architecture or subset if one is named, and lists what there is if it does not exist', async () => {
    const config = 'subsets:\n  small: size < 10\n';
    const before = await buildTree(both, freshPath(), config);
    const after = await buildTree([...second, ...release('arm64')], freshPath(), config);
    expect(namesOf(await diff(before, after, { arch: 'arm64' }))).toMatchObject({ changed: [], content: [] });
    const small = await diff(before, after, { subset: 'small', arch: 'amd64' });
    expect(namesOf(small)).toMatchObject({ added: [], removed: [first[0]?.name, first[2]?.name] });
    expect((await failureOf(diff(before, after, { arch: 'amd65' }))).code).toBe('not-found');
  });
});

describe('diff of flatpak repositories', () => {
  const buildFlatpak = async (repository: OstreeRepository): Promise<void> => {
    await build({ input: repository.directory, out: repository.directory, layout: 'flatpak' });
  };
  const commit = (repository: OstreeRepository, name: string, text: string): string =>
    String(
      repository.commit(`app/org.a.${name}/x86_64/stable`, { timestamp: EPOCH, text: `[Application]\nname=${text}\n` }),
    );

  it('compares refs by their commits, also with an older version, and refuses a tree of a different layout', async () => {
    const repository = new OstreeRepository(freshPath());
    for (const name of ['A', 'B']) commit(repository, name, name);
    await buildFlatpak(repository);
    commit(repository, 'B', 'changed');
    commit(repository, 'C', 'C');
    await buildFlatpak(repository);
    const report = await diff(`${repository.directory}@1`, repository.directory);
    expect(report.layout).toBe('flatpak');
    expect(namesOf(report).added).toEqual(['app/org.a.C/x86_64/stable']);
    expect(report.changed).toMatchObject([{ name: 'app/org.a.B/x86_64/stable', direction: 'unknown' }]);
    expect(report.removed).toEqual([]);
    const error = await failureOf(diff(repository.directory, tree));
    expect(error).toMatchObject({
      code: 'usage',
      message: `expected two trees of the same layout; ${repository.directory} is a flatpak repository, ${tree} is a repomill repository`,
    });
  });
});
