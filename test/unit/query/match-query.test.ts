import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../../../src/model/record.ts';
import { compileQuery } from '../../../src/query/match-query.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { arbitraryQuery } from './arbitrary-query.ts';

const record: PackageRecord = {
  name: 'python3-yaml',
  version: '1.10~rc1-2',
  arch: ['amd64', 'arm64'],
  component: 'main',
  size: 10_000_000,
  rank: -1.5,
  essential: false,
  homepage: null,
  subsets: [],
  Priority: '100',
  'Installed-Size': '2000',
  Commit: '123456789012345678901234567890',
  build: { host: 'x', jobs: [{ id: 1 }, { id: 2, log: ['ok', 'slow'] }] },
};

function matches(query: string): boolean {
  return compileQuery(parseQuery(query))(record);
}

describe('compileQuery', () => {
  it.each([
    // presence
    'component',
    'essential',
    'build.host',
    'build.jobs.log',
    'not homepage',
    'not subsets',
    'not missing',
    // equality
    'component = main',
    'component != mai',
    'missing != main',
    'essential = false',
    'size = 10000000',
    'size = 10MB',
    'rank = -1.5',
    'version = 1.10~rc1-2',
    // globs
    'name ~ python3-*',
    'name ~ "*yaml"',
    'size ~ 1*',
    // order of numbers
    'size > 9.9mb',
    'size >= 10MB',
    'size < 10MiB',
    'size <= 10000kB',
    'rank < 0',
    // order of texts
    'component > Main',
    'component >= main',
    'name < python4',
    'Installed-Size > 300',
    'Priority < 1KiB',
    'Commit < 2',
    // order of versions
    'version >= 1.9',
    'version < 1.10',
    'version <= 0:1.10~rc1-02',
    // lists
    'arch = amd64',
    'arch = arm64',
    'arch ~ ar*',
    'arch != i386',
    // nested fields
    'build.host = x',
    'build.jobs.id = 2',
    'build.jobs.id >= 2',
    'build.jobs.log = slow',
    // combinations
    'component = contrib or arch = arm64 and not essential = true',
    '(component = contrib or arch = arm64) and size > 1kB',
  ])('holds for %s', (query) => {
    expect(matches(query)).toBe(true);
  });

  it.each([
    // presence
    'homepage',
    'subsets',
    'missing',
    'toString',
    'build.toString',
    'name.length',
    'arch.length',
    'arch.`0`',
    // equality
    'component = Main',
    'component != main',
    'component = mai',
    'homepage = null',
    'size = 10MiB',
    'size = 1e7',
    'Priority = 0100',
    'version = 1.10~rc1-02',
    'build = x',
    // globs
    'name ~ python',
    'build ~ *',
    'homepage ~ *',
    // order
    'size > 10MB',
    'size > 10XB',
    'size > big',
    'size <= big',
    'essential < true',
    'build > 0',
    'version > 1.10~rc1-2',
    'missing < 1',
    'missing >= 1',
    'Commit > 2',
    // lists
    'arch != arm64',
    'arch = amd64,arm64',
    'subsets = free',
    // nested fields
    'build.hos = x',
    'build.host.x = x',
    'component.main',
    'build.jobs.id > 2',
    // combinations
    'component = main and arch = i386',
    'not (component = main or arch = i386)',
  ])('does not hold for %s', (query) => {
    expect(matches(query)).toBe(false);
  });

  it('takes any operator but != as not holding for a field that is missing', () => {
    for (const operator of ['=', '~', '<', '<=', '>', '>=']) expect(matches(`missing ${operator} *`)).toBe(false);
  });

  it('gives an answer for any query and any record, and the opposite answer for its negation', () => {
    const names = ['a', 'b', 'name', 'version', '__proto__', 'constructor'];
    const values = fc.object({ key: fc.constantFrom(...names), maxDepth: 3, withNullPrototype: true });
    fc.assert(
      fc.property(arbitraryQuery, values, fc.constantFrom(...names), (query, value, name) => {
        const any = { name: 'a', version: '1', arch: 'all', ...value } as PackageRecord;
        const answer = compileQuery({ kind: 'or', parts: [query, { kind: 'has', field: [name] }] });
        const opposite = compileQuery({
          kind: 'not',
          part: { kind: 'or', parts: [query, { kind: 'has', field: [name] }] },
        });
        expect(answer(any)).toBe(!opposite(any));
      }),
      { numRuns: 200 },
    );
  });

  it('finds own fields of any name, and never inherited ones', () => {
    const any: PackageRecord = JSON.parse('{"name":"a","version":"1","arch":"all","__proto__":"x"}');
    expect(compileQuery(parseQuery('__proto__ = x'))(any)).toBe(true);
    expect(compileQuery(parseQuery('__proto__'))(record)).toBe(false);
  });
});

describe('numbers in a query', () => {
  const test = (operator: '=' | '<', text: string, number: number): boolean =>
    compileQuery({ kind: 'compare', field: ['size'], operator, value: text })({ ...record, size: number });
  const isEqual = (text: string, number: number): boolean => test('=', text, number);
  const isLess = (text: string, number: number): boolean => test('<', text, number);

  it.each([
    ['0', 0],
    ['12', 12],
    ['-0.5', -0.5],
    ['7B', 7],
    ['1.5kB', 1500],
    ['10MB', 10_000_000],
    ['2GB', 2_000_000_000],
    ['1TB', 1_000_000_000_000],
    ['4KiB', 4096],
    ['1MiB', 1_048_576],
    ['1gib', 1_073_741_824],
    ['1TiB', 1_099_511_627_776],
  ])('mean with %s the number %d', (text, number) => {
    expect(isEqual(text, number)).toBe(true);
    expect(isEqual(text, number + 1)).toBe(false);
  });

  it.each([
    '',
    '-',
    '.5',
    '5.',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    '10 MB',
    'MB',
    '10M',
    '10PB',
    '+1',
    ' 1',
    'NaN',
    'Infinity',
  ])('are not written %j', (text) => {
    expect([0, 1, 5, 0.5, 16, 1000, 1e6, 1e7].filter((number) => isEqual(text, number))).toEqual([]);
    expect(isLess(text, -1e300)).toBe(false);
  });
});
