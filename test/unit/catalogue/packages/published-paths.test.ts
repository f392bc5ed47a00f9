import { describe, expect, it } from 'vitest';
import type { LocatedFile } from '../../../../src/catalogue/packages/locate-files.ts';
import type { FoundPackageFile } from '../../../../src/catalogue/packages/package-input.ts';
import { findReservedPaths, warnOfPaths } from '../../../../src/catalogue/packages/published-paths.ts';
import { formatProblem } from '../../../../src/errors.ts';
import { layouts } from '../../../../src/layouts/layouts.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';

const stamp = { size: 1, text: '', changedAt: 0n };
const place = { file: 'Packages', line: 7 };

function located(path: string): LocatedFile {
  return { path, file: `/${path}`, stamp, refs: [{ path, record: 'a 1 (x)', version: '1', place }] };
}

function found(path: string): FoundPackageFile {
  return { path, file: `/${path}`, stamp, size: 1, sha256: digestOf(new TextEncoder().encode(path)), place };
}

describe('a path is not for packages', () => {
  const inUse = (name: string): string =>
    `repomill writes to ${name}/ itself; publish packages in a directory of their own`;
  const own = 'repomill writes a file of its own there; publish packages in a directory of their own';
  const hidden = 'expected no name that starts with a dot: web hosts hide such files';
  it.each([
    ['summaries/a.deb', inUse('summaries')],
    ['deltas/a/b.deb', inUse('deltas')],
    ['details/a.deb', inUse('details')],
    ['Summaries/a.deb', inUse('summaries')],
    ['index.json', own],
    ['INDEX.json', own],
    ['combined.jsonl.gz', own],
    ['summary.idx', own],
    ['.git/hooks/post-checkout', hidden],
    ['pool/.hidden', hidden],
    ['pool/.repomill-tmp-lock', hidden],
  ])('%s: %s', (path, why) => {
    expect(findReservedPaths([located(path)], layouts).map(formatProblem)).toEqual([
      `Packages:7: path "${path}": ${why}`,
    ]);
  });

  it.each(['a.deb', 'pool/index.json', 'pool/summaries/a.deb', 'packages/a..b.deb'])('but %s is', (path) => {
    expect(findReservedPaths([located(path)], layouts)).toEqual([]);
  });
});

describe('warnings about paths', () => {
  const warnings = (versions: Readonly<Record<string, readonly string[]>>): readonly string[] =>
    warnOfPaths(Object.keys(versions).map(found), new Map(Object.entries(versions)));

  it('say that a path without version or digest can be used once', () => {
    expect(warnings({ 'pool/a-1.0.zip': ['1.0'], 'pool/b.zip': ['1.0'], 'pool/c.zip': ['0.9', '2'] })).toEqual([
      'packages: the path "pool/b.zip" (Packages:7) contains neither version nor digest, like 1 more: ' +
        'the next version needs a different path, because caches keep the old file',
    ]);
    expect(warnings({ 'pool/a-1.0.zip': ['9', '1.0'] })).toEqual([]);
  });

  it('say that two paths differ only in case', () => {
    expect(warnings({ 'pool/Foo-1.zip': ['1'], 'pool/foo-1.zip': ['1'], 'pool/FOO-2.zip': ['2'] })).toEqual([
      'packages: "pool/Foo-1.zip" (Packages:7) and "pool/foo-1.zip" (Packages:7) differ only in case: ' +
        'where a file system ignores it, one file replaces the other',
    ]);
  });
});
