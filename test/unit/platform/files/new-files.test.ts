import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { siblingOf, writeNewFiles } from '../../../../src/platform/files/new-files.ts';

const files = ['.hidden/a', 'b', 'c/d/e'].map((path) => ({ path, bytes: new TextEncoder().encode(`new ${path}`) }));

describe('writing new files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('creates the directory and every directory in it', async () => {
    const directory = join(root, 'x', 'y');
    await writeNewFiles(directory, files);
    expect(files.map(({ path }) => readFileSync(join(directory, path), 'utf8'))).toEqual([
      'new .hidden/a',
      'new b',
      'new c/d/e',
    ]);
  });

  it('leaves what else is there alone', async () => {
    mkdirSync(join(root, 'c'));
    writeFileSync(join(root, 'c', 'mine'), 'mine');
    await writeNewFiles(root, files);
    expect(readdirSync(join(root, 'c'))).toEqual(['d', 'mine']);
  });

  it('names everything that is in the way, and writes nothing', async () => {
    writeFileSync(join(root, 'b'), 'mine');
    mkdirSync(join(root, 'c'));
    writeFileSync(join(root, 'c', 'd'), 'mine');
    await expect(writeNewFiles(root, files)).rejects.toMatchObject({
      code: 'conflict',
      path: root,
      message: '2 files are in the way; nothing was written',
      problems: [
        { file: join(root, 'c/d'), message: 'expected a directory or nothing, found a file' },
        { file: join(root, 'b'), message: 'already exists' },
      ],
    });
    expect(readdirSync(root)).toEqual(['b', 'c']);
    expect(readFileSync(join(root, 'b'), 'utf8')).toBe('mine');
  });

  it('refuses the place of an equal file, too', async () => {
    await writeNewFiles(root, files);
    await expect(writeNewFiles(root, files)).rejects.toMatchObject({ code: 'conflict', problems: { length: 3 } });
  });

  it('does not write through a link that leads nowhere', async () => {
    symlinkSync(join(root, 'elsewhere'), join(root, 'b'));
    await expect(writeNewFiles(root, files)).rejects.toMatchObject({ problems: [{ file: join(root, 'b') }] });
    expect(existsSync(join(root, 'elsewhere'))).toBe(false);
  });

  it('refuses a directory in the place of a file', async () => {
    mkdirSync(join(root, 'b'));
    await expect(writeNewFiles(root, files)).rejects.toMatchObject({ problems: [{ file: join(root, 'b') }] });
  });

  it('refuses a file in the place of the directory, once', async () => {
    writeFileSync(join(root, 'file'), 'mine');
    await expect(writeNewFiles(join(root, 'file'), files)).rejects.toMatchObject({
      problems: [{ file: join(root, 'file'), message: 'expected a directory or nothing, found a file' }],
    });
  });
});

describe('the directory beside another', () => {
  it.each([
    ['.', '../public'],
    ['./', '../public'],
    ['demo', 'public'],
    ['demo/', 'public'],
    ['a/b', 'a/public'],
    ['..', '../../public'],
    ['/srv/demo', '/srv/public'],
  ])('of %s is %s', (directory, sibling) => {
    expect(siblingOf(directory, 'public')).toBe(sibling);
  });
});
