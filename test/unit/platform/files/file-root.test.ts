import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, parse, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFileRoot } from '../../../../src/platform/files/file-root.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const workspace = realpathSync(makeWorkspace());
const root = writeFiles(join(workspace, 'root'), {
  'pool/a b+c~d.deb': 'content',
  'pool/größe 日本.zip': 'ü',
  'empty.zip': '',
});
writeFiles(workspace, { secret: 'secret', 'outside/file': 'x' });
mkdirSync(join(root, 'pool/folder'));
symlinkSync('pool/a b+c~d.deb', join(root, 'inner'));
symlinkSync('pool', join(root, 'linked'));
symlinkSync('../secret', join(root, 'escape'));
symlinkSync(join(workspace, 'outside'), join(root, 'elsewhere'));
symlinkSync('nothing', join(root, 'broken'));
symlinkSync('loop', join(root, 'loop'));
symlinkSync(root, join(workspace, 'way'));

describe('a root of files', () => {
  const { find, directory } = openFileRoot(workspace, 'root');

  it.each([
    ['pool/a b+c~d.deb', 7],
    ['pool/größe 日本.zip', 2],
    ['empty.zip', 0],
  ])('finds %s', (path, size) => {
    expect(find(path)).toMatchObject({ kind: 'file', file: join(root, path), stamp: { size } });
  });

  it.each(['inner', 'linked/a b+c~d.deb'])('follows %s, a link inside', (path) => {
    expect(find(path)).toMatchObject({ kind: 'file', file: join(root, 'pool/a b+c~d.deb') });
  });

  it.each(['missing', 'missing/too', 'empty.zip/below', 'pool/missing', 'POOL/größe.zip'])(
    'says that %s is missing',
    (path) => {
      expect(find(path)).toEqual({ kind: 'missing' });
    },
  );

  it.each([
    ['pool', 'a directory'],
    ['linked', 'a directory'],
    ['escape', `a link to ${join(workspace, 'secret')}`],
    ['elsewhere/file', `a link to ${join(workspace, 'outside/file')}`],
    ['elsewhere', `a link to ${join(workspace, 'outside')}`],
    ['../secret', `a link to ${join(workspace, 'secret')}`],
    ['broken', 'a link to nothing'],
    ['loop', 'something that cannot be read: too many symbolic links encountered'],
    ['x'.repeat(300), 'something that cannot be read: name too long'],
  ])('does not take %s: %s', (path, what) => {
    expect(find(path)).toEqual({ kind: 'other', what });
  });

  it.skipIf(process.platform === 'win32')('does not take a pipe, and does not open it', () => {
    spawnSync('mkfifo', [join(root, 'pipe')]);
    expect(find('pipe')).toEqual({ kind: 'other', what: 'a pipe' });
  });

  it('may be reached by a link itself, or be absolute', () => {
    expect(directory).toBe(root);
    expect(openFileRoot('/', join(workspace, 'way')).directory).toBe(root);
    expect(openFileRoot(join(root, 'pool'), '..').find('empty.zip')).toMatchObject({ kind: 'file' });
  });

  it('may be the root of the file system', () => {
    const file = join(root, 'empty.zip');
    expect(openFileRoot(workspace, parse(root).root).find(relative(parse(root).root, file))).toMatchObject({
      kind: 'file',
      file,
    });
  });

  it.each([
    ['nowhere', 'no such directory'],
    ['secret', 'expected a directory, found a file'],
    ['secret/below', 'no such directory'],
  ])('cannot be %s: %s', (location, message) => {
    expect(() => openFileRoot(workspace, location)).toThrow(
      expect.objectContaining({ code: 'not-found', path: join(workspace, location), message }),
    );
  });

  it('sees a file as it is now', () => {
    writeFileSync(join(root, 'grows'), '1');
    const before = find('grows');
    writeFileSync(join(root, 'grows'), '12');
    expect([before, find('grows')]).toMatchObject([{ stamp: { size: 1 } }, { stamp: { size: 2 } }]);
  });
});
