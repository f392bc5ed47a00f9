/**
 * Packages for every architecture, from input to client: they are found by clients of any arch, whatever else is published.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { pull } from '../../src/client/pull/pull.ts';
import { openRepository } from '../../src/client/repository.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { directoryStore } from '../../src/platform/files/directory-store.ts';
import { verify } from '../../src/verify.ts';
import { onlyLayout } from '../audited.ts';
import { gunzipByShell, readIndex } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { asLines, type SampleRecord, sampleRecord } from '../sample-records.ts';
import { DEBIAN, digestsOf, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const docs = sampleRecord('docs', '1.0', 'all');
const manual = sampleRecord('manual', '1.0', 'all', { subsets: ['free'] });
const tool = sampleRecord('tool', '1.0', 'amd64', { subsets: ['free'] });

/** Builds a tree from files by path. */
async function buildFiles(out: string, files: Readonly<Record<string, string>>, config = ''): Promise<void> {
  const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': `name: test\n${config}` });
  await build({ input, out });
}

/** Builds a tree from records that no path assigns to an arch. */
function buildTree(out: string, records: readonly SampleRecord[], config?: string): Promise<void> {
  return buildFiles(out, { 'a.jsonl': asLines(records) }, config);
}

/** The summaries of a tree: `arch` or `arch/subset`, and how many packages each has. */
function summariesOf(tree: string): Readonly<Record<string, number>> {
  const { summaries } = readIndex(tree).signed;
  const named = summaries.map(({ arch, subset, packages }) => [subset ? `${arch}/${subset}` : arch, packages]);
  return Object.fromEntries(named);
}

/** The names that a client of an arch finds in its copy. */
async function namesIn(cache: string, arch: string): Promise<readonly string[]> {
  const repository = await openRepository({ store: directoryStore(cache) });
  return (await repository.search([], { arch })).hits.map(({ name }) => name);
}

/** Pulls, and says which arches of the tree the copy then has. */
async function pullInto(cache: string, tree: string, arch?: string): Promise<readonly string[]> {
  const source = directorySource(tree);
  await pull({ source, store: directoryStore(cache), ...(arch === undefined ? {} : { arch }) });
  const held = readdirSync(join(cache, 'summaries'));
  return readIndex(tree).signed.summaries.flatMap((entry) => (held.includes(entry.sha256) ? entry.arch : []));
}

describe('a tree of packages for every arch', () => {
  it('has a summary of all beside those of the architectures, each with all of its records', async () => {
    const out = freshPath();
    await buildTree(out, [docs, manual, tool], 'subsets: { free: }');
    expect(summariesOf(out)).toEqual({ all: 2, 'all/free': 1, amd64: 3, 'amd64/free': 2 });
    expect(onlyLayout(await verify({ tree: out }))).toMatchObject({ findings: [], summaries: 4 });
  });

  it('has no summary of all if the configuration says which architectures they are for', async () => {
    const out = freshPath();
    await buildTree(out, [docs, tool], 'arches: [amd64, arm64]');
    expect(summariesOf(out)).toEqual({ amd64: 2, arm64: 1 });
  });

  it('has no summary of all if their paths say so, and one if only some do', async () => {
    const out = freshPath();
    const config = 'inputs: [<arch>/a.jsonl, noarch.jsonl]';
    const listed = { 'amd64/a.jsonl': asLines([docs, tool]), 'noarch.jsonl': '' };
    await buildFiles(out, listed, config);
    expect(summariesOf(out)).toEqual({ amd64: 2 });
    await buildFiles(out, { ...listed, 'noarch.jsonl': asLines([manual]) }, config);
    expect(summariesOf(out)).toEqual({ all: 1, amd64: 3 });
  });

  it('takes a path that says all for no arch', async () => {
    const out = freshPath();
    const files = { 'all/a.jsonl': asLines([docs, manual]), 'amd64/a.jsonl': asLines([docs, tool]) };
    await buildFiles(out, files, 'inputs: [<arch>/a.jsonl]');
    expect(summariesOf(out)).toEqual({ all: 2, amd64: 3 });
    const failure = await failureOf(
      buildFiles(freshPath(), { 'all/a.jsonl': asLines([tool]) }, 'inputs: [<arch>/a.jsonl]'),
    );
    expect(failure.problems.map(({ message }) => message)).toEqual([
      'field "arch": expected all, as in the path, found amd64',
    ]);
  });

  it('has a combined file of all', async () => {
    const out = freshPath();
    await buildTree(out, [docs, tool], 'combined: [all]');
    expect(gunzipByShell(join(out, 'combined.jsonl.gz')).toString()).toMatch(/^[^\n]*"name":"docs"[^\n]*\n$/);
  });

  it('is the same tree as before if paths name every arch', async () => {
    const out = freshPath();
    await build({ input: DEBIAN, out });
    expect(Object.keys(summariesOf(out))).toEqual(['amd64', 'amd64/free', 'arm64', 'arm64/free']);
    // The index names everything else by its digest.
    expect(digestsOf(out)['index.json']).toBe('2464dcf6f3589e9f0a8823c96bd990bcce2f057fc67e562ad761dd34acb972db');
  });
});

