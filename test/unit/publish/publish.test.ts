import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../src/bytes/bytes.ts';
import type { PackageFile } from '../../../src/model/package-file.ts';
import { silent } from '../../../src/model/progress.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';
import { type IncomingFile, verifiedChunks } from '../../../src/publish/incoming-file.ts';
import { publish } from '../../../src/publish/publish.ts';
import { type Content, partsOf, type Tree, type TreeEntry } from '../../../src/publish/tree.ts';
import { type MutableFile, mutableFile, type PlannedFile, type TreePlan } from '../../../src/publish/tree-plan.ts';

interface LoggedTree {
  readonly tree: Tree;
  readonly files: Map<string, string>;
  readonly log: string[];
}

/** A tree in memory that writes down what was done to it. */
function loggedTree(content: Readonly<Record<string, string>> = {}): LoggedTree {
  const files = new Map(Object.entries(content));
  const log: string[] = [];
  const put = (verb: string) => async (path: string, content: Content) => {
    log.push(`${verb} ${path}`);
    files.set(path, Buffer.concat([...partsOf(content)]).toString());
  };
  const tree: Tree = {
    location: 'memory',
    has: async (path) => files.has(path),
    holds: async (path, size) => files.get(path)?.length === size,
    chunks: (path) => chunksOf(files.get(path) ?? ''),
    look: (path) => entryOf(files.get(path)),
    place: async (placed) => {
      log.push(`place ${placed.path}`);
      let text = '';
      for await (const chunk of verifiedChunks(placed)) text += decodeText(chunk);
      files.set(placed.path, text);
      return placed.link === undefined ? 'copied' : 'linked';
    },
    read: async (path) => {
      const text = files.get(path);
      return text === undefined ? undefined : encodeText(text);
    },
    list: async () => [...files].map(([path, text]) => ({ path, size: encodeText(text).length })),
    create: put('create'),
    replace: put('replace'),
    remove: async (path) => {
      log.push(`remove ${path}`);
      files.delete(path);
    },
  };
  return { tree, files, log };
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield encodeText(text);
}

function entryOf(text: string | undefined): TreeEntry | undefined {
  if (text === undefined) return undefined;
  return { kind: 'file', size: text.length, digest: async () => digestOf(encodeText(text)) };
}

function packageFile(path: string, text: string): PackageFile {
  return { path, size: text.length, sha256: digestOf(encodeText(text)) };
}

function placed(path: string, text: string, more: Partial<IncomingFile> = {}): IncomingFile {
  return { ...packageFile(path, text), replaces: false, chunks: () => chunksOf(text), ...more };
}

function file(path: string, text: string): PlannedFile {
  return { path, size: text.length, content: async () => encodeText(text) };
}

/** A file whose content must not be asked for. */
function unasked(path: string, size?: number): PlannedFile {
  const content = async (): Promise<Uint8Array> => {
    throw new Error(`${path} was asked for`);
  };
  return { path, ...(size === undefined ? {} : { size }), content };
}

/** A mutable file whose digest says enough. */
function unmade(path: string, text: string): MutableFile {
  return { ...unasked(path), sha256: digestOf(encodeText(text)) };
}

function plan(files: readonly PlannedFile[], { mutable = [], ...more }: Partial<TreePlan> = {}): TreePlan {
  return {
    files,
    mutable: [...mutable, mutableFile('index', encodeText('the index'))],
    directories: ['own', 'a', 'b'],
    owns: (path) => path.startsWith('own/'),
    ...more,
  };
}

