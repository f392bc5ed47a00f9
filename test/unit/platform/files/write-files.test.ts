import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory, replaceFile, TEMPORARY_PREFIX } from '../../../../src/platform/files/write-files.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();

describe('making a directory', () => {
  it('makes those above it too, and accepts one that exists', async () => {
    const directory = join(root, 'a/b/c');
    for (let run = 0; run < 2; run++) await makeDirectory(directory);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  it('works for many at the same time', async () => {
    const directories = Array.from({ length: 50 }, (_, i) => join(root, 'many', String(i % 3), String(i)));
    await Promise.all(directories.map(makeDirectory));
    expect(directories.filter((directory) => !existsSync(directory))).toEqual([]);
  });

  it.each([
    ['where there is a file', 'file', 'EEXIST'],
    ['below a file', 'file/a/b', 'ENOTDIR'],
  ])('fails %s', async (_title, path, code) => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeDirectory(join(root, path))).rejects.toMatchObject({ code });
  });

  it.skipIf(!existsSync('/proc/self'))('fails, and ends, where no directory can be made', async () => {
    await expect(makeDirectory('/proc/no-such-directory/a/b')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});

describe('replacing a file', () => {
  const seconds = (file: string): number => Math.floor(statSync(file).mtimeMs / 1000);
  const put = async (name: string, ...contents: readonly string[]): Promise<string> => {
    const file = join(root, name);
    for (const content of contents) await replaceFile(file, Buffer.from(content));
    return file;
  };

  it('writes what was given, part by part', async () => {
    const file = await put('parts', 'a much longer content');
    await replaceFile(file, [Buffer.from('a '), Buffer.from('b')]);
    expect(readFileSync(file, 'utf8')).toBe('a b');
  });

  it('gives each version the time of a later second than the one before had', async () => {
    const file = await put('young', 'a');
    for (const content of ['b', 'c', 'd']) {
      const before = seconds(file);
      await put('young', content);
      expect(seconds(file)).toBeGreaterThan(before);
    }
  });

  it('goes on from a time stamp of the future', async () => {
    const file = await put('future', 'a');
    utimesSync(file, 4_000_000_000, 4_000_000_000);
    await put('future', 'b');
    expect(seconds(file)).toBe(4_000_000_001);
  });

  it('takes the time of now where that is later', async () => {
    const file = await put('old', 'a');
    const now = seconds(file);
    utimesSync(file, 1_000_000_000, 1_000_000_000);
    await put('old', 'b');
    expect(seconds(file)).toBeGreaterThanOrEqual(now);
  });

  it('passes over what a killed process with the same ID left', async () => {
    const directory = writeFiles(join(root, 'killed'), {});
    for (let i = 0; i < 100; i++) writeFileSync(join(directory, `${TEMPORARY_PREFIX}${process.pid}-${i}`), 'x');
    await put('killed/file', 'a');
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('a');
  });

  it('says which file it cannot write', async () => {
    const file = join(await put('file-in-the-way', 'a'), 'below');
    await expect(replaceFile(file, Buffer.from('b'))).rejects.toMatchObject({
      code: 'transport',
      path: file,
      message: expect.stringMatching(/^cannot write: (EEXIST|ENOTDIR): /),
    });
  });

  it('leaves its neighbours and their time stamps alone', async () => {
    const other = await put('other', 'a');
    const before = statSync(other, { bigint: true }).mtimeNs;
    await put('one', 'a', 'b', 'c');
    expect(statSync(other, { bigint: true }).mtimeNs).toBe(before);
  });
});
