import { describe, expect, it } from 'vitest';
import { bySpecificity, matchesRulePath, mayOverlap } from '../../../src/publish/rule-path.ts';

describe('matchesRulePath', () => {
  it.each([
    ['index.json', 'index.json'],
    ['pool/*', 'pool/main/a/a_1.deb'],
    ['pool/*', 'pool/'],
    ['dists/*.gz', 'dists/stable/main/Contents-amd64.gz'],
    ['dists/*/by-hash/SHA256/*', 'dists/stable/by-hash/SHA256/00'],
    ['dists/*/by-hash/SHA256/*', 'dists/stable/main/binary-amd64/Packages.diff/by-hash/SHA256/00'],
    ['dists/*/Packages.diff/*.gz', 'dists/stable/main/binary-amd64/Packages.diff/0123456789abcdef.gz'],
    // The first place of a piece may be the wrong one for people, but never for the end.
    ['a*b*b', 'abbb'],
    ['*', ''],
    ['**', 'anything'],
  ])('says that %s matches %s', (rulePath, path) => {
    expect(matchesRulePath(rulePath, path)).toBe(true);
  });

  it.each([
    ['index.json', 'index.json.bak'],
    ['pool/*', 'pool'],
    ['pool/*', 'x/pool/a'],
    ['pool/*', 'POOL/a'],
    // The end of the start is not the start of the end.
    ['a/*/b', 'a/b'],
    ['aa*a', 'aa'],
    ['a*b*b', 'ab'],
    ['dists/*/by-hash/SHA256/*', 'dists/by-hash/SHA256'],
    ['dists/*/by-hash/SHA256/*', 'dists/by-hash/InRelease'],
    ['dists/*/Packages.diff/*.gz', 'dists/stable/main/binary-amd64/Packages.diff/Index'],
    ['dists/*/Packages.diff/*.gz', 'dists/Packages.diff/main/binary-amd64/Packages.gz'],
    ['dists/*/Packages.diff/*.gz', 'dists/stable/main/binary-amd64/Packages.gz'],
  ])('says that %s does not match %s', (rulePath, path) => {
    expect(matchesRulePath(rulePath, path)).toBe(false);
  });

  it('takes a hostile path no longer than any other', () => {
    const rulePath = `a${'*b'.repeat(50)}`;
    expect(matchesRulePath(rulePath, `a${'b'.repeat(49)}c`.repeat(20_000))).toBe(false);
  });
});

describe('bySpecificity', () => {
  it('has fixed paths first, then longer ones, and the order of texts among equals', () => {
    const paths = ['dists/*', 'dists/*/InRelease', 'a', 'dists/*.xz', 'dists/*.gz'];
    expect(bySpecificity(paths.map((path) => ({ path }))).map(({ path }) => path)).toEqual([
      'a',
      'dists/*/InRelease',
      'dists/*.gz',
      'dists/*.xz',
      'dists/*',
    ]);
  });
});

describe('mayOverlap', () => {
  it.each([
    ['dists/*', 'dists/*.gz', true],
    ['dists/*/by-hash/*', 'dists/*/InRelease', true],
    ['dists/*.gz', 'dists/*.files.gz', true],
    ['dists/*.gz', 'dists/*.xz', false],
    ['dists/*', 'pool/*', false],
    ['dists/repomill.json', 'dists/*', true],
    ['dists/*.gz', 'dists/repomill.json', false],
    ['a', 'a', true],
    ['a', 'b', false],
  ])('of %s and %s is %s, whichever is first', (a, b, expected) => {
    expect([mayOverlap(a, b), mayOverlap(b, a)]).toEqual([expected, expected]);
  });
});