describe('publish', () => {
  it('writes immutable files, then mutable ones, the index last, and then prunes', async () => {
    const { tree, log } = loggedTree({ 'own/old': 'x' });
    const files = Array.from({ length: 20 }, (_, i) => file(`own/${i}`, 'x'));
    await publish(plan(files, { mutable: [file('mutable', 'x')] }), tree, { progress: silent });
    expect(log.slice(0, 20).toSorted()).toEqual(files.map(({ path }) => `create ${path}`).toSorted());
    expect(log.slice(20)).toEqual(['replace mutable', 'replace index', 'remove own/old']);
  });

  it('writes nothing to a complete tree, and makes no content', async () => {
    const { tree, log } = loggedTree({ 'own/a': 'abc', mutable: 'm', index: 'the index' });
    const done = await publish(plan([unasked('own/a', 3)], { mutable: [unmade('mutable', 'm')] }), tree, {
      progress: silent,
    });
    expect(done).toMatchObject({ written: [], pruned: [], kept: 1 });
    expect(log).toEqual([]);
  });

  it('writes a file once if it is planned twice', async () => {
    const { tree, log } = loggedTree();
    const { written, kept } = await publish(plan([file('a/1', 'one'), file('a/1', 'one')]), tree, { progress: silent });
    expect(log).toEqual(['create a/1', 'replace index']);
    expect({ files: written.length, kept }).toEqual({ files: 2, kept: 0 });
  });

  it('takes an existing immutable file of unknown size as complete', async () => {
    const { tree, log } = loggedTree({ 'own/a': 'abc', index: 'the index' });
    await publish(plan([unasked('own/a')]), tree, { progress: silent });
    expect(log).toEqual([]);
  });

  it.each([
    ['the same bytes', 'm', []],
    ['different bytes of the same size', 'x', ['replace mutable']],
    ['fewer bytes', '', ['replace mutable']],
  ])('compares a mutable file without a digest by its content: %s', async (_title, found, expected) => {
    const { tree, log } = loggedTree({ mutable: found, index: 'the index' });
    const mutable = { path: 'mutable', content: async () => encodeText('m') };
    await publish(plan([], { mutable: [mutable] }), tree, { progress: silent });
    expect(log).toEqual(expected);
  });

  it.each([
    ['shorter', 'ab'],
    ['longer', 'abcd'],
    ['empty', ''],
  ])('writes a file again that is %s than planned', async (_title, damaged) => {
    const { tree, files } = loggedTree({ 'own/a': damaged, index: 'the index' });
    const { written, kept } = await publish(plan([file('own/a', 'abc')]), tree, { progress: silent });
    expect(files.get('own/a')).toBe('abc');
    expect({ written, kept }).toEqual({ written: [{ path: 'own/a', size: 3 }], kept: 0 });
  });

  it('replaces an index of the same length and other bytes', async () => {
    const { tree, files } = loggedTree({ index: 'THE index' });
    const { written } = await publish(plan([]), tree, { progress: silent });
    expect(files.get('index')).toBe('the index');
    expect(written).toEqual([{ path: 'index', size: 9 }]);
  });

  it('leaves the old index and every old file if content cannot be made', async () => {
    const { tree, files, log } = loggedTree({ 'own/old': 'x', index: 'old' });
    await expect(publish(plan([unasked('own/new')]), tree, { progress: silent })).rejects.toThrow(
      'own/new was asked for',
    );
    expect(log).toEqual([]);
    expect([...files.keys()]).toEqual(['own/old', 'index']);
  });

  it('has no running work left when it fails', async () => {
    const { tree, log } = loggedTree();
    const slow = async (path: string, content: Content) => {
      await new Promise((resolve) => setImmediate(resolve));
      await tree.create(path, content);
    };
    const files = [unasked('own/bad'), ...Array.from({ length: 50 }, (_, i) => file(`own/${i}`, 'x'))];
    await expect(publish(plan(files), { ...tree, create: slow }, { progress: silent })).rejects.toThrow('own/bad');
    const written = log.length;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(log).toHaveLength(written);
  });

  it('leaves the old index if a mutable file cannot be made', async () => {
    const { tree, files } = loggedTree({ 'own/old': 'x', index: 'old' });
    await expect(publish(plan([], { mutable: [unasked('mutable')] }), tree, { progress: silent })).rejects.toThrow(
      'mutable',
    );
    expect(files.get('index')).toBe('old');
    expect(files.has('own/old')).toBe(true);
  });

  it('writes a file for hosts only if there is none of its name, and never prunes it', async () => {
    const hostFiles = [{ path: '.nojekyll', content: async () => encodeText('') }];
    const { tree, log } = loggedTree({ index: 'the index' });
    const first = await publish(plan([], { hostFiles }), tree, { progress: silent });
    expect(first.written).toEqual([{ path: '.nojekyll', size: 0 }]);
    expect(await publish(plan([]), tree, { progress: silent })).toMatchObject({ written: [], pruned: [] });
    expect(log).toEqual(['create .nojekyll']);
    const other = loggedTree({ index: 'the index', '.nojekyll': 'mine' });
    await publish(plan([], { hostFiles }), other.tree, { progress: silent });
    expect(other.log).toEqual([]);
  });

  it('reports the files of the tree: those of the plan, and whatever is in its directories', async () => {
    const { tree } = loggedTree({ 'own/old': 'x', 'own/kept': 'xx', 'a/foreign': 'xxx', README: 'x', index: 'old' });
    const { files } = await publish(plan([file('own/kept', 'xx'), file('own/new', 'xy')]), tree, { progress: silent });
    expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'a/foreign', size: 3 },
      { path: 'index', size: 9 },
      { path: 'own/kept', size: 2 },
      { path: 'own/new', size: 2 },
    ]);
  });

  it('reports its progress, in which the list of package files is not a file to write', async () => {
    const told: unknown[] = [];
    const progress = {
      start: (...all: readonly unknown[]) => void told.push(all),
      advance: (amount: number) => void told.push(amount),
      cacheLookup: () => undefined,
      warn: () => undefined,
      download: () => undefined,
    };
    const packages = { list: file('own/list', 'x'), files: [], missing: [placed('pool/a', 'new')], obsolete: [] };
    const planned = plan([file('own/a', 'x'), file('own/b', 'x')], { packages });
    await publish(planned, loggedTree({ 'own/a': 'x' }).tree, { progress });
    expect(told).toEqual([['copying', 3, 'bytes'], 3, ['writing', 1, 'files'], 1]);
  });
});

