import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import { MAX_QUERY_DEPTH, MAX_QUERY_LENGTH, parseQuery } from '../../../src/query/parse-query.ts';
import type { Query } from '../../../src/query/query.ts';
import { formatQuery } from '../../../src/query/query.ts';
import { arbitraryQuery } from './arbitrary-query.ts';

function has(...field: [string, ...string[]]): Query {
  return { kind: 'has', field };
}

function refusalOf(text: string): RepomillError {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof RepomillError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseQuery', () => {
  it.each(['=', '!=', '~', '<', '<=', '>', '>='] as const)('reads %s with and without white space', (operator) => {
    const query: Query = { kind: 'compare', field: ['version'], operator, value: '1:2.0-1+b1' };
    expect(parseQuery(`version ${operator} 1:2.0-1+b1`)).toEqual(query);
    expect(parseQuery(`\n version${operator}1:2.0-1+b1\t`)).toEqual(query);
  });

  it('binds not tighter than and, and and tighter than or', () => {
    expect(parseQuery('not a and b or c and d')).toEqual({
      kind: 'or',
      parts: [
        { kind: 'and', parts: [{ kind: 'not', part: has('a') }, has('b')] },
        { kind: 'and', parts: [has('c'), has('d')] },
      ],
    });
  });

  it('groups by parentheses', () => {
    expect(parseQuery('not(a and(b or c))')).toEqual({
      kind: 'not',
      part: { kind: 'and', parts: [has('a'), { kind: 'or', parts: [has('b'), has('c')] }] },
    });
  });

  it('reads field names bare, in backquotes and nested', () => {
    expect(parseQuery('Installed-Size')).toEqual(has('Installed-Size'));
    expect(parseQuery('build.host')).toEqual(has('build', 'host'));
    expect(parseQuery('`home page`.`a.b`.`\\``')).toEqual(has('home page', 'a.b', '`'));
    expect(parseQuery('`and` and notable and ordinary and not-a')).toEqual({
      kind: 'and',
      parts: [has('and'), has('notable'), has('ordinary'), has('not-a')],
    });
  });

  it('reads values bare and in double quotes', () => {
    const valueIn = (text: string): unknown => ({ ...parseQuery(text) }) as unknown;
    expect(valueIn('name = lib[a-c]*')).toMatchObject({ value: 'lib[a-c]*' });
    expect(valueIn('name = "or"')).toMatchObject({ value: 'or' });
    expect(valueIn('name = ""')).toMatchObject({ value: '' });
    expect(valueIn('name = "a \\"b\\" \\\\ \\` \\n\\t"')).toMatchObject({ value: 'a "b" \\ ` \n\t' });
  });

  it.each([
    ['', 1, 'expected a field name, `not` or `(`, found the end'],
    ['   ', 4, 'expected a field name, `not` or `(`, found the end'],
    ['component =', 12, 'expected a value, found the end'],
    ['component = ', 13, 'expected a value, found the end'],
    ['component == main', 12, 'expected a value, found `=`'],
    ['component = and', 13, 'expected a value, found `and`'],
    ['component = (main)', 13, 'expected a value, found `(`'],
    ['component main', 11, 'expected a comparison, `and`, `or` or the end, found `main`'],
    ['a = b c = d', 7, 'expected `and`, `or` or the end, found `c`'],
    ['(a = b', 7, 'expected `and`, `or` or `)`, found the end'],
    ['(a', 3, 'expected a comparison, `and`, `or` or `)`, found the end'],
    ['(a) = b', 5, 'expected `and`, `or` or the end, found `=`'],
    ['a)', 2, 'expected a comparison, `and`, `or` or the end, found `)`'],
    ['()', 2, 'expected a field name, `not` or `(`, found `)`'],
    ['a and', 6, 'expected a field name, `not` or `(`, found the end'],
    ['a and or b', 7, 'expected a field name, `not` or `(`, found `or`'],
    ['a && b', 3, 'expected a comparison, `and`, `or` or the end, found `&`'],
    ['a ! b', 3, 'expected a comparison, `and`, `or` or the end, found `!`'],
    ['not', 4, 'expected a field name, `not` or `(`, found the end'],
    ['"a" = b', 1, 'expected a field name, `not` or `(`, found `"`'],
    ['😀 = b', 1, 'expected a field name, `not` or `(`, found `😀`'],
    ['a. = b', 3, 'expected a field name, found ` `'],
    ['a..b', 3, 'expected a field name, found `.b`'],
    ['a.and', 3, 'expected a field name, found `and`'],
    ['a .b', 3, 'expected a comparison, `and`, `or` or the end, found `.b`'],
    ['a.`` = b', 3, 'expected a field name, found empty backquotes'],
    ['a = "b', 5, 'expected a closing double quote, found the end'],
    ['a = "b\\', 8, 'expected one of \\ " ` n t after a backslash'],
    ['a = "\\x"', 7, 'expected one of \\ " ` n t after a backslash'],
    ['a and `b', 7, 'expected a closing backquote, found the end'],
    ['a = b"c"', 6, 'expected `and`, `or` or the end, found `"`'],
    ['A AND B', 3, 'expected a comparison, `and`, `or` or the end, found `AND`'],
  ])('refuses %j at column %i', (text, column, message) => {
    const error = refusalOf(text);
    expect(error.code).toBe('usage');
    expect(error.message).toBe(`query, column ${column}: ${message}`);
    expect(error.problems).toEqual([{ file: 'query', line: 1, column, message }]);
  });

  it('reads the longest query and refuses one that is longer', () => {
    expect(parseQuery('a'.repeat(MAX_QUERY_LENGTH))).toEqual(has('a'.repeat(MAX_QUERY_LENGTH)));
    expect(refusalOf('a'.repeat(MAX_QUERY_LENGTH + 1)).problems[0]?.column).toBe(MAX_QUERY_LENGTH + 1);
  });

  it('reads the deepest query and refuses one that is deeper', () => {
    const nest = (open: string, depth: number): string => `${open.repeat(depth)}a`;
    const close = ')'.repeat(MAX_QUERY_DEPTH);
    expect(parseQuery(nest('(', MAX_QUERY_DEPTH) + close)).toEqual(has('a'));
    expect(refusalOf(`${nest('(', MAX_QUERY_DEPTH + 1)}${close})`).problems[0]?.column).toBe(MAX_QUERY_DEPTH + 1);
    expect(parseQuery(nest('not ', MAX_QUERY_DEPTH))).toMatchObject({ kind: 'not' });
    expect(refusalOf(nest('not ', MAX_QUERY_DEPTH + 1)).problems[0]?.column).toBe(4 * MAX_QUERY_DEPTH + 1);
  });

  it('counts depth along one branch only', () => {
    const branches = Array.from({ length: MAX_QUERY_DEPTH + 1 }, () => '(not a)').join(' or ');
    expect(parseQuery(branches)).toMatchObject({ kind: 'or' });
  });

  it('gives a query or a usage error for any text', () => {
    const words = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      ' ',
      '=',
      '~',
      '<=',
      '"',
      '`',
      '\\',
      'name',
      '.',
      '1MB',
    );
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: words, maxLength: 30 }));
    fc.assert(
      fc.property(text, (any) => {
        try {
          expect(parseQuery(any)).toEqual(parseQuery(formatQuery(parseQuery(any))));
        } catch (error) {
          expect(error).toMatchObject({ name: 'RepomillError', code: 'usage' });
          if (error instanceof RepomillError) expect(error.problems[0]?.column).toBeLessThanOrEqual(any.length + 1);
        }
      }),
      { numRuns: 600 },
    );
  });
});

describe('formatQuery', () => {
  it.each([
    ['a and (b or c)', 'a and (b or c)'],
    ['(a and b) or c', 'a and b or c'],
    ['(a and b) and c', '(a and b) and c'],
    ['not (a and b)', 'not (a and b)'],
    ['not not (a = "b")', 'not not a = b'],
    ['`a`.`b c`>="x y"', 'a.`b c` >= "x y"'],
  ])('writes %s as %s', (text, formatted) => {
    expect(formatQuery(parseQuery(text))).toBe(formatted);
  });

  it('writes any query so that it parses to the same', () => {
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        expect(parseQuery(formatQuery(query))).toEqual(query);
      }),
      { numRuns: 300 },
    );
  });
});
