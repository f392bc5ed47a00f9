import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { layouts } from '../../../src/layouts/layouts.ts';
import { LOCK_NAME, TEMPORARY_PREFIX } from '../../../src/platform/files/write-files.ts';
import { directoryTree, lockDirectory, readableDirectory } from '../../../src/publish/directory-tree.ts';
import type { Content } from '../../../src/publish/tree.ts';
import { listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let count = 0;

function newDirectory(files: Readonly<Record<string, string>> = {}): string {
  return writeFiles(join(workspace, `${count++}`), files);
}

describe('a directory tree', () => {
  it('creates no directory before the first write', async () => {
    const directory = join(workspace, 'later');
    const tree = directoryTree(directory);
    expect(await tree.list()).toEqual([]);
    expect(await tree.read('index.json', 10)).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
    await tree.create('summaries/a', encodeText('x'));
    expect(listPaths(directory)).toEqual(['summaries/a']);
  });

  it.each(['create', 'replace'] as const)('puts bytes at a path and leaves nothing else: %s', async (verb) => {
    const directory = newDirectory({ 'a/old': 'old' });
    const tree = directoryTree(directory);
    await tree[verb]('a/old', encodeText('changed'));
    await tree[verb]('new', encodeText(''));
    expect(listPaths(directory)).toEqual(['a/old', 'new']);
    expect(readFileSync(join(directory, 'a/old'), 'utf8')).toBe('changed');
  });

  it.each<[string, Content]>([
    ['at once', encodeText('same')],
    ['in parts', [encodeText('sa'), encodeText(''), encodeText('me')]],
  ])('leaves a file in place if it already has the bytes, %s', async (_title, content) => {
    const directory = newDirectory({ 'a/file': 'same' });
    const before = stateOf(directory)['a/file'];
    await directoryTree(directory).create('a/file', content);
    expect(stateOf(directory)['a/file']).toBe(before);
    expect(listPaths(directory)).toEqual(['a/file']);
  });

  it.each(['create', 'replace'] as const)('leaves nothing behind if a part cannot be made: %s', async (verb) => {
    const directory = newDirectory({ 'a/file': 'old' });
    const before = stateOf(directory)['a/file'];
    function* failing(): Generator<Uint8Array> {
      yield encodeText('ne');
      throw new Error('no more parts');
    }
    await expect(directoryTree(directory)[verb]('a/file', failing())).rejects.toThrow('no more parts');
    expect(stateOf(directory)['a/file']).toBe(before);
    expect(listPaths(directory)).toEqual(['a/file']);
  });

  it('repairs a file that has different bytes of the same length', async () => {
    const directory = newDirectory({ file: 'sAme' });
    await directoryTree(directory).create('file', encodeText('same'));
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('same');
  });

  it('lists every file with its size, hidden ones too', async () => {
    const tree = directoryTree(newDirectory({ '.hidden': 'x', 'a/b/c': 'xyz', empty: '' }));
    expect([...(await tree.list())].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: '.hidden', size: 1 },
      { path: 'a/b/c', size: 3 },
      { path: 'empty', size: 0 },
    ]);
  });

  it('lists the files of a directory that is a link, if it is named', async () => {
    const elsewhere = newDirectory({ a: 'x' });
    const directory = newDirectory({ 'b/c': 'xy' });
    symlinkSync(elsewhere, join(directory, 'summaries'));
    symlinkSync(directory, join(directory, 'loop'));
    symlinkSync('itself', join(directory, 'itself'));
    const files = await directoryTree(directory).list(['summaries']);
    expect(files.map(({ path }) => path).sort()).toEqual(['itself', 'loop', 'summaries/a']);
  });

  it('removes a file, and its directory if that is empty, and does nothing for a missing file', async () => {
    const directory = newDirectory({ 'a/one': 'x', 'b/one': 'x', 'b/two': 'x' });
    const tree = directoryTree(directory);
    for (const path of ['a/one', 'b/one', 'b/never']) await tree.remove(path);
    expect(existsSync(join(directory, 'a'))).toBe(false);
    expect(listPaths(directory)).toEqual(['b/two']);
  });

  it('reads a file of the greatest size and refuses one byte more', async () => {
    const tree = readableDirectory(newDirectory({ file: '1234' }));
    expect(await tree.read('file', 4)).toHaveLength(4);
    await expect(tree.read('file', 3)).rejects.toThrow(
      expect.objectContaining({ code: 'format', message: expect.stringContaining('at most 3 bytes, found 4') }),
    );
  });

  it.each(['missing', 'missing/file', 'file/below', 'FILE'])('has nothing at %s', async (path) => {
    const tree = readableDirectory(newDirectory({ file: 'x' }));
    expect(await tree.read(path, 10)).toBeUndefined();
    expect(await tree.has(path)).toBe(false);
    expect(await tree.has('file')).toBe(true);
  });

  it('reports that a directory in the place of a file cannot be read', async () => {
    const tree = readableDirectory(newDirectory({ 'index.json/file': 'x' }));
    await expect(tree.read('index.json', 10)).rejects.toThrow(expect.objectContaining({ code: 'transport' }));
  });

  it('reports that a file in the place of a directory cannot be written into', async () => {
    const directory = newDirectory({ summaries: 'x' });
    const writing = directoryTree(directory).create('summaries/a', encodeText('x'));
    await expect(writing).rejects.toThrow(expect.objectContaining({ code: 'transport' }));
    expect(listPaths(directory)).toEqual(['summaries']);
  });
});

describe('locking a directory', () => {
  it('keeps a second build out until the first is done', async () => {
    const directory = newDirectory();
    const { release } = await lockDirectory(directory, layouts);
    await expect(lockDirectory(directory, layouts)).rejects.toThrow(
      expect.objectContaining({ code: 'conflict', message: expect.stringContaining('another build is writing here') }),
    );
    await release();
    const again = await lockDirectory(directory, layouts);
    await again.release();
  });

  it('that was lost in the meantime prevents replacing and removing files: the build that has it now may need them', async () => {
    const directory = newDirectory({ 'index.json': '{}', 'summaries/old': 'x' });
    const { tree, release } = await lockDirectory(directory, layouts);
    await tree.create('summaries/new', encodeText('x'));
    writeFileSync(join(directory, LOCK_NAME), 'repomill 1 2 elsewhere 3 4\n');
    const lost = { code: 'conflict', path: directory, message: 'lost the lock to a different build' };
    await expect(tree.replace('index.json', encodeText('[]'))).rejects.toMatchObject(lost);
    await expect(tree.remove('summaries/old')).rejects.toMatchObject(lost);
    await release();
    expect(listPaths(directory)).toEqual([LOCK_NAME, 'index.json', 'summaries/new', 'summaries/old']);
  });

  it('does not wait for a silent build elsewhere once the signal is aborted', async () => {
    const directory = newDirectory({ [LOCK_NAME]: 'repomill 1 2 elsewhere 3 4\n' });
    const waiting = lockDirectory(directory, layouts, { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('removes only the leftovers of an interrupted build', async () => {
    const temporary = `${TEMPORARY_PREFIX}1-0`;
    const directory = newDirectory({
      [temporary]: 'x',
      [`summaries/${temporary}`]: 'x',
      [`x${temporary}`]: 'x',
      'index.json': '{}',
    });
    const { release } = await lockDirectory(directory, layouts);
    await release();
    expect(listPaths(directory)).toEqual(['index.json', `x${temporary}`]);
  });
});
