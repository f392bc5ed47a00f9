import { describe, expect, it } from 'vitest';
import { formatKinds, kindsOf, mayBeMetadata } from '../../../../src/config/pattern/file-kinds.ts';
import { parseFilePattern } from '../../../../src/config/pattern/file-pattern.ts';

describe('the kinds of files', () => {
  it.each<[readonly string[], Readonly<Record<string, readonly string[]>>]>([
    [['a.xml', 'b/c.xml', 'b/d.list'], { '**/*.xml': ['a.xml', 'b/c.xml'], '**/*.list': ['b/d.list'] }],
    // those with most files come first
    [['a.x', 'b.y', 'c.y'], { '**/*.y': ['b.y', 'c.y'], '**/*.x': ['a.x'] }],
    // a compressed file is of the kind of what is in it
    [['a.xml.gz', 'b.xml', 'c.xml.xz'], { '**/*.xml': ['a.xml.gz', 'b.xml', 'c.xml.xz'] }],
    // without a suffix, the name counts
    [['a/Packages', 'b/Packages.gz'], { '**/Packages': ['a/Packages', 'b/Packages.gz'] }],
    [['data'], { '**/data': ['data'] }],
    // and where all names are different, the folder
    [
      ['se/rd/serde', 'se/rd/serdes', 'to/ki/tokio'],
      { 'se/**': ['se/rd/serde', 'se/rd/serdes'], 'to/**': ['to/ki/tokio'] },
    ],
    [['a/x[1].c[d]', 'b/{y}'], { '**/*.c?d?': ['a/x[1].c[d]'], 'b/**': ['b/{y}'] }],
    [[], {}],
  ])('of %j', (paths, kinds) => {
    const found = kindsOf(paths);
    expect(Object.fromEntries(found.map((kind) => [kind.files, kind.paths]))).toEqual(kinds);
    expect(found.map(({ files }) => files)).toEqual(Object.keys(kinds));
    for (const kind of found)
      for (const path of kind.paths) expect(parseFilePattern(kind.files).match(path), path).toBeDefined();
  });

  it('are a few words', () => {
    const paths = ['a.x', 'b.x', 'c.y', 'd.z', 'e.q'];
    expect(formatKinds(kindsOf(paths), 9)).toBe('2 files **/*.x (such as a.x), e.q, c.y and d.z');
    expect(formatKinds(kindsOf(paths), 3)).toBe('2 files **/*.x (such as a.x), e.q, c.y and 1 other file');
    expect(formatKinds(kindsOf(paths), 1)).toBe('2 files **/*.x (such as a.x) and 3 other files');
    expect(formatKinds(kindsOf(['a.x']), 1)).toBe('a.x');
  });
});

describe('what may be metadata', () => {
  it.each(['a.xml', 'versions', 'data.list', 'notes.txt', 'a/b/serde', 'index.json.gz', 'licenser', 'x.pkginfo'])(
    'is %s',
    (path) => expect(mayBeMetadata(path)).toBe(true),
  );

  it.each([
    ...[
      'README',
      'README.md',
      'a/readme.txt',
      'LICENSE-MIT',
      'COPYING',
      'CHANGELOG.txt',
      'CNAME',
      'SHA256SUMS',
      'Makefile',
    ],
    ...['logo.PNG', 'index.html', 'build.sh', 'Packages.gpg', 'Release.asc', 'pool/a_1.deb', 'a-1.tar.gz', 'a.zip'],
  ])('is not %s', (path) => {
    expect(mayBeMetadata(path)).toBe(false);
  });
});
