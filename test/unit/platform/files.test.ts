import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../../src/platform/files.ts';
import { makeWorkspace } from '../../workspace.ts';

const root = makeWorkspace();

describe('making a directory', () => {
  it('makes those above it too, and finds fault with none that is there', async () => {
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
    ['where a file stands', 'file', 'EEXIST'],
    ['below a file', 'file/a/b', 'ENOTDIR'],
  ])('fails %s', async (_title, path, code) => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeDirectory(join(root, path))).rejects.toMatchObject({ code });
  });

  it.skipIf(!existsSync('/proc/self'))('fails, and ends, where no directory can be made', async () => {
    await expect(makeDirectory('/proc/no-such-directory/a/b')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});
