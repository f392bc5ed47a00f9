import { cpSync, existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/platform/files/lock.ts';
import { type Run, repomill } from '../launcher.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const input = writeFiles(freshPath(), { 'all.jsonl': asLines(sampleRelease(50, 0)), 'repomill.yaml': 'name: a\n' });

/** A user's cache directory after builds into directories of these names, the first of which is used longest ago. */
async function inRoom(...names: readonly string[]) {
  const [home, trees] = [freshPath(), freshPath()];
  const folder = join(home, 'repomill/build');
  const run = (words: readonly string[], environment: Record<string, string> = {}): Promise<Run> =>
    repomill(words, { cwd: workspace, environment: { XDG_CACHE_HOME: home, ...environment } });
  const noteOf = async (name: string): Promise<string> => `${await directoryOf(name)}.json`;
  const directoryOf = async (name: string): Promise<string> => {
    const { stdout } = await run(['cache', 'list', '--json']);
    const { caches }: { caches: { tree: string; directory: string }[] } = JSON.parse(stdout);
    return caches.find(({ tree }) => tree === join(trees, name))?.directory ?? '';
  };
  for (const [i, name] of names.entries()) {
    expect(await run(['build', input, '--out', join(trees, name)])).toMatchObject({ exitCode: 0, stderr: '' });
    const time = new Date(Date.UTC(2020, 0, i + 1));
    utimesSync(await noteOf(name), time, time);
  }
  return { trees, folder, run, directoryOf };
}

describe('repomill cache list', () => {
  it('shows the size, the last use and the tree of each cache, the newest first', async () => {
    const { run, trees, folder } = await inRoom('old', 'new');
    rmSync(join(trees, 'old'), { recursive: true });
    const { exitCode, stdout } = await run(['cache', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\d+(\.\d+)? kB/g, 'N kB').replaceAll(/^ +/gm, '')).toBe(
      [
        'size  last used (UTC)   tree',
        `N kB  2020-01-02 00:00  ${trees}/new`,
        `N kB  2020-01-01 00:00  ${trees}/old (gone)`,
        `2 caches, N kB in ${folder}`,
        '',
      ].join('\n'),
    );
  });

  it('lists at most 50 caches, and all of them as JSON', async () => {
    const { run, folder, directoryOf, trees } = await inRoom('a');
    const cache = await directoryOf('a');
    for (let i = 0; i < 60; i++) {
      const copy = join(folder, i.toString(16).padStart(basename(cache).length, '0'));
      cpSync(cache, copy, { recursive: true });
      cpSync(`${cache}.json`, `${copy}.json`);
    }
    const { stdout, stderr } = await run(['cache', 'list']);
    expect(stdout.split(join(trees, 'a'))).toHaveLength(51);
    expect(stderr).toBe('… and 11 more; --json has all\n');
    expect(JSON.parse((await run(['cache', 'list', '--json'])).stdout).caches).toHaveLength(61);
  });

  it('says so where there are none', async () => {
    const { run, folder } = await inRoom();
    expect(await run(['cache', 'list'])).toMatchObject({ exitCode: 0, stdout: `0 caches, 0 B in ${folder}\n` });
  });

  it('knows when a cache was last used: by a build without change, too', async () => {
    const { run, trees } = await inRoom('a');
    await run(['build', input, '--out', join(trees, 'a')]);
    const { caches } = JSON.parse((await run(['cache', 'list', '--json'])).stdout);
    expect(Date.parse(caches[0].usedAt)).toBeGreaterThan(Date.UTC(2021, 0));
  });
});

describe('repomill cache clean', () => {
  it('removes every cache, and the next build makes its own again', async () => {
    const { run, trees, folder } = await inRoom('a', 'b');
    const { exitCode, stdout } = await run(['cache', 'clean']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^removed 2 caches, .* kB\n$/)]);
    expect(readdirSync(folder)).toEqual([]);
    const again = await run(['build', input, '--out', join(trees, 'a')]);
    expect(again).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('no change') });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it.each<[string, (trees: string) => readonly string[]]>([
    ['--out: that of a directory', (trees) => ['--out', `${trees}/a`]],
    ['--gone: those of directories that no longer exist', () => ['--gone']],
    ['--max-size: those used longest ago', () => ['--max-size', '300kB']],
  ])('%s', async (_title, options) => {
    const { run, trees, directoryOf } = await inRoom('a', 'b');
    rmSync(join(trees, 'a'), { recursive: true });
    const [a, b] = [await directoryOf('a'), await directoryOf('b')];
    const sizes = JSON.parse((await run(['cache', 'list', '--json'])).stdout).caches.map(
      ({ size }: { size: number }) => size,
    );
    const words = options(trees).map((word) => (word === '300kB' ? `${sizes[0] + sizes[1] - 1}` : word));
    expect(await run(['cache', 'clean', ...words])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^removed 1 cache, /),
    });
    expect([existsSync(a), existsSync(b)]).toEqual([false, true]);
  });

  it('leaves alone what a build is using, and fails', async () => {
    const { run, trees, directoryOf } = await inRoom('a', 'b');
    const a = await directoryOf('a');
    const lock = await takeLock(a, 'build');
    const cleaned = await run(['cache', 'clean']);
    await lock.release();
    expect(cleaned).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^removed 1 cache, /),
      stderr: `${trees}/a: a build is using the cache; it was left alone\n`,
    });
    expect(existsSync(a)).toBe(true);
  });

  it('leaves files of others', async () => {
    const { run, directoryOf } = await inRoom('a');
    const a = await directoryOf('a');
    writeFiles(a, { diary: 'x', 'batch/diary': 'y' });
    expect(await run(['cache', 'clean'])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(a).sort()).toEqual(['batch', 'diary']);
  });

  it.each([
    [['clean', '--out', 'nowhere'], 1, /nowhere: there is no cache for this directory\n {2}repomill cache list shows/],
    [['clean', '--max-size', 'much'], 2, /--max-size: expected a size such as 500MB, found much\n/],
    [['clean', '--gone', '--max-size', '1'], 2, /cache clean: expected one of --out, --gone and --max-size, found 2\n/],
    [['list', '--gone'], 2, /cache list: expected no --out, --gone or --max-size; they belong to cache clean\n/],
    [['empty'], 2, /expected one of "list", "clean", found "empty"\n/],
  ])('%j is an error', async (words, exitCode, message) => {
    const { run } = await inRoom();
    const found = await run(['cache', ...words]);
    expect(found).toMatchObject({ exitCode, stdout: '' });
    expect(found.stderr).toMatch(message);
  });
});

