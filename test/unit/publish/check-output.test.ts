import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../src/errors.ts';
import { layoutNamed, layouts } from '../../../src/layouts/layouts.ts';
import { TEMPORARY_PREFIX } from '../../../src/platform/files/write-files.ts';
import { checkOutput, findOtherCases } from '../../../src/publish/check-output.ts';
import { directoryTree } from '../../../src/publish/directory-tree.ts';
import { failureOf } from '../../failure.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
const digest = 'ab'.repeat(32);
const native = layoutNamed('native');
const flatpak = layoutNamed('flatpak');
const index = '{"signed":{}}';
let count = 0;
const directoryOf = (...paths: readonly string[]): string =>
  writeFiles(join(workspace, `${count++}`), Object.fromEntries(paths.map((path) => [path, 'x'])));

const check = (directory: string, owner = native, isRepository = false): ReturnType<typeof checkOutput> =>
  checkOutput({ tree: directoryTree(directory), owner, owners: layouts, isRepository });

/** The problems of an output, without its own path. */
async function problemsOf(directory: string, owner = native): Promise<readonly string[]> {
  const { code, path, problems } = await failureOf(check(directory, owner));
  expect([code, path]).toEqual(['conflict', directory]);
  return problems.map((problem) => formatProblem(problem).replace(`${directory}/`, ''));
}

describe('an output that repomill never wrote to', () => {
  it.each<[string, readonly string[]]>([
    ['is empty', []],
    ['is a checkout of a site', ['.git/HEAD', '.nojekyll', 'CNAME', 'README.md', 'index.html', 'assets/style.css']],
    ['holds the packages', ['pool/main/a.deb', 'a.apk', 'site/index.json']],
    ['holds what a file manager or Git leaves', ['summaries/.DS_Store', 'deltas/.gitkeep', '.hidden/summaries/a']],
    ['has what an interrupted first build left', [`summaries/${digest}.gz`, `summaries/${TEMPORARY_PREFIX}1-2`]],
    ['has details and a dictionary', [`details/${digest}.dictionary`, `details/plain/${digest}.zz`, 'notes.txt']],
    ['has the names of a different layout', ['config', 'summary', 'summary.sig']],
    ['has an index with a name in capitals', ['INDEX.json']],
  ])('is accepted if it %s', async (_title, paths) => {
    expect(await check(directoryOf(...paths))).toEqual([native]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['a foreign index', ['index.json'], ['index.json: not written by repomill, under a name that the tree needs']],
    [
      'a foreign file with the name of the combined file',
      ['combined.jsonl.gz', 'notes.txt'],
      ['combined.jsonl.gz: not written by repomill, under a name that the tree needs'],
    ],
    [
      'foreign files in its directories',
      [`summaries/${digest}.gz`, 'summaries/all.gz', `summaries/${digest}`, 'details/a/b'],
      [
        'details/a/b: not written by repomill, in a directory that the tree needs',
        `summaries/${digest}: not written by repomill, in a directory that the tree needs`,
        'summaries/all.gz: not written by repomill, in a directory that the tree needs',
      ],
    ],
    ['a file called summaries', ['summaries', 'a'], ['summaries: expected a directory, found a file']],
    ['a directory called index.json', ['index.json/a'], ['index.json: expected a file, found a directory']],
  ])('is refused if it has %s', async (_title, paths, problems) => {
    expect([...(await problemsOf(directoryOf(...paths)))].sort()).toEqual(problems);
  });

  it.skipIf(process.platform === 'win32')(
    'is refused if a pipe or a broken link has the name of a directory',
    async () => {
      const directory = directoryOf();
      execFileSync('mkfifo', [join(directory, 'index.json')]);
      symlinkSync('nowhere', join(directory, 'deltas'));
      expect(await problemsOf(directory)).toEqual([
        'deltas: expected a directory, found a link that leads nowhere, or a pipe',
        'index.json: expected a file, found a link that leads nowhere, or a pipe',
      ]);
    },
  );

  it('is refused by a layout with names of its own, and says how many are in the way', async () => {
    const directory = directoryOf('config', 'summary', 'index.json');
    expect(await failureOf(check(directory, flatpak))).toMatchObject({
      message: '2 files are in the way; nothing was written',
      hint: 'move them away, or build into a different directory',
    });
  });

  it('is refused if it is a file', async () => {
    const file = join(directoryOf('file'), 'file');
    expect(await failureOf(check(file))).toMatchObject({
      code: 'conflict',
      path: file,
      message: 'expected a directory, found a file',
    });
  });

  it('is accepted with any files if it is an OSTree repository', async () => {
    expect(await check(directoryOf('config', 'deltas/ab/cd/superblock'), native, true)).toEqual([native]);
  });
});

describe('an output with a published tree', () => {
  it('is accepted with foreign files anywhere', async () => {
    const directory = writeFiles(directoryOf('summaries/notes.txt', 'combined.jsonl.gz', 'a/b'), {
      'index.json': index,
    });
    expect(await check(directory)).toEqual([native]);
  });

  it('of a different layout has the files of both', async () => {
    const directory = directoryOf('summary.idx', `summaries/${digest}-${digest}.delta`);
    expect(await check(directory)).toEqual([native, flatpak]);
    writeFiles(directory, { 'index.json': index });
    expect(await check(directory, flatpak)).toEqual([flatpak, native]);
  });

  it('whose index is damaged is left to whoever reads the index', async () => {
    expect(await check(directoryOf('index.json', `summaries/${digest}.gz`))).toEqual([native]);
  });

  it('is refused if a directory of the tree has become a file', async () => {
    const directory = writeFiles(directoryOf('details'), { 'index.json': index });
    expect(await problemsOf(directory)).toEqual(['details: expected a directory, found a file']);
  });
});

describe('names in a different case', () => {
  const find = (names: readonly string[], exists: (name: string) => boolean): readonly string[] =>
    findOtherCases(names, native, exists).map(formatProblem);

  it('are refused on a file system that ignores case', () => {
    expect(find(['INDEX.json', 'Summaries', 'README'], () => true)).toEqual([
      'INDEX.json: expected the name index.json, which is the same to this file system',
      'Summaries: expected the name summaries, which is the same to this file system',
    ]);
  });

  it('are accepted on one that does not', () => {
    expect(find(['INDEX.json', 'Summaries'], () => false)).toEqual([]);
    expect(find(['Summaries', 'summaries'], () => true)).toEqual([]);
  });
});
