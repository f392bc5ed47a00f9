import { chmodSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAptTree } from '../../../src/config/find-apt-tree.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';

const workspace = realpathSync(makeWorkspace());
let counter = 0;
const treeOf = (...paths: readonly string[]): string =>
  writeFiles(join(workspace, String(counter++)), Object.fromEntries(paths.map((path) => [path, ''])));

describe('an apt repository', () => {
  it('is found from the directory above dists, from dists, from a suite and from below', async () => {
    const root = treeOf('dists/bookworm/InRelease', 'dists/bookworm/main/binary-amd64/Packages', 'pool/a.deb');
    expect(await findAptTree(root)).toEqual({ root, part: '', hasPool: true });
    for (const part of ['dists', 'dists/bookworm', 'dists/bookworm/main', 'dists/bookworm/main/binary-amd64']) {
      expect(await findAptTree(join(root, part))).toEqual({ root, part, hasPool: true });
    }
  });

  it.each(['dists/bookworm/Release', 'dists/bookworm/updates/InRelease'])('is known by %s', async (path) => {
    const root = treeOf(path);
    expect(await findAptTree(root)).toEqual({ root, part: '', hasPool: false });
    expect(await findAptTree(`${root}/dists/bookworm`)).toEqual({ root, part: 'dists/bookworm', hasPool: false });
  });

  it('is where the nearest dists is', async () => {
    const outer = treeOf('dists/a/dists/bookworm/Release', 'dists/a/dists/trixie/Release');
    const root = `${outer}/dists/a`;
    expect(await findAptTree(root)).toEqual({ root, part: '', hasPool: false });
    expect(await findAptTree(`${root}/dists/trixie`)).toEqual({ root, part: 'dists/trixie', hasPool: false });
  });

  it('is found through links, where the links lead', async () => {
    const root = treeOf('dists/bookworm/Release');
    symlinkSync('bookworm', `${root}/dists/stable`);
    const way = join(workspace, String(counter++));
    symlinkSync(root, way);
    expect(await findAptTree(way)).toEqual({ root, part: '', hasPool: false });
    expect(await findAptTree(`${way}/dists/stable`)).toEqual({ root, part: 'dists/bookworm', hasPool: false });
  });
});

describe('no apt repository', () => {
  it.each([
    ['the pool of one', 'pool', ['dists/bookworm/Release', 'pool/a.deb']],
    ['a flat one', '', ['Release', 'Packages']],
    ['a directory dists without a Release', '', ['dists/bookworm/main/binary-amd64/Packages']],
    ['a directory dists that is itself called a suite', '', ['dists/Release']],
    ['a Release that is a directory', '', ['dists/bookworm/Release/x']],
    ['a Release too deep', '', ['dists/a/b/c/Release']],
    ['a file dists', '', ['dists']],
    ['a directory below something that only sounds alike', 'mydists/bookworm', ['mydists/bookworm/Release']],
  ] as const)('is %s', async (_, below, paths) => {
    expect(await findAptTree(join(treeOf(...paths), below))).toBeUndefined();
  });

  it('is a directory that is not there, or cannot be listed', async () => {
    expect(await findAptTree(join(workspace, 'missing'))).toBeUndefined();
    const closed = join(treeOf('x'), 'dists');
    mkdirSync(closed, { mode: 0 });
    expect(await findAptTree(join(closed, '..'))).toBeUndefined();
    chmodSync(closed, 0o700);
  });
});
