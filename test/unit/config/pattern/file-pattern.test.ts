import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATTERN_CHOICES, parseFilePattern } from '../../../../src/config/pattern/file-pattern.ts';
import { RepomillError } from '../../../../src/errors.ts';
import { type Lead, listFiles } from '../../../../src/platform/files/list-files.ts';

describe('match', () => {
  it.each([
    ['<component>/<arch>/Packages', 'main/amd64/Packages', { component: 'main', arch: 'amd64' }],
    ['<component>/<arch>/Packages', 'main/amd64/Packages.xz', { component: 'main', arch: 'amd64' }],
    ['<component>/<arch>/Packages', 'main/amd64/Packages.gz', { component: 'main', arch: 'amd64' }],
    [
      'dists/*/<component>/binary-<arch>/Packages',
      'dists/b/main/binary-arm64/Packages',
      { component: 'main', arch: 'arm64' },
    ],
    ['<name>-<version>.tgz', 'cert-manager-1.2.3.tgz', { name: 'cert-manager', version: '1.2.3' }],
    ['<name>', 'a.xz', { name: 'a' }],
    ['*.db', 'core.db.zst', {}],
    ['<arch>/Packages', 'amd64/Packages.bz2', { arch: 'amd64' }],
    ['<name>.xz', 'a.xz', { name: 'a' }],
    ['*.gz', 'a.gz', {}],
    ['<Source>/<Source>_<version>.deb', '0ad/0ad_1_2.deb', { Source: '0ad', version: '1_2' }],
    ['<a>-<a>', 'x-y-x-y', { a: 'x-y' }],
    ['**/<a>/<a>', 'x/y/y', { a: 'y' }],
    ['**/<a>/**/<a>', 'x/y/z/y', { a: 'y' }],
    ['**/*', 'a', {}],
    ['**/*', 'a/b/c', {}],
    ['**', 'a/b', {}],
    ['a/**', 'a/b/c', {}],
    ['a/**/b', 'a/b', {}],
    ['a/**/b', 'a/x/y/b', {}],
    ['**/<arch>/*.json', 'x/y/arm64/a.json', { arch: 'arm64' }],
    ['a?[b-d][!x]', 'a_cz', {}],
    ['{main,contrib}/<arch>', 'contrib/amd64', { arch: 'amd64' }],
    ['a{,b,<c>}', 'a', {}],
    ['a{,b,<c>}', 'axy', { c: 'xy' }],
    ['g++ (x)!@|"', 'g++ (x)!@|"', {}],
    ['<__proto__>', 'a', JSON.parse('{"__proto__":"a"}')],
  ])('of %j finds in %j the fields %j', (pattern, path, fields) => {
    expect(parseFilePattern(pattern).match(path)).toEqual(fields);
  });

  it.each([
    ['<component>/<arch>/Packages', 'main/amd64/Packages.lz4'],
    ['<component>/<arch>/Packages', 'main/amd64/x/Packages'],
    ['<component>/<arch>/Packages', 'amd64/Packages'],
    ['<component>/<arch>/Packages', 'main//Packages'],
    ['binary-<arch>/Packages', 'binary-/Packages'],
    ['<a>/<a>', 'x/y'],
    ['<a>-<a>', 'x-y-x'],
    ['*', 'a/b'],
    ['a*', 'b'],
    ['a?b', 'a/b'],
    ['a[!x]b', 'a/b'],
    ['a.b', 'axb'],
    ['a', 'A'],
    ['**/b', 'ab'],
    ['a/**', 'a'],
    ['{a,b}', 'c'],
    ['x', ''],
  ])('of %j does not match %j', (pattern, path) => {
    expect(parseFilePattern(pattern).match(path)).toBeUndefined();
  });

  it('answers for a path that would make a backtracking matcher run forever', () => {
    const { match } = parseFilePattern(`**/*a${'*a'.repeat(30)}/**/<x>-<y>-<z>/end`);
    expect(match(`${'a'.repeat(120)}/${'-'.repeat(120)}/${'-'.repeat(120)}/enD`)).toBeUndefined();
  });

  it('never throws, for any pattern that is accepted', () => {
    const unit = fc.constantFrom('a', 'b', '/', '*', '**/', '?', '<a>', '<b>', '{a,b}', '[a-b]', '.', '-');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 10 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '-') }),
        (text, path) => {
          try {
            expect(parseFilePattern(text).match(path)).toSatisfy(
              (fields) => fields === undefined || Object(fields) === fields,
            );
          } catch (error) {
            expect(error).toMatchObject({ name: 'RepomillError', code: 'usage' });
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('leadsInto', () => {
  it.each<[string, string, Lead | undefined]>([
    ['<component>/binary-<arch>/Packages', 'main', 'named'],
    ['<component>/binary-<arch>/Packages', 'main/binary-amd64', 'named'],
    ['<component>/binary-<arch>/Packages', 'main/source', undefined],
    ['<component>/binary-<arch>/Packages', 'main/binary-amd64/Packages', undefined],
    ['<component>/binary-<arch>/Packages', 'main/binary-amd64/deep/er', undefined],
    ['**/*', 'a', 'anywhere'],
    ['**/*', 'a/b', 'anywhere'],
    ['main/**', 'main', 'named'],
    ['main/**', 'main/a', 'anywhere'],
    ['main/**', 'other', undefined],
    ['a/**/<name>', 'a', 'named'],
    ['a/**/<name>', 'b', undefined],
    ['a/**/<name>', 'a/b/c', 'anywhere'],
    ['{a,b-<x>}/[!c]?/d', 'a', 'named'],
    ['{a,b-<x>}/[!c]?/d', 'b-1/xy', 'named'],
    ['{a,b-<x>}/[!c]?/d', 'b-1/cy', undefined],
    ['!a(b)/c', '!a(b)', 'named'],
    ['a', 'a', undefined],
    ['*', 'a', undefined],
  ])('of %j for %j is %j', (pattern, directory, expected) => {
    expect(parseFilePattern(pattern).leadsInto(directory)).toBe(expected);
  });

  it('leads to every file that matches, also through links', async () => {
    const paths = [
      ...['a', 'b.json', 'a-b', '!a(b)', 'g++', 'x|y', '@(a)', '"a"', 'é/a', '$x/(y)/a'],
      ...['d/a', 'd/a.xz', 'd/e/a.gz', 'd/e/a-b', 'd/e/f/a', '[x]/a', '!/a', 'D/a'],
    ];
    const patterns = [
      ...['**/*', '*', '**', 'd/**', 'd/**/a', '<x>/<y>/a', '<x>-<y>', '**/<x>-b', '{a,d/a}', 'd/{,e/}a', '[ad]/?'],
      ...['[!a-c]/a', '!a(b)', '!*', 'g++', 'x|y', '@(a)', '"a"', '*(a)', '{d,x}/**/[a]', '**/e/**/a', 'é/a', '!/a'],
      ...['$x/(y)/a', '$x/<z>/a', '?/a', 'd/e/f/<x>', 'link/e/<x>', 'link/<y>/f/a', 'd/back/<x>'],
    ];
    const directory = await mkdtemp(join(tmpdir(), 'file-pattern-'));
    try {
      for (const path of paths) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), '');
      }
      await symlink('d', join(directory, 'link'));
      await symlink('../$x', join(directory, 'd/back'));
      const { files } = await listFiles(directory, { select: () => ({}), leadsInto: () => 'anywhere' });
      for (const pattern of patterns) {
        const { leadsInto, match } = parseFilePattern(pattern);
        const matching = files.filter(({ path }) => match(path) !== undefined);
        if (pattern !== 'd/back/<x>') expect(matching, pattern).not.toEqual([]);
        const found = await listFiles(directory, { select: match, leadsInto });
        const expected = matching.map((file) => ({ ...file, reason: match(file.path) }));
        expect(found, pattern).toEqual({ files: expected, problems: [], warnings: [] });
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe('parseFilePattern', () => {
  it.each([
    ['', 1, 'expected a name between slashes, found nothing'],
    ['/a', 1, 'expected a name between slashes, found nothing'],
    ['a//b', 3, 'expected a name between slashes, found nothing'],
    ['a/', 3, 'expected a name between slashes, found nothing'],
    ['./a', 1, 'expected a path below the input directory, found "."'],
    ['a/../b', 3, 'expected a path below the input directory, found ".."'],
    ['a\\b', 2, 'expected `/` between segments, found a backslash'],
    ['a/<arch', 3, 'expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ['a/<>', 3, 'expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ['<a b>', 1, 'expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ['<a/b>', 1, 'expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ['a>', 2, 'expected no unmatched `>`'],
    ['a]', 2, 'expected no unmatched `]`'],
    ['a}', 2, 'expected no unmatched `}`'],
    ['[]', 1, 'expected a set of characters such as `[a-z]`'],
    ['[!]', 1, 'expected a set of characters such as `[a-z]`'],
    ['x[a', 2, 'expected a set of characters such as `[a-z]`'],
    ['[a/b]', 1, 'expected a set of characters such as `[a-z]`'],
    ['[[:alpha:]]', 1, 'expected a set of characters such as `[a-z]`'],
    ['{a}', 1, 'expected alternatives such as `{a,b}`, without braces inside'],
    ['{1..3}', 1, 'expected alternatives such as `{a,b}`, without braces inside'],
    ['{a,{b,c}}', 1, 'expected alternatives such as `{a,b}`, without braces inside'],
    ['{a,b', 1, 'expected alternatives such as `{a,b}`, without braces inside'],
    ['x{a,b..c}', 5, 'expected neither `**` nor `..` within braces'],
    ['{a/**,b}', 2, 'expected neither `**` nor `..` within braces'],
    ['x{a,b<c}', 6, 'expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ['<a><b>', 4, 'expected text before `<b>`, found a second wildcard'],
    ['*<b>', 2, 'expected text before `<b>`, found a second wildcard'],
    ['<a>*', 4, 'expected text before `*`, found a second wildcard'],
    ['a/**b', 4, 'expected text before `*`, found a second wildcard'],
    ['a**', 2, 'expected `**` to be a whole segment'],
    ['a**/b', 2, 'expected `**` to be a whole segment'],
    ['{a,b}'.repeat(7), 1, `expected braces that expand to at most ${MAX_PATTERN_CHOICES} patterns`],
  ])('refuses %j at column %i', (text, column, message) => {
    try {
      parseFilePattern(text);
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      expect(error.code).toBe('usage');
      expect(error.message).toBe(`file pattern, column ${column}: ${message}`);
      expect(error.problems).toEqual([{ file: 'file pattern', line: 1, column, message }]);
      return;
    }
    throw new Error(`${text} was accepted`);
  });

  it('accepts as many alternatives as the limit', () => {
    expect(parseFilePattern('{a,b}'.repeat(6)).match('ababab')).toEqual({});
  });
});
