import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../../../src/model/record.ts';
import { RecordSet } from '../../../src/model/record-set.ts';

const first = { file: 'a.json', line: 1 };
const second = { file: 'b.json', line: 7 };

function tool(fields: Partial<PackageRecord> = {}): PackageRecord {
  return { name: 'tool', version: '1.0', arch: 'all', ...fields };
}

function listersOf(set: RecordSet): readonly (readonly string[])[] {
  return set.sorted().map(({ listedBy }) => [...listedBy]);
}

describe('a record that comes twice', () => {
  it.each<[string, Partial<PackageRecord>]>([
    ['texts', { summary: 'x' }],
    ['lists', { tags: ['a', ['b']] }],
    ['objects with their keys in any order', { mine: { a: 1, b: [{ c: 2, d: 3 }] } }],
  ])('is taken once: %s', (_title, fields) => {
    const set = new RecordSet();
    expect(set.add(tool(fields), undefined, first)).toBeUndefined();
    expect(set.add(reordered(tool(fields)), undefined, second)).toBeUndefined();
    expect(set.sorted()).toEqual([{ record: tool(fields), listedBy: new Set(), place: first }]);
    expect(set.size).toBe(1);
  });

  it('has the architectures of all who list it, in order', () => {
    const set = new RecordSet();
    for (const arch of ['i386', 'amd64', 'i386']) set.add(tool(), arch, first);
    expect(listersOf(set)).toEqual([['amd64', 'i386']]);
  });

  it.each([
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('belongs wherever its own arch says once nobody lists it: %s, %s', (one, other) => {
    const set = new RecordSet();
    expect(set.add(tool(), one, first)).toBeUndefined();
    expect(set.add(tool(), other, second)).toBeUndefined();
    expect(listersOf(set)).toEqual([[]]);
  });
});

describe('two records of one name, version and arch', () => {
  it.each<[string, Partial<PackageRecord>, Partial<PackageRecord>]>([
    ['another value', { size: 1 }, { size: 2 }],
    ['a field more', {}, { size: 1 }],
    ['a field less', { size: 1 }, {}],
    ['another field', { a: 1 }, { b: 1 }],
    ['another type', { size: 1 }, { size: '1' }],
    ['a list in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    ['a longer list', { tags: ['a'] }, { tags: ['a', 'b'] }],
    ['a list and an object', { mine: [1] }, { mine: { 0: 1 } }],
    ['null and an object', { mine: null }, { mine: {} }],
    ['an arch as a list', {}, { arch: ['all'] }],
  ])('are a conflict: %s', (_title, one, other) => {
    const set = new RecordSet();
    set.add(tool(one), 'amd64', first);
    const message = 'tool 1.0 (all) stands at a.json:1 too, with another content';
    expect(set.add(tool(other), 'amd64', second)).toEqual({ ...second, message });
    expect(set.sorted().map(({ record }) => record)).toEqual([tool(one)]);
  });

  it.each([
    [undefined, undefined],
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('are a conflict where no path tells them apart: %s, %s', (one, other) => {
    const set = new RecordSet();
    set.add(tool({ size: 1 }), one, first);
    expect(set.add(tool({ size: 2 }), other, second)).toMatchObject(second);
  });

  it('stand beside each other where different architectures list them', () => {
    const set = new RecordSet();
    expect(set.add(tool({ size: 1 }), 'i386', first)).toBeUndefined();
    expect(set.add(tool({ size: 2 }), 'amd64', second)).toBeUndefined();
    expect(set.sorted().map(({ record }) => record.size)).toEqual([2, 1]);
    expect(set.size).toBe(1);
  });

  it('are a conflict as soon as one architecture lists both', () => {
    const set = new RecordSet();
    set.add(tool({ size: 1 }), 'i386', first);
    set.add(tool({ size: 2 }), 'amd64', second);
    expect(set.add(tool({ size: 1 }), 'amd64', first)).toMatchObject(first);
    expect(set.add(tool({ size: 1 }), undefined, first)).toMatchObject(first);
    expect(listersOf(set)).toEqual([['amd64'], ['i386']]);
  });
});

it('records come in their order, whatever order they were added in', () => {
  const records = ['b', 'a', '🔧', '\uffff', 'B'].map((name) => tool({ name }));
  const names = (all: readonly PackageRecord[]) => {
    const set = new RecordSet();
    for (const record of all) set.add(record, undefined, first);
    return set.sorted().map(({ record }) => record.name);
  };
  expect(names(records)).toEqual(['B', 'a', 'b', '\uffff', '🔧']);
  expect(names(records.toReversed())).toEqual(names(records));
});

function reordered<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return structuredClone(value);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reordered(member)])
      .reverse(),
  ) as T;
}
