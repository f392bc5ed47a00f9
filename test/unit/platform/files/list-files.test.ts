import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FolderView, successiveViews } from '../../../../src/platform/files/folder-view.ts';
import { type FileList, type FileSelection, type Lead, listFiles } from '../../../../src/platform/files/list-files.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const everyFile: FileSelection<string> = { select: () => 'all', leadsInto: () => 'anywhere' };

const isOneOf =
  (...paths: readonly string[]) =>
  (path: string): string | undefined =>
    paths.includes(path) ? 'chosen' : undefined;

/** Lists all files, without their reasons. */
async function listAll(directory: string): Promise<unknown> {
  const { files, ...rest } = await listFiles(directory, everyFile);
  return { files: files.map(({ path, size }) => ({ path, size })), ...rest };
}

const leadTo = (path: string, directory: string): Lead | undefined => (path === directory ? 'named' : undefined);

describe('the files of a directory', () => {
  it('are listed in the order of their paths, with their sizes, and without hidden ones', async () => {
    const directory = writeFiles(freshPath(), { 'b/c': 'xx', a: 'x', 'b.d': '', '.hidden': 'x', '.git/config': 'x' });
    expect(await listAll(directory)).toEqual({
      files: [
        { path: 'a', size: 1 },
        { path: 'b.d', size: 0 },
        { path: 'b/c', size: 2 },
      ],
      problems: [],
      warnings: [],
    });
  });

  it.skipIf(process.platform === 'win32')('may be in directories of any name', async () => {
    const names = [
      '[a]',
      'a\nb',
      '(x)',
      '!x',
      'a b',
      '{x,y}',
      '**',
      '*',
      'é',
      '-',
      '+(a)',
      '?',
      "'q'",
      '$',
      '#',
      'a/[b]/c',
    ];
    const paths = names.map((name) => `${name}/file`).sort();
    const directory = writeFiles(freshPath(), Object.fromEntries(paths.map((path) => [path, ''])));
    for (const shown of [directory, `${directory}/`, relative(process.cwd(), directory)]) {
      const { files, problems } = await listFiles(shown, everyFile);
      expect(problems).toEqual([]);
      expect(files.map(({ path }) => path)).toEqual(paths);
    }
  });

  it.skipIf(process.platform === 'win32')('may be below the root of the file system', async () => {
    const directory = writeFiles(freshPath(), { 'd/e': 'x', link: 'x' });
    symlinkSync('d', join(directory, 'linked'));
    const below = relative('/', directory);
    const isOnTheWay = (path: string): boolean => `${below}/`.startsWith(`${path}/`) || path.startsWith(`${below}/`);
    const { files, problems } = await listFiles('/', {
      select: (path) => (path.startsWith(`${below}/`) ? 'all' : undefined),
      leadsInto: (path) => (isOnTheWay(path) ? 'named' : undefined),
      excludes: (realPath) => realPath === join(directory, 'link'),
    });
    expect(problems).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(['d/e', 'linked/e'].map((path) => `${below}/${path}`));
  });

  it('include those that links lead to', async () => {
    const [directory, elsewhere] = [writeFiles(freshPath(), { a: 'x' }), writeFiles(freshPath(), { 'd/e': 'xyz' })];
    symlinkSync('a', join(directory, 'b'));
    symlinkSync(elsewhere, join(directory, 'c'));
    expect(await listAll(directory)).toMatchObject({
      files: [
        { path: 'a', size: 1 },
        { path: 'b', size: 1 },
        { path: 'c/d/e', size: 3 },
      ],
    });
  });

  it('do not include what a bad link leads to, which is a problem, or a warning if it leads back', async () => {
    const directory = writeFiles(freshPath(), { a: '', 'd/e/f': '' });
    symlinkSync('nowhere', join(directory, 'broken'));
    symlinkSync('itself', join(directory, 'itself'));
    symlinkSync('../..', join(directory, 'd/e/up'));
    const { files, problems, warnings } = await listFiles(directory, everyFile);
    expect(files.map(({ path }) => path)).toEqual(['a', 'd/e/f']);
    expect(problems.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      { file: 'broken', message: 'broken symbolic link: no such file or directory' },
      { file: 'itself', message: 'broken symbolic link: too many symbolic links encountered' },
    ]);
    expect(warnings).toEqual([{ file: 'd/e/up', message: 'symbolic link to a directory that contains it; left out' }]);
  });

  it.skipIf(process.platform !== 'linux')(
    'whose names are not UTF-8 are problems, and hide no other file',
    async () => {
      const directory = writeFiles(freshPath(), { a: 'x', 'd/b': 'xx' });
      const latin1 = (name: string): Buffer => Buffer.from(join(directory, name), 'latin1');
      writeFileSync(latin1('h\u00e9'), '');
      mkdirSync(latin1('d/\u00e9t\u00e9'));
      const { files, problems } = await listFiles(directory, everyFile);
      expect(files.map(({ path }) => path)).toEqual(['a', 'd/b']);
      expect(problems.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
        { file: 'd/\ufffdt\ufffd', message: 'cannot read: the name is not UTF-8' },
        { file: 'h\ufffd', message: 'cannot read: the name is not UTF-8' },
      ]);
    },
  );

  it('are looked at once by two lists with successive views, each with its own choice', async () => {
    const directory = writeFiles(freshPath(), { 'a/x': 'xx', 'b/y': 'yyy' });
    const { first, second } = successiveViews();
    const listed = async (select: (path: string) => string | undefined, view: FolderView) =>
      (await listFiles(directory, { ...everyFile, select }, { view })).files.map(({ path, size }) => `${path} ${size}`);
    expect(await listed(isOneOf('a/x'), first)).toEqual(['a/x 2']);
    writeFiles(directory, { 'a/z': '' });
    expect(await listed(() => 'all', second)).toEqual(['a/x 2', 'b/y 3']);
    // What was seen is used once.
    expect(await listed(() => 'all', second)).toEqual(['a/x 2', 'a/z 0', 'b/y 3']);
  });

  it('are looked at anew where one that the first view saw is gone before it is looked at', async () => {
    const directory = writeFiles(freshPath(), { 'a/x': 'xx', 'a/y': 'yyy', 'b/w': '' });
    const { first, second } = successiveViews();
    await listFiles(directory, { select: isOneOf('a/x'), leadsInto: (path) => leadTo(path, 'a') }, { view: first });
    renameSync(join(directory, 'a/y'), join(directory, 'a/z'));
    const { files, problems } = await listFiles(directory, everyFile, { view: second });
    expect(files.map(({ path }) => path)).toEqual(['a/x', 'a/z', 'b/w']);
    expect(problems).toEqual([]);
  });

  it('that are not wanted are not looked at: nobody minds a bad link among them', async () => {
    const directory = writeFiles(freshPath(), { 'small/a': 'x', 'large/b': 'x', 'large/deep/c': '' });
    const elsewhere = writeFiles(freshPath(), { d: '' });
    for (const folder of [join(directory, 'large'), join(directory, 'large/deep'), elsewhere]) {
      symlinkSync('nowhere', join(folder, 'broken'));
    }
    symlinkSync(elsewhere, join(directory, 'link'));
    const selection = { select: isOneOf('small/a'), leadsInto: (path: string) => leadTo(path, 'small') };
    expect(await listFiles(directory, selection)).toEqual({
      files: [{ path: 'small/a', size: 1, reason: 'chosen' }],
      problems: [],
      warnings: [],
    });
    expect((await listFiles(directory, everyFile)).problems.map(({ file }) => file)).toEqual([
      'large/broken',
      'large/deep/broken',
      'link/broken',
    ]);
  });

  it('are a problem if a bad link has their name, or that of their directory, and a warning if it may have any', async () => {
    const directory = writeFiles(freshPath(), { a: '' });
    for (const name of ['file', 'named', 'any', 'other']) symlinkSync('nowhere', join(directory, name));
    const leads: Readonly<Record<string, Lead>> = { named: 'named', any: 'anywhere' };
    const { problems, warnings } = await listFiles(directory, {
      select: isOneOf('file'),
      leadsInto: (path) => leads[path],
    });
    const message = 'broken symbolic link: no such file or directory';
    expect(problems).toEqual([
      { file: 'file', message },
      { file: 'named', message },
    ]);
    expect(warnings).toEqual([{ file: 'any', message: `${message}; left out` }]);
  });

  it('do not include what is excluded, by its real path', async () => {
    const directory = writeFiles(freshPath(), { 'a/file': '', 'b/file': '' });
    symlinkSync('a', join(directory, 'link'));
    symlinkSync('a/file', join(directory, 'alias'));
    const excluded = join(realpathSync(directory), 'a/file');
    const { files } = await listFiles(directory, { ...everyFile, excludes: (path) => path === excluded });
    expect(files.map(({ path }) => path)).toEqual(['b/file']);
  });

  it.skipIf(process.platform === 'win32')('do not include pipes, with a warning for each that is wanted', async () => {
    const directory = writeFiles(freshPath(), { a: '' });
    execFileSync('mkfifo', [join(directory, 'pipe'), join(directory, 'other')]);
    symlinkSync('pipe', join(directory, 'link'));
    const { files, warnings } = await listFiles(directory, {
      ...everyFile,
      select: (path) => (path === 'other' ? undefined : 'all'),
    });
    expect(files.map(({ path }) => path)).toEqual(['a']);
    expect(warnings).toEqual([
      { file: 'link', message: 'neither a file nor a directory, left out' },
      { file: 'pipe', message: 'neither a file nor a directory, left out' },
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'do not include what the kernel shows as files, wherever a link leads',
    async () => {
      const directory = writeFiles(freshPath(), { a: '' });
      for (const target of ['/proc/self', '/sys', '/dev']) symlinkSync(target, join(directory, target.slice(1, 4)));
      const { files, warnings } = await listFiles(directory, everyFile);
      expect(files.map(({ path }) => path)).toEqual(['a']);
      const message = 'symbolic link to what the kernel shows as files; left out';
      expect(warnings).toEqual(['dev', 'pro', 'sys'].map((file) => ({ file, message })));
    },
  );

  it('are listed once for each way through links, up to a limit', async () => {
    const directory = writeFiles(freshPath(), { '00/end': '' });
    for (let level = 1; level < 11; level++) {
      const folder = writeFiles(join(directory, String(level).padStart(2, '0')), {});
      for (const name of ['a', 'b']) symlinkSync(`../${String(level - 1).padStart(2, '0')}`, join(folder, name));
    }
    const { files, problems } = await listFiles(directory, everyFile);
    expect(files.filter(({ path }) => path.startsWith('03/')).map(({ path }) => path)).toEqual(
      ['a/a/a', 'a/a/b', 'a/b/a', 'a/b/b', 'b/a/a', 'b/a/b', 'b/b/a', 'b/b/b'].map((way) => `03/${way}/end`),
    );
    expect(problems[0]?.message).toBe('expected at most 1000 ways through links, found more');
  });
});

describe('files that come and go while they are listed', () => {
  /** Lists all files; `meanwhile` is called for each after its directory was read and before the file is looked at. */
  const listWhile = async (directory: string, meanwhile: (path: string) => void): Promise<FileList<string>> =>
    listFiles(directory, {
      ...everyFile,
      select: (path) => {
        meanwhile(path);
        return 'all';
      },
    });
  const pathsOf = ({ files }: FileList<string>): readonly string[] => files.map(({ path }) => path);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`main/${i}.json`, 'x']));

  it('hide no other: one that is removed is not listed, and all others are', async () => {
    const directory = writeFiles(freshPath(), { ...many, 'main/1.tmp': '' });
    const found = await listWhile(directory, (path) => {
      if (path.endsWith('.tmp')) rmSync(join(directory, path));
    });
    expect(found).toMatchObject({ problems: [], warnings: [] });
    expect(pathsOf(found)).toEqual(Object.keys(many).sort());
  });

  it('are listed under their new name if they are renamed', async () => {
    const directory = writeFiles(freshPath(), { 'b.tmp': 'x', z: '' });
    const found = await listWhile(directory, (path) => {
      if (path === 'b.tmp') renameSync(join(directory, path), join(directory, 'a.json'));
    });
    expect(found.problems).toEqual([]);
    expect(pathsOf(found)).toEqual(['a.json', 'z']);
  });

  it('do not matter if a different one is there each time', async () => {
    const directory = writeFiles(freshPath(), { ...many, 'main/0.tmp': '' });
    const found = await listWhile(directory, (path) => {
      if (!path.endsWith('.tmp')) return;
      rmSync(join(directory, path));
      writeFileSync(join(directory, 'main', `${Number.parseInt(path.slice(5), 10) + 1}.tmp`), '');
    });
    expect(found.problems).toEqual([]);
    expect(pathsOf(found)).toEqual(Object.keys(many).sort());
  });

  it('are a problem if there is no end to it', async () => {
    const directory = writeFiles(freshPath(), { 'main/0.tmp': '' });
    const found = await listWhile(directory, (path) => {
      if (!path.endsWith('.tmp')) return;
      rmSync(join(directory, path));
      const next = Number.parseInt(path.slice(5), 10) + 1;
      for (const name of [`${next}.tmp`, `${next}.json`]) writeFileSync(join(directory, 'main', name), '');
    });
    expect(found.files).toEqual([]);
    expect(found.problems).toEqual([{ file: 'main', message: 'cannot list: files come and go all the time' }]);
  });

  it('are a problem if their whole directory goes', async () => {
    const directory = writeFiles(freshPath(), { 'a/1': '', 'b/1': '', 'c/1': '' });
    const found = await listWhile(directory, (path) => {
      if (path === 'a/1') rmSync(join(directory, 'b'), { recursive: true });
    });
    expect(pathsOf(found)).toEqual(['a/1', 'c/1']);
    expect(found.problems).toEqual([{ file: 'b', message: 'disappeared while it was listed' }]);
  });
});

describe('a directory that cannot be listed', () => {
  it('is an error with its path', async () => {
    const [missing, directory] = [freshPath(), writeFiles(freshPath(), { file: '' })];
    await expect(listFiles(missing, everyFile)).rejects.toMatchObject({
      code: 'not-found',
      path: missing,
      message: 'no such directory',
    });
    const file = join(directory, 'file');
    await expect(listFiles(file, everyFile)).rejects.toMatchObject({
      code: 'not-found',
      path: file,
      message: 'expected a directory, found a file',
    });
    mkdirSync(join(directory, 'empty'));
    expect(await listFiles(join(directory, 'empty'), everyFile)).toEqual({ files: [], problems: [], warnings: [] });
  });
});
