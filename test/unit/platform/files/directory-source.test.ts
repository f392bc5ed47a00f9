import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { directorySource } from '../../../../src/platform/files/directory-source.ts';

const content = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
let directory: string;
let tree: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repomill-'));
  tree = join(directory, 'tree');
  await mkdir(join(tree, 'summaries'), { recursive: true });
  await writeFile(join(tree, 'summaries/a.gz'), content);
  await writeFile(join(directory, 'outside'), content);
});

afterEach(() => rm(directory, { recursive: true }));

it('gives a file', async () => {
  const result = await directorySource(tree).fetch('summaries/a.gz', { maxBytes: 10 });
  expect(result).toEqual({ kind: 'full', bytes: content, transferred: 10 });
});

it('gives a range', async () => {
  const request = { maxBytes: 10, range: { start: 2, length: 3 } };
  const result = await directorySource(tree).fetch('summaries/a.gz', request);
  expect(result).toEqual({ kind: 'partial', bytes: Uint8Array.of(2, 3, 4), transferred: 3 });
});

it.each([
  [8, 5, [8, 9]],
  [10, 5, []],
  [99, 5, []],
])('gives the bytes that there are of a range from %i of %i bytes', async (start, length, expected) => {
  const result = await directorySource(tree).fetch('summaries/a.gz', { maxBytes: 10, range: { start, length } });
  expect(result).toMatchObject({ kind: 'partial', bytes: Uint8Array.from(expected) });
});

it('refuses a file that is one byte too long, even for a range of it', async () => {
  const source = directorySource(tree);
  const tooLong = { code: 'integrity', path: 'summaries/a.gz', message: 'expected at most 9 bytes, found 10' };
  await expect(source.fetch('summaries/a.gz', { maxBytes: 9 })).rejects.toMatchObject(tooLong);
  const request = { maxBytes: 9, range: { start: 0, length: 1 } };
  await expect(source.fetch('summaries/a.gz', request)).rejects.toMatchObject(tooLong);
});

it.each([['index.json'], ['summaries/b.gz'], ['summaries/a.gz/b'], ['nowhere/a']])(
  'says that %s is missing',
  async (path) => {
    expect(await directorySource(tree).fetch(path, { maxBytes: 10 })).toEqual({ kind: 'missing' });
  },
);

it('refuses a directory', async () => {
  await expect(directorySource(tree).fetch('summaries', { maxBytes: 1 << 20 })).rejects.toMatchObject({
    code: 'transport',
    path: join(tree, 'summaries'),
    message: 'expected a file, found a directory',
  });
});

it.each([
  ['../outside'],
  ['summaries/../../outside'],
  ['/outside'],
  [''],
  ['./index.json'],
  ['a//b'],
  ['a\\..\\b'],
  ['a\0'],
])('refuses the path %j', async (path) => {
  await expect(directorySource(tree).fetch(path, { maxBytes: 10 })).rejects.toMatchObject({
    code: 'usage',
    path,
    message: 'expected a path of names joined by "/"',
  });
});

it('follows links in the directory', async () => {
  await symlink(join(directory, 'outside'), join(tree, 'link'));
  expect(await directorySource(tree).fetch('link', { maxBytes: 10 })).toMatchObject({ bytes: content });
});

it('lists every file below it, hidden ones too, with slashes', async () => {
  await writeFile(join(tree, 'index.json'), content);
  await writeFile(join(tree, 'summaries/.hidden'), content);
  await mkdir(join(tree, 'empty'));
  expect([...((await directorySource(tree).list?.()) ?? [])].sort()).toEqual([
    'index.json',
    'summaries/.hidden',
    'summaries/a.gz',
  ]);
});

it('lists nothing if there is no such directory', async () => {
  expect(await directorySource(join(tree, 'nowhere')).list?.()).toEqual([]);
});

const reason = new Error('enough');

it('reads nothing if it was aborted before', async () => {
  const fetching = directorySource(tree).fetch('summaries/a.gz', { maxBytes: 10, signal: AbortSignal.abort(reason) });
  await expect(fetching).rejects.toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
});

it('ends while a file is read', async () => {
  const controller = new AbortController();
  const fetching = directorySource(tree).fetch('summaries/a.gz', { maxBytes: 10, signal: controller.signal });
  controller.abort(reason);
  await expect(fetching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
});
