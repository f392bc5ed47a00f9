import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { directorySource } from '../../../../src/platform/files/directory-source.ts';
import { directoryStore } from '../../../../src/platform/files/directory-store.ts';
import { digestOfFile, readSmallFile } from '../../../../src/platform/files/input-file.ts';
import { takeLockFile } from '../../../../src/platform/files/lock-file.ts';
import { readIfPresent, readWithin } from '../../../../src/platform/files/read-files.ts';
import { openRegularFile, openRegularFileSync } from '../../../../src/platform/files/regular-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'repomill-'));
afterAll(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, 'file'), 'content');
mkdirSync(join(directory, 'folder'));
execFileSync('mkfifo', [join(directory, 'pipe')]);
symlinkSync('pipe', join(directory, 'link'));
symlinkSync('/dev/zero', join(directory, 'zero'));
const pipe = join(directory, 'pipe');

it('a file is opened', async () => {
  const handle = await openRegularFile(join(directory, 'file'));
  expect(await handle.readFile('utf8')).toBe('content');
  await handle.close();
  const descriptor = openRegularFileSync(join(directory, 'file'));
  expect(readFileSync(descriptor, 'utf8')).toBe('content');
  closeSync(descriptor);
});

it.each([
  ['folder', 'a directory'],
  ['pipe', 'a pipe'],
  ['link', 'a pipe'],
  ['zero', 'a device'],
])('%s is refused, at once', async (name, found) => {
  const path = join(directory, name);
  const refusal = { code: 'transport', path, message: `expected a file, found ${found}` };
  await expect(openRegularFile(path)).rejects.toMatchObject(refusal);
  expect(() => openRegularFileSync(path)).toThrow(expect.objectContaining(refusal));
});

describe('a pipe in the place of a file', () => {
  const refusal = { code: 'transport', message: 'expected a file, found a pipe' };

  it.each([
    ['an index', () => directorySource(directory).fetch('pipe', { maxBytes: 10 })],
    [
      'a part of a summary',
      () => directorySource(directory).fetch('pipe', { maxBytes: 1, range: { start: 0, length: 1 } }),
    ],
    ['a file of a copy', () => directoryStore(directory).read('pipe')],
    ['a part of one', () => directoryStore(directory).readRange?.('pipe', 0, 1) ?? Promise.resolve()],
    ['a configuration', () => readIfPresent(pipe)],
    ['a file of the tree', () => readWithin(pipe, 10)],
    ['a file of metadata', async () => digestOfFile(pipe, pipe)],
    ['a small one', async () => readSmallFile(pipe, pipe)],
    ['a lock', () => takeLockFile(pipe)],
  ])('is refused where it is %s', async (_what, read) => {
    await expect(read()).rejects.toMatchObject(refusal);
  });
});
