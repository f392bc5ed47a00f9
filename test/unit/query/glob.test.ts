import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../../src/query/glob.ts';

describe('compileGlob', () => {
  it.each([
    ['python3-*', 'python3-yaml'],
    ['python3-*', 'python3-'],
    ['*', ''],
    ['*', 'a/b\nc'],
    ['**', 'abc'],
    ['*-dev', 'libx-dev-dev'],
    ['lib*-dev', 'liba-devel-dev'],
    ['?', '😀'],
    ['a?c', 'abc'],
    ['[abc]', 'b'],
    ['[a-c]x', 'cx'],
    ['[!a-c]', 'd'],
    ['[^a-c]', 'd'],
    ['[]]', ']'],
    ['[!]]', 'a'],
    ['[!!]', 'a'],
    ['[a-]', '-'],
    ['[-a]', '-'],
    ['[*]', '*'],
    ['[\\]', '\\'],
    ['[😀-😂]', '😁'],
    ['[a', '[a'],
    ['[]', '[]'],
    ['[!]', '[!]'],
    ['a.b', 'a.b'],
    ['', ''],
  ])('matches %j with %j', (glob, text) => {
    expect(compileGlob(glob)(text)).toBe(true);
  });

  it.each([
    ['python3-*', 'Python3-yaml'],
    ['python3-*', 'xpython3-yaml'],
    ['*-dev', 'libx-dev2'],
    ['a*b*c', 'acb'],
    ['?', ''],
    ['??', '😀'],
    ['[abc]', 'd'],
    ['[abc]', ''],
    ['[a-c]', '-'],
    ['[!a-c]', 'b'],
    ['[!]]', ']'],
    ['[c-a]', 'b'],
    ['a.b', 'axb'],
    ['', 'a'],
  ])('does not match %j with %j', (glob, text) => {
    expect(compileGlob(glob)(text)).toBe(false);
  });

  it('agrees with a regular expression on any glob of `*`, `?` and letters', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(glob, text, (pattern, subject) => {
        const expression = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll(/\*+/g, '.*')}$`);
        expect(compileGlob(pattern)(subject)).toBe(expression.test(subject));
      }),
      { numRuns: 1000 },
    );
  });

  it('answers for a glob that would make a backtracking matcher run forever', () => {
    expect(compileGlob('*a'.repeat(500))(`${'a'.repeat(20_000)}b`)).toBe(false);
  });

  it('never throws', () => {
    const glob = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('[', ']', '!', '-', 'a', '*') }),
    );
    fc.assert(
      fc.property(glob, fc.string({ unit: 'binary' }), (pattern, text) => {
        expect(compileGlob(pattern)(text)).toBeTypeOf('boolean');
      }),
      { numRuns: 300 },
    );
  });
});