describe('pruning', () => {
  it.each([
    ['an own file that no plan names', 'own/old', true],
    ['a foreign file', 'stranger', false],
    ['a planned file', 'own/kept', false],
    ['a planned mutable file', 'own/mutable', false],
    ['an entry point', 'own/index', false],
  ])('of %s: %s, %s', async (_title, path, pruned) => {
    const { tree, files } = loggedTree({ [path]: 'x' });
    const mutable = ['own/mutable', 'own/index'].map((name) => mutableFile(name, encodeText('x')));
    const planned = plan([file('own/kept', 'x')], { mutable });
    expect((await publish(planned, tree, { progress: silent })).pruned).toEqual(pruned ? [path] : []);
    expect(files.has(path)).toBe(!pruned);
  });

  it('happens even if there is nothing else to do', async () => {
    const { tree, log } = loggedTree({ 'own/old': 'x', index: 'the index' });
    expect(await publish(plan([]), tree, { progress: silent })).toMatchObject({
      written: [],
      pruned: ['own/old'],
      kept: 0,
    });
    expect(log).toEqual(['remove own/old']);
  });
});

describe('the files of packages', () => {
  const list = file('own/list', 'the list');

  it('are placed after their list and before everything else, and removed before anything is pruned', async () => {
    const { tree, log } = loggedTree({ 'pool/old': 'old', 'own/old': 'x' });
    const packages = {
      list,
      files: [packageFile('pool/new', 'new')],
      missing: [placed('pool/new', 'new')],
      obsolete: [packageFile('pool/old', 'old')],
    };
    const done = await publish(plan([file('own/a', 'a')], { packages }), tree, { progress: silent });
    expect(log).toEqual([
      'create own/list',
      'place pool/new',
      'create own/a',
      'replace index',
      'remove pool/old',
      'remove own/old',
    ]);
    expect(done.packages).toEqual({ copied: [packageFile('pool/new', 'new')], linked: [], removed: ['pool/old'] });
    expect(done.written).toEqual([
      { path: 'own/list', size: 8 },
      { path: 'own/a', size: 1 },
      { path: 'index', size: 9 },
    ]);
    expect(done.pruned).toEqual(['own/old']);
  });

  it('stay where a different program has changed them, with a warning', async () => {
    const { tree, files, log } = loggedTree({
      'own/list': 'the list',
      'pool/a': 'xxx',
      'pool/b': 'longer',
      index: 'the index',
    });
    const obsolete = ['pool/a', 'pool/b', 'pool/gone'].map((path) => packageFile(path, 'old'));
    const warnings: string[] = [];
    const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
    const done = await publish(plan([], { packages: { list, files: [], missing: [], obsolete } }), tree, { progress });
    expect(log).toEqual([]);
    expect([...files.keys()]).toEqual(['own/list', 'pool/a', 'pool/b', 'index']);
    expect(done.packages.removed).toEqual([]);
    const why = 'not removed, because it is no longer what repomill published';
    expect(warnings).toEqual([`memory/pool/a: ${why}`, `memory/pool/b: ${why}`]);
  });

  it('that change while they are copied leave the old index', async () => {
    const { tree, files } = loggedTree({ index: 'old' });
    const missing = [placed('pool/a', 'as planned', { chunks: () => chunksOf('different!') })];
    const publishing = publish(plan([], { packages: { list, files: [], missing, obsolete: [] } }), tree, {
      progress: silent,
    });
    await expect(publishing).rejects.toMatchObject({
      code: 'conflict',
      path: 'pool/a',
      message: 'changed while this build was running',
    });
    expect(files.get('index')).toBe('old');
    expect(files.has('pool/a')).toBe(false);
  });

  it('are refused where the file system takes two paths for one', async () => {
    const { tree, files } = loggedTree({ index: 'old' });
    const has = async (path: string) => [...files.keys()].some((name) => name.toLowerCase() === path.toLowerCase());
    const missing = [placed('pool/Foo', 'one'), placed('pool/foo', 'two')];
    const publishing = publish(
      plan([], { packages: { list, files: [], missing, obsolete: [] } }),
      { ...tree, has },
      { progress: silent },
    );
    await expect(publishing).rejects.toMatchObject({
      code: 'conflict',
      path: 'memory/pool/foo',
      message: 'exists under a path that this file system does not tell apart from this one',
    });
    expect(files.get('pool/Foo')).toBe('one');
  });

  it('replace what is damaged, and warn of copies where links were wanted', async () => {
    const { tree, files } = loggedTree({ 'pool/a': 'dam', index: 'the index' });
    const link = { file: '/a', stamp: { size: 3, text: '', changedAt: 0n } };
    const missing = [placed('pool/b', 'bbb', { link }), placed('pool/a', 'aaa', { link, replaces: true })];
    const warnings: string[] = [];
    const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
    const copying = { ...tree, place: async (one: IncomingFile) => (await tree.place(one)) && ('copied' as const) };
    const done = await publish(plan([], { packages: { list, files: [], missing, obsolete: [] } }), copying, {
      progress,
    });
    expect(files.get('pool/a')).toBe('aaa');
    expect(done.packages.copied.map(({ path }) => path)).toEqual(['pool/a', 'pool/b']);
    expect(warnings).toEqual([
      '2 package files were copied, not linked, such as pool/a: no link could be made, or the original has other read permissions',
    ]);
  });
});
