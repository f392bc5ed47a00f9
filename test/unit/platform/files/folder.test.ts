import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatError, RepomillError } from '../../../../src/errors.ts';
import { openFolder } from '../../../../src/platform/files/folder.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const directory = makeWorkspace();
const folder = openFolder(directory);
/** What the folder reads at a time. */
const ROOM = 1 << 16;

function refusal(work: () => unknown): readonly [code: string, message: string] | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError) return [thrown.code, formatError(thrown)];
    throw thrown;
  }
}

describe('read', () => {
  it.each([0, 1, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM])('gives a file of %i bytes, up to a bound', (size) => {
    const content = Buffer.alloc(size, 'content');
    writeFiles(directory, { file: content });
    for (const maxSize of [size, size + 1, ROOM * 10]) {
      expect(Buffer.compare(folder.read('file', maxSize), content), `at most ${maxSize}`).toBe(0);
    }
    const tooLong = ['format', `file: expected at most ${size - 1} bytes, found ${size}`];
    if (size > 0) expect(refusal(() => folder.read('file', size - 1))).toEqual(tooLong);
  });

  it('gives bytes to keep: what is read next does not change them', () => {
    writeFiles(directory, { a: 'first', b: 'other' });
    const first = folder.read('a', 100);
    folder.read('b', 100);
    expect(Buffer.from(first).toString()).toBe('first');
  });

  it('refuses a file that is too long before it reads it', () => {
    writeFileSync(join(directory, 'sparse'), '');
    truncateSync(join(directory, 'sparse'), 2 ** 40);
    const found = ['format', `sparse: expected at most 1000 bytes, found ${2 ** 40}`];
    expect(refusal(() => folder.read('sparse', 1000))).toEqual(found);
  });

  it('says what is missing or cannot be read, by its path in the folder', () => {
    mkdirSync(join(directory, 'below'), { recursive: true });
    symlinkSync('loop', join(directory, 'loop'));
    writeFiles(directory, { plain: '' });
    expect(refusal(() => folder.read('gone', 1))).toEqual([
      'not-found',
      'gone: cannot read: no such file or directory',
    ]);
    expect(refusal(() => folder.read('plain/x', 1))).toEqual(['not-found', 'plain/x: cannot read: not a directory']);
    expect(refusal(() => folder.read('below', 1))?.[0]).toBe('transport');
    expect(refusal(() => folder.read('loop', 1))?.[0]).toBe('transport');
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe to which nobody writes', () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(folder.read('pipe', 10)).toHaveLength(0);
  });
});

describe('readHead', () => {
  it('gives the first bytes and the size of the whole', () => {
    for (const size of [0, 10, ROOM, ROOM + 7]) {
      const content = Buffer.alloc(size, 'content');
      writeFiles(directory, { file: content });
      for (const length of [1, 9, 10, 11, ROOM, ROOM + 1, ROOM * 2]) {
        const { bytes, size: found } = folder.readHead('file', length);
        expect([Buffer.compare(bytes, content.subarray(0, length)), found], `${length} of ${size}`).toEqual([0, size]);
      }
    }
  });

  it('makes no more room than the file has bytes', () => {
    writeFiles(directory, { file: 'short' });
    expect(folder.readHead('file', 2 ** 40)).toEqual({ bytes: Uint8Array.from(Buffer.from('short')), size: 5 });
  });
});

describe('has and list', () => {
  it('find files and folders, through links too', () => {
    writeFiles(directory, { 'there/file': '' });
    symlinkSync('there', join(directory, 'link'));
    symlinkSync('nowhere', join(directory, 'dangling'));
    expect(['there', 'there/file', 'link', 'link/file'].map(folder.has)).toEqual([true, true, true, true]);
    expect(['gone', 'there/gone', 'there/file/x', 'dangling'].map(folder.has)).toEqual([false, false, false, false]);
  });

  it('list every file below, links as files, and no folder', () => {
    writeFiles(directory, { 'list/a': '', 'list/b/c': '', 'list/b/d/e': '', 'list/.hidden': '' });
    mkdirSync(join(directory, 'list/empty'));
    symlinkSync('..', join(directory, 'list/up'));
    symlinkSync('nowhere', join(directory, 'list/dangling'));
    expect(folder.list('list').toSorted()).toEqual(['.hidden', 'a', 'b/c', 'b/d/e', 'dangling', 'up']);
  });

  it('list nothing where there is nothing, and refuse a file', () => {
    writeFiles(directory, { single: '' });
    expect(folder.list('nothing')).toEqual([]);
    expect(refusal(() => folder.list('single'))).toEqual(['not-found', 'single: cannot read: not a directory']);
  });

  it('refuse a link in a circle by its path', () => {
    symlinkSync('circle', join(directory, 'circle'));
    expect(refusal(() => folder.has('circle'))?.[1]).toMatch(/^circle: cannot read: /);
    expect(refusal(() => folder.list('circle'))?.[1]).toMatch(/^circle: cannot read: /);
  });
});
