import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiles } from '../../../../src/platform/files/list-files.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

describe('the files of a directory', () => {
  it('are listed in the order of their paths, with their sizes, and without hidden ones', async () => {
    const directory = writeFiles(freshPath(), { 'b/c': 'xx', a: 'x', 'b.d': '', '.hidden': 'x', '.git/config': 'x' });
    expect(await listFiles(directory)).toEqual({
      files: [
        { path: 'a', size: 1 },
        { path: 'b.d', size: 0 },
        { path: 'b/c', size: 2 },
      ],
      problems: [],
    });
  });

  it('include those that links lead to', async () => {
    const [directory, elsewhere] = [writeFiles(freshPath(), { a: 'x' }), writeFiles(freshPath(), { 'd/e': 'xyz' })];
    symlinkSync('a', join(directory, 'b'));
    symlinkSync(elsewhere, join(directory, 'c'));
    expect((await listFiles(directory)).files).toEqual([
      { path: 'a', size: 1 },
      { path: 'b', size: 1 },
      { path: 'c/d/e', size: 3 },
    ]);
  });

  it('do not include what a bad link leads to, which is a problem', async () => {
    const directory = writeFiles(freshPath(), { a: '', 'd/e/f': '' });
    symlinkSync('nowhere', join(directory, 'broken'));
    symlinkSync('itself', join(directory, 'itself'));
    symlinkSync('../..', join(directory, 'd/e/up'));
    const { files, problems } = await listFiles(directory);
    expect(files.map(({ path }) => path)).toEqual(['a', 'd/e/f']);
    expect(problems.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      { file: 'broken', message: 'broken symbolic link: no such file or directory' },
      { file: 'd/e/up', message: 'symbolic link to a directory that contains it' },
      { file: 'itself', message: 'broken symbolic link: too many symbolic links encountered' },
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'whose names are not UTF-8 are problems, and hide no other file',
    async () => {
      const directory = writeFiles(freshPath(), { a: 'x', 'd/b': 'xx' });
      const latin1 = (name: string): Buffer => Buffer.from(join(directory, name), 'latin1');
      writeFileSync(latin1('h\u00e9'), '');
      mkdirSync(latin1('d/\u00e9t\u00e9'));
      const { files, problems } = await listFiles(directory);
      expect(files.map(({ path }) => path)).toEqual(['a', 'd/b']);
      expect(problems.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
        { file: 'd/\ufffdt\ufffd', message: 'cannot read: the name is not UTF-8' },
        { file: 'h\ufffd', message: 'cannot read: the name is not UTF-8' },
      ]);
    },
  );

  it('that no pattern leads to are not looked for: a folder with a bad link in it is not entered', async () => {
    const directory = writeFiles(freshPath(), { 'small/a': 'x', 'large/b': 'x', 'large/deep/c': '' });
    const elsewhere = writeFiles(freshPath(), { d: '' });
    for (const folder of [join(directory, 'large'), join(directory, 'large/deep'), elsewhere]) {
      symlinkSync('nowhere', join(folder, 'broken'));
    }
    symlinkSync(elsewhere, join(directory, 'link'));
    const patterns = (below: string): readonly string[] =>
      below === '' ? ['*', '[s]mall/*'] : below === 'link' ? [] : ['**/*'];
    expect(await listFiles(directory, patterns)).toEqual({ files: [{ path: 'small/a', size: 1 }], problems: [] });
    expect((await listFiles(directory)).problems.map(({ file }) => file).sort()).toEqual([
      'large/broken',
      'large/deep/broken',
      'link/broken',
    ]);
  });

  it('in a directory that is listed are all followed, whether a pattern matches them or not', async () => {
    const directory = writeFiles(freshPath(), { 'small/a': '' });
    symlinkSync('nowhere', join(directory, 'small/broken'));
    expect((await listFiles(directory, () => ['*', 'small/*'])).problems.map(({ file }) => file)).toEqual([
      'small/broken',
    ]);
  });
});

describe('a directory that cannot be listed', () => {
  it('is an error with its path', async () => {
    const [missing, directory] = [freshPath(), writeFiles(freshPath(), { file: '' })];
    await expect(listFiles(missing)).rejects.toMatchObject({
      code: 'not-found',
      path: missing,
      message: 'no such directory',
    });
    const file = join(directory, 'file');
    await expect(listFiles(file)).rejects.toMatchObject({
      code: 'not-found',
      path: file,
      message: 'expected a directory, found a file',
    });
    mkdirSync(join(directory, 'empty'));
    expect(await listFiles(join(directory, 'empty'))).toEqual({ files: [], problems: [] });
  });
});
