import { describe, expect, it } from 'vitest';
import { archesOf, compareRecords, type PackageRecord, recordKey } from '../../../src/model/record.ts';

function record(name: string, version: string, arch: string | readonly string[]): PackageRecord {
  return { name, version, arch };
}

describe('the order of records', () => {
  it.each([
    ['name before version', record('a', '2', 'x'), record('b', '1', 'x')],
    ['version before arch', record('a', '1', 'y'), record('a', '2', 'x')],
    ['arch last', record('a', '1', 'x'), record('a', '1', 'y')],
    ['text, so that 10 is before 9', record('a', '10', 'x'), record('a', '9', 'x')],
    ['code point', record('\uffff', '1', 'x'), record('🔧', '1', 'x')],
    ['one arch before it and another', record('a', '1', 'x'), record('a', '1', ['x', 'y'])],
    ['a name before a longer one', record('a', '9', 'x'), record('a-b', '1', 'x')],
  ])('is by %s', (_title, first, second) => {
    expect(compareRecords(first, second)).toBeLessThan(0);
    expect(compareRecords(second, first)).toBeGreaterThan(0);
  });

  it('ignores other fields', () => {
    const large: PackageRecord = { ...record('a', '1', 'x'), size: 1 };
    expect(compareRecords(large, record('a', '1', ['x']))).toBe(0);
  });
});

describe('the key of a record', () => {
  it.each([
    ['another version', record('a', '1', 'x'), record('a', '2', 'x')],
    ['another arch', record('a', '1', 'x'), record('a', '1', 'y')],
    ['one more arch', record('a', '1', 'x'), record('a', '1', ['x', 'y'])],
    ['the version at the end of the name', record('a1', '', 'x'), record('a', '1', 'x')],
    ['upper case', record('a', '1', 'x'), record('A', '1', 'x')],
  ])('differs for %s', (_title, one, other) => {
    expect(recordKey(one)).not.toBe(recordKey(other));
  });

  it('is the same for an arch and a list of it', () => {
    expect(recordKey(record('a', '1', 'x'))).toBe(recordKey(record('a', '1', ['x'])));
    expect(archesOf(record('a', '1', 'x'))).toEqual(archesOf(record('a', '1', ['x'])));
  });
});