describe('the bound of all caches', () => {
  it('removes those used longest ago when a build makes a new one, and never its own', async () => {
    const { run, trees, directoryOf } = await inRoom('a', 'b');
    const build = await run(['build', input, '--out', join(trees, 'c')], { REPOMILL_CACHE_LIMIT: '1kB' });
    expect(build).toMatchObject({
      exitCode: 0,
      stderr: 'repomill: removed 2 caches of other builds: all of them took more than 1.00 kB\n',
    });
    expect([await directoryOf('a'), await directoryOf('b')]).toEqual(['', '']);
    expect(await directoryOf('c')).not.toBe('');
  });

  it('must be a size', async () => {
    const { run, trees } = await inRoom();
    const build = await run(['build', input, '--out', join(trees, 'c')], { REPOMILL_CACHE_LIMIT: 'much' });
    expect(build).toMatchObject({
      exitCode: 2,
      stderr: 'repomill: error: REPOMILL_CACHE_LIMIT: expected a size such as 500MB, found much\n',
    });
    expect(existsSync(join(trees, 'c'))).toBe(false);
  });
});

describe('a user without a home directory', () => {
  const environment = { XDG_CACHE_HOME: '', HOME: '' };
  it('builds without a cache, and hears of it', async () => {
    const { run, trees } = await inRoom();
    const build = await run(['build', input, '--out', join(trees, 'a')], environment);
    expect(build).toMatchObject({
      exitCode: 0,
      stderr: 'repomill: no home directory, so nothing is kept for the next build; name a directory with --cache\n',
    });
    expect(existsSync(join(workspace, '.cache'))).toBe(false);
  });

  it('has no caches to list', async () => {
    const { run } = await inRoom();
    expect(await run(['cache', 'list'], environment)).toMatchObject({
      exitCode: 1,
      stderr: 'repomill: error: no home directory, so there are no caches\n  set XDG_CACHE_HOME or HOME\n',
    });
  });
});
