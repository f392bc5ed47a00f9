import { describe, expect, it } from 'vitest';
import {
  byHashNextTo,
  byHashPath,
  digestOfPackageFiles,
  distsPathKind,
  indexDirectory,
  indexName,
  isNamedByContent,
  packageFilesPath,
  suiteDirectory,
} from '../../../../../src/layouts/apt/format/paths.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';

const digest = digestOf(new Uint8Array());

describe('paths of an archive', () => {
  it('are those that apt asks for', () => {
    expect(suiteDirectory('bookworm')).toBe('dists/bookworm');
    expect(['amd64', 'all', 'source'].map((arch) => `${indexDirectory('main', arch)}/${indexName(arch)}`)).toEqual([
      'main/binary-amd64/Packages',
      'main/binary-all/Packages',
      'main/source/Sources',
    ]);
    expect(byHashPath('dists/x/main/source', digest)).toBe(`dists/x/main/source/by-hash/SHA256/${digest}`);
    expect(byHashNextTo('dists/x/main/source/Sources.xz', digest)).toBe(byHashPath('dists/x/main/source', digest));
    expect(packageFilesPath(digest)).toBe(`dists/${digest}.files.gz`);
  });

  it('of package lists are parsed again, and no others', () => {
    expect(digestOfPackageFiles(packageFilesPath(digest))).toBe(digest);
    for (const path of [
      `${digest}.files.gz`,
      `dists/${digest}.files`,
      `dists/${digest.toUpperCase()}.files.gz`,
      `dists/${digest.slice(1)}.files.gz`,
      `dists/x/${digest}.files.gz`,
      `dists/${digest}.files.gz/x`,
    ]) {
      expect(digestOfPackageFiles(path), path).toBeUndefined();
    }
  });
});

describe('distsPathKind', () => {
  it.each([
    ['dists/repomill.json', 'state'],
    [`dists/${digest}.files.gz`, 'package files'],
    [`dists/stable/by-hash/SHA256/${digest}`, 'by-hash'],
    [`dists/stable/main/binary-amd64/by-hash/SHA256/${digest}`, 'by-hash'],
    [`dists/stable/main/by-hash/SHA256/${digest}`, 'by-hash'],
    [`dists/stable/main/binary-amd64/Packages.diff/by-hash/SHA256/${digest}`, 'by-hash'],
    ['dists/stable/main/binary-amd64/Packages.diff/0123456789abcdef.gz', 'patch'],
    ['dists/stable/main/source/Sources.diff/0123456789abcdef.gz', 'patch'],
    ['dists/stable/InRelease', 'entry point'],
    ['dists/stable/Release', 'entry point'],
    ['dists/bookworm-backports/Release.gpg', 'entry point'],
    ['dists/stable/example.sources', 'client file'],
    ['dists/stable/example.asc', 'client file'],
    ['dists/stable/main/binary-amd64/Packages', 'index'],
    ['dists/stable/main/binary-amd64/Packages.xz', 'index'],
    ['dists/stable/non-free+x/source/Sources.gz', 'index'],
    ['dists/stable/main/binary-amd64/Packages.diff/Index', 'index'],
    ['dists/stable/main/binary-amd64/Packages.diff/Index.gz', 'index'],
    ['dists/stable/main/Contents-amd64.gz', 'index'],
  ])('%s is of the kind %s', (path, kind) => {
    expect(distsPathKind(path)).toBe(kind);
  });

  it.each([
    '',
    'dists',
    'dists/',
    'repomill.json',
    'xdists/repomill.json',
    'dists/repomill.json/x',
    'dists/repomill.json\n',
    'dists/../repomill.json',
    'dists/../InRelease',
    'dists/./InRelease',
    'dists//InRelease',
    'dists/.hidden/InRelease',
    'dists/stable/updates/InRelease',
    'dists/two words/InRelease',
    'dists/stable/inrelease',
    'dists/stable/main/binary-amd64/Release',
    'dists/stable/main/binary-amd64/Packages.bz2',
    'dists/stable/main/binary-amd64/Packages.zst',
    'dists/stable/main/i18n/Translation-en.xz',
    'dists/stable/main/Contents-amd64',
    'dists/stable/Contents-amd64.gz',
    'dists/stable/main/binary-amd64/Packages.diff/2026-01-01-0000.00.gz',
    'dists/stable/main/binary-amd64/Packages.diff/0123456789ABCDEF.gz',
    'dists/stable/main/binary-amd64/Packages.diff/0123456789abcde.gz',
    `dists/stable/main/binary-amd64/by-hash/SHA512/${digest}`,
    `dists/stable/main/binary-amd64/by-hash/SHA256/${digest.toUpperCase()}`,
    `dists/stable/main/binary-amd64/by-hash/SHA256/${digest}0`,
    `dists/a/b/c/d/e/by-hash/SHA256/${digest}`,
    `dists/by-hash/SHA256/${digest}`,
  ])('%j is not of an archive', (path) => {
    expect(distsPathKind(path)).toBeUndefined();
  });

  it('tells which files are named by their content', () => {
    const kinds = ['state', 'package files', 'by-hash', 'patch', 'entry point', 'index', 'client file'] as const;
    expect(kinds.filter(isNamedByContent)).toEqual(['package files', 'by-hash', 'patch']);
  });
});
