import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { silent } from '../../../src/model/progress.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';
import { publish } from '../../../src/publish/publish.ts';
import { type Content, partsOf, type Tree } from '../../../src/publish/tree.ts';
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

  it('reports its progress', async () => {
    const told: unknown[] = [];
    const progress = {
      start: (...all: readonly unknown[]) => void told.push(all),
      advance: (amount: number) => void told.push(amount),
      cacheLookup: () => undefined,
      warn: () => undefined,
      download: () => undefined,
    };
    await publish(plan([file('own/a', 'x'), file('own/b', 'x')]), loggedTree({ 'own/a': 'x' }).tree, { progress });
    expect(told).toEqual([['writing', 1, 'files'], 1]);
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
