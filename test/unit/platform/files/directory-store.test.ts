import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore } from '../../../../src/client/in-memory.ts';
import type { Store } from '../../../../src/model/store.ts';
import { directoryStore } from '../../../../src/platform/files/directory-store.ts';
import { LOCK_NAME } from '../../../../src/platform/files/write-files.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repomill-'));
});

afterEach(() => rm(directory, { recursive: true }));

const bytes = Uint8Array.of(1, 2, 3, 4);

// What every store promises.
describe.each<readonly [string, () => Store]>([
  ['memoryStore', () => memoryStore()],
  ['directoryStore', () => directoryStore(join(directory, 'cache'))],
])('%s', (_, open) => {
  it('has nothing at first', async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    expect(await store.read('index.json')).toBeUndefined();
    expect(await store.readRange('index.json', 0, 1)).toBeUndefined();
    await store.remove('summaries/a');
  });

  it('gives back what was written last', async () => {
    const store = open();
    await store.write('summaries/a', Uint8Array.of(9));
    await store.write('summaries/a', bytes);
    expect(Uint8Array.from((await store.read('summaries/a')) ?? [])).toEqual(bytes);
  });

  it.each([
    [1, 2, [2, 3]],
    [3, 9, [4]],
    [4, 1, []],
    [9, 1, []],
    [0, 0, []],
  ])('gives the bytes that there are of a range from %i of %i bytes', async (start, length, expected) => {
    const store = open();
    await store.write('a', bytes);
    expect(await store.readRange('a', start, length)).toEqual(Uint8Array.from(expected));
  });

  it('lists names, and removes one of them', async () => {
    const store = open();
    for (const name of ['index.json', 'summaries/a', 'summaries/b']) await store.write(name, bytes);
    await store.remove('summaries/a');
    expect([...(await store.list())].sort()).toEqual(['index.json', 'summaries/b']);
  });
});

describe('directoryStore', () => {
  it('has one lock, however the directory is spelled', async () => {
    const cache = join(directory, 'cache');
    const unlock = await directoryStore(cache).lock?.();
    await expect(directoryStore(`${cache}/../cache/`).lock?.()).rejects.toMatchObject({
      code: 'conflict',
      path: cache,
      message: 'another pull is writing here',
      hint: expect.stringContaining('if no pull is running, remove '),
    });
    await unlock?.();
    await (await directoryStore(cache).lock?.())?.();
    expect(await readdir(directory)).toEqual([]);
  });

  it('that lost its lock in the meantime writes and removes nothing: the copy is a different pull’s now', async () => {
    const store = directoryStore(directory);
    const unlock = await store.lock?.();
    await store.write('index.json', bytes);
    await writeFile(join(directory, LOCK_NAME), 'repomill 1 2 elsewhere 3 4\n');
    const lost = { code: 'conflict', path: directory, message: 'lost the lock to a different pull' };
    await expect(store.write('index.json', Uint8Array.of(9))).rejects.toMatchObject(lost);
    await expect(store.remove('index.json')).rejects.toMatchObject(lost);
    await unlock?.();
    expect(Uint8Array.from((await store.read('index.json')) ?? [])).toEqual(bytes);
  });

  it('leaves no file but the one that was written', async () => {
    await directoryStore(directory).write('a', bytes);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('lists what an interrupted write left, so that it can be removed', async () => {
    const store = directoryStore(directory);
    await store.write('a', bytes);
    await writeFile(join(directory, '.repomill-tmp-1-0'), bytes);
    const left = (await store.list()).filter((name) => name !== 'a');
    for (const name of left) await store.remove(name);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('has an absolute path as its location', () => {
    expect(directoryStore('cache').location).toMatch(/^.+[/\\]cache$/);
  });

  it('lists names below a directory whose path has detours', async () => {
    const store = directoryStore(`${directory}/./x/../`);
    await store.write('summaries/a', bytes);
    expect(await store.list()).toEqual(['summaries/a']);
  });

  it('throws a transport error if a file is in the way', async () => {
    await writeFile(join(directory, 'file'), bytes);
    const store = directoryStore(join(directory, 'file'));
    await expect(store.write('a', bytes)).rejects.toMatchObject({
      code: 'transport',
      path: join(directory, 'file/a'),
      message: 'cannot write: file already exists',
    });
    expect(await store.read('a')).toBeUndefined();
  });

  it.each([['../a'], ['/a'], ['']])('refuses the name %j', async (name) => {
    const store = directoryStore(directory);
    await expect(store.write(name, bytes)).rejects.toMatchObject({
      code: 'usage',
      path: name,
      message: 'expected a path of names joined by "/"',
    });
  });
});
