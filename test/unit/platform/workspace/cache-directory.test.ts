import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../../../src/platform/files/lock.ts';
import { LOCK_NAME } from '../../../../src/platform/files/write-files.ts';
import { openPlaces } from '../../../../src/platform/workspace/cache-directory.ts';
import { openWorkspace } from '../../../../src/platform/workspace/workspace.ts';
import { failureOf } from '../../../failure.ts';
import { listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(root, String(counter++));
const entry = `batch/${sha256Of('entry')}`;
const OTHERS_TAG =
  'Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by cargo.\n';

/** Opens and closes; what it warned of, and whether the cache was used. */
async function visit(cache: string): Promise<{ readonly warnings: readonly string[]; readonly used: boolean }> {
  const warnings: string[] = [];
  const { places, close } = await openPlaces(cache, (message) => void warnings.push(message));
  await close();
  return { warnings, used: places.cache === cache };
}

async function tagOf(): Promise<string> {
  const cache = freshPath();
  await visit(cache);
  return readFileSync(join(cache, 'CACHEDIR.TAG'), 'utf8');
}

describe('a cache directory', () => {
  it.each<[string, (cache: string) => void]>([
    ['that is not there', () => undefined],
    ['that is empty', (cache) => mkdirSync(cache)],
    ['whose tag was never finished', (cache) => writeFiles(cache, { 'CACHEDIR.TAG': 'Signature: 8a4' })],
    ['whose tag was tidied away', (cache) => writeFiles(cache, { [entry]: 'x', [`file/${sha256Of('f')}`]: '' })],
  ])('%s is used and tagged, and used again', async (_title, prepare) => {
    const cache = freshPath();
    prepare(cache);
    for (let run = 0; run < 2; run++) expect(await visit(cache)).toEqual({ warnings: [], used: true });
    expect(readFileSync(join(cache, 'CACHEDIR.TAG'), 'utf8')).toBe(await tagOf());
  });

  it('is not waited for once the signal is aborted', async () => {
    const cache = writeFiles(freshPath(), {
      'CACHEDIR.TAG': await tagOf(),
      [LOCK_NAME]: 'repomill 1 2 elsewhere 3 4\n',
    });
    const warnings: string[] = [];
    const opening = openPlaces(cache, (message) => void warnings.push(message), AbortSignal.abort());
    await expect(opening).rejects.toMatchObject({ code: 'interrupted' });
    expect(warnings).toEqual([]);
  });

  it('is marked so that backup programs know it', async () => {
    expect(await tagOf()).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n# .*repomill/);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a file', { photo: 'x' }, 'photo'],
    ['a hidden file', { '.git/config': 'x' }, '.git'],
    ['a directory with a file that is no entry', { 'photos/1.jpg': 'x' }, 'photos'],
    ['one file that is no entry beside one that is', { [entry]: 'x', 'batch/notes': 'x' }, 'batch'],
    ['the tag of another program', { 'CACHEDIR.TAG': OTHERS_TAG, 'debug/a': 'x' }, 'CACHEDIR.TAG'],
    ['the tag of another program alone', { 'CACHEDIR.TAG': OTHERS_TAG }, 'CACHEDIR.TAG'],
    ['a file named like a kind of entries', { batch: 'x' }, 'batch'],
  ])('that holds %s is refused and not touched', async (_title, files, named) => {
    const cache = writeFiles(freshPath(), files);
    const before = stateOf(cache);
    expect(await failureOf(openPlaces(cache, () => undefined))).toMatchObject({
      code: 'conflict',
      path: cache,
      message: `expected a cache of repomill or an empty directory, found ${named}`,
      hint: 'name an empty directory with --cache, or build with --no-cache',
    });
    expect(stateOf(cache)).toEqual(before);
    // The lock was given back, or never taken.
    await (await takeLock(cache, 'build')).release();
  });

  it.each<[string, (path: string) => string]>([
    ['that is a file', (path) => join(writeFiles(path, { file: 'x' }), 'file')],
    ['below a file', (path) => join(writeFiles(path, { file: 'x' }), 'file', 'cache')],
    ['where no directory can be made', () => '/proc/no-such-directory'],
  ])('%s is not used, says why, and keeps no lock', async (_title, make) => {
    const cache = make(freshPath());
    const { warnings, used } = await visit(cache);
    expect(used).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(/^cache \S+: .+; building without it$/)]);
    await (await takeLock(cache, 'build')).release();
  });

  it('that another build uses is left to it', async () => {
    const cache = freshPath();
    const { places, close } = await openPlaces(cache, () => undefined);
    expect(places.cache).toBe(cache);
    expect(await visit(cache)).toEqual({
      used: false,
      warnings: [`cache ${cache}: another build is writing here; building without it`],
    });
    await close();
    expect(await visit(cache)).toMatchObject({ used: true });
  });
});

describe('the end of a build', () => {
  it('leaves nothing in the temporary directory', async () => {
    const before = readdirSync(tmpdir());
    const { places, close } = await openPlaces(undefined, () => undefined);
    openWorkspace(places).write(entry, {});
    expect(existsSync(places.temporary)).toBe(true);
    await close();
    expect(existsSync(places.temporary)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => !before.includes(name) && name.includes(`-${process.pid}-`))).toEqual(
      [],
    );
  });

  it('says that a cache could not take everything', async () => {
    const [cache, warnings] = [freshPath(), [] as string[]];
    const { places, retain, close } = await openPlaces(cache, (message) => void warnings.push(message));
    writeFileSync(join(cache, 'batch'), '');
    openWorkspace(places).write(entry, {});
    retain(new Set([entry]));
    await close();
    expect(warnings).toEqual([`cache ${cache}: cannot be written, or is full; this build is not remembered`]);
  });

  it('forgives that the cache was removed meanwhile, and does not make it again', async () => {
    const [cache, warnings] = [freshPath(), [] as string[]];
    const { places, retain, close } = await openPlaces(cache, (message) => void warnings.push(message));
    rmSync(cache, { recursive: true });
    openWorkspace(places).write(entry, {});
    retain(new Set([entry]));
    await close();
    expect(warnings).toEqual([expect.stringMatching(/^cache .+: no such file or directory$/)]);
    expect(existsSync(cache)).toBe(false);
  });
});

describe('starting over', () => {
  it('removes every entry, and goes on in the same directories', async () => {
    const cache = freshPath();
    const { places, restart, close } = await openPlaces(cache, () => undefined);
    openWorkspace(places).write(entry, {});
    openWorkspace({ ...places, cache: undefined }).write(entry, {});
    expect(await restart()).toEqual(places);
    expect([listPaths(cache), listPaths(places.temporary)]).toEqual([['CACHEDIR.TAG'], []]);
    await close();
  });

  it('goes on without a cache that cannot be cleared', async () => {
    const cache = freshPath();
    const { places, restart, close } = await openPlaces(cache, () => undefined);
    mkdirSync(join(cache, entry), { recursive: true });
    expect(await restart()).toEqual({ cache: undefined, temporary: places.temporary });
    await close();
  });
});