describe('a copy of packages for every arch', () => {
  it('moves from all to its arch and back, and one of a different arch stays with all', async () => {
    const [tree, amd64, arm64] = [freshPath(), freshPath(), freshPath()];
    await buildTree(tree, [docs]);
    expect([await pullInto(amd64, tree, 'amd64'), await pullInto(arm64, tree, 'arm64')]).toEqual([['all'], ['all']]);

    await buildTree(tree, [docs, tool]);
    expect([await pullInto(amd64, tree), await pullInto(arm64, tree)]).toEqual([['amd64'], ['all']]);
    expect([await namesIn(amd64, 'amd64'), await namesIn(arm64, 'arm64')]).toEqual([['docs', 'tool'], ['docs']]);

    await buildTree(tree, [docs, manual]);
    expect([await pullInto(amd64, tree), await pullInto(arm64, tree)]).toEqual([['all'], ['all']]);
    expect([await namesIn(amd64, 'amd64'), await namesIn(arm64, 'arm64')]).toEqual([
      ['docs', 'manual'],
      ['docs', 'manual'],
    ]);
    expect(onlyLayout(await verify({ tree }))).toMatchObject({ findings: [], version: 3 });
  });

  it('fetches a delta of all when an arch comes and a package for every arch changes', async () => {
    const [tree, cache] = [freshPath(), freshPath()];
    const many = Array.from({ length: 300 }, (_, i) => sampleRecord(`package-${i}`, '1.0', 'all'));
    await buildTree(tree, many);
    await pullInto(cache, tree, 'arm64');
    await buildTree(tree, [tool, { ...docs }, ...many]);
    const report = await pull({ source: directorySource(tree), store: directoryStore(cache) });
    expect(report.files.map(({ how }) => how)).toEqual(['full', 'delta']);
    expect(await namesIn(cache, 'arm64')).toHaveLength(301);
  });

  it('of everything has every arch that comes, and none that goes without a trace', async () => {
    const [tree, cache] = [freshPath(), freshPath()];
    await buildTree(tree, [docs]);
    expect(await pullInto(cache, tree)).toEqual(['all']);
    await buildTree(tree, [docs, tool]);
    expect(await pullInto(cache, tree)).toEqual(['all', 'amd64']);
    expect([await namesIn(cache, 'amd64'), await namesIn(cache, 'riscv64')]).toEqual([['docs', 'tool'], ['docs']]);
    await buildTree(tree, [docs]);
    expect(await pullInto(cache, tree)).toEqual(['all']);
    expect(await namesIn(cache, 'amd64')).toEqual(['docs']);
  });

  it('is kept as it is if the last package for its arch goes and there is no all', async () => {
    const [tree, cache] = [freshPath(), freshPath()];
    await buildTree(tree, [tool, sampleRecord('tool', '1.0', 'arm64')]);
    await pullInto(cache, tree, 'arm64');
    const before = stateOf(cache);
    await buildTree(tree, [tool]);
    expect(await failureOf(pullInto(cache, tree))).toMatchObject({
      code: 'not-found',
      message: 'arm64: no longer published; found amd64',
    });
    expect(stateOf(cache)).toEqual(before);
    await buildTree(tree, [tool, docs]);
    expect(await pullInto(cache, tree)).toEqual(['all']);
    expect(await namesIn(cache, 'arm64')).toEqual(['docs']);
  });
});
