import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { layouts } from '../../../src/layouts/layouts.ts';
import { fileStampOf } from '../../../src/platform/files/file-stamp.ts';
import { LOCK_NAME, TEMPORARY_PREFIX } from '../../../src/platform/files/write-files.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';
import { directoryTree, lockDirectory, readableDirectory } from '../../../src/publish/directory-tree.ts';
import type { IncomingFile } from '../../../src/publish/incoming-file.ts';
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

describe('a package in a directory tree', () => {
  const content = encodeText('content');
  const file = (path: string, more: Partial<IncomingFile> = {}): IncomingFile => {
    async function* chunks(): AsyncGenerator<Uint8Array, void> {
      yield content.subarray(0, 3);
      yield content.subarray(3);
    }
    return { path, size: 7, sha256: digestOf(content), replaces: false, chunks, ...more };
  };
  const linkTo = (path: string) => ({ file: path, stamp: fileStampOf(statSync(path, { bigint: true })) });

  it('is copied, in directories that are made for it', async () => {
    const directory = newDirectory();
    expect(await directoryTree(directory).place(file('pool/a/b.deb'))).toBe('copied');
    expect(readFileSync(join(directory, 'pool/a/b.deb'), 'utf8')).toBe('content');
    expect(listPaths(directory)).toEqual(['pool/a/b.deb']);
  });

  it.each<[string, Partial<IncomingFile>]>([
    ['different bytes', { sha256: digestOf(encodeText('other')) }],
    ['more bytes', { size: 6 }],
    ['fewer bytes', { size: 8 }],
  ])('is refused if it has %s than planned, and nothing is left', async (_title, more) => {
    const directory = newDirectory();
    await expect(directoryTree(directory).place(file('pool/a', more))).rejects.toMatchObject({
      code: 'conflict',
      path: 'pool/a',
      message: 'changed while this build was running',
      hint: 'run this build again',
    });
    expect(listPaths(directory)).toEqual([]);
  });

  it('is linked if it may be, and copied if not everyone may read it', async () => {
    const source = newDirectory({ a: 'content', b: 'content' });
    chmodSync(join(source, 'b'), 0o640);
    const tree = directoryTree(newDirectory());
    expect(await tree.place(file('pool/a', { link: linkTo(join(source, 'a')) }))).toBe('linked');
    expect(await tree.place(file('pool/b', { link: linkTo(join(source, 'b')) }))).toBe('copied');
    expect(statSync(join(tree.location, 'pool/a')).ino).toBe(statSync(join(source, 'a')).ino);
    expect(statSync(join(tree.location, 'pool/b')).ino).not.toBe(statSync(join(source, 'b')).ino);
  });

  it('is copied if a mode was asked for that lets fewer read it than the original does', async () => {
    const source = newDirectory({ a: 'content' });
    chmodSync(join(source, 'a'), 0o644);
    const place = (mode: number, resets: boolean): Promise<string> =>
      directoryTree(newDirectory(), { file: mode, directory: 0o755, resets }).place(
        file('pool/a', { link: linkTo(join(source, 'a')) }),
      );
    expect(await place(0o600, true)).toBe('copied');
    expect(await place(0o640, true)).toBe('copied');
    expect(await place(0o664, true)).toBe('linked');
    expect(await place(0o600, false)).toBe('linked');
  });

  it('is not linked if it has changed since it was hashed, or is gone', async () => {
    const source = newDirectory({ a: 'content', b: 'content' });
    const [a, b] = ['a', 'b'].map((name) => file(`pool/${name}`, { link: linkTo(join(source, name)) }));
    writeFileSync(join(source, 'a'), 'changed!');
    rmSync(join(source, 'b'));
    const tree = directoryTree(newDirectory());
    for (const one of [a, b]) {
      await expect(tree.place(one ?? file(''))).rejects.toMatchObject({ code: 'conflict', path: one?.path });
    }
    expect(listPaths(tree.location)).toEqual([]);
  });

  it('is seen as a file with size and digest, or as something else', async () => {
    const directory = newDirectory({ 'pool/a': 'content', file: '' });
    symlinkSync('nowhere', join(directory, 'broken'));
    const tree = directoryTree(directory);
    expect(tree.look('pool/a')).toMatchObject({ kind: 'file', size: 7 });
    expect(await tree.look('pool/a')?.digest()).toBe(digestOf(content));
    expect(['pool', 'broken', 'file/below'].map((path) => tree.look(path)?.kind)).toEqual(['other', 'other', 'other']);
    expect(['none', 'none/below', 'pool/b'].map((path) => tree.look(path))).toEqual([undefined, undefined, undefined]);
    const sizes: readonly [string, number][] = [
      ['pool/a', 7],
      ['pool/a', 8],
      ['pool', 7],
      ['none', 0],
    ];
    expect(await Promise.all(sizes.map(([path, size]) => tree.holds(path, size)))).toEqual([true, false, false, false]);
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
