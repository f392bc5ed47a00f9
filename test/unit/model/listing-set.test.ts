import { describe, expect, it } from 'vitest';
import { formatCanonicalJson } from '../../../src/model/canonical-json.ts';
import type { Listing, Place } from '../../../src/model/listing.ts';
import { ListingSet } from '../../../src/model/listing-set.ts';
import { asValue, type PackageRecord } from '../../../src/model/record.ts';
import { sha256Of } from '../../workspace.ts';

const first = { file: 'a.json', line: 1 };
const second = { file: 'b.json', line: 7 };

function tool(fields: Partial<PackageRecord> = {}): PackageRecord {
  return { name: 'tool', version: '1.0', arch: 'all', ...fields };
}

/** A set that reads records from memory, and how often it had to. */
function recordSet(): {
  add(record: PackageRecord, listedBy: string | undefined, place: Place): ReturnType<ListingSet['add']>;
  records(): readonly PackageRecord[];
  listers(): readonly (readonly string[])[];
  readonly set: ListingSet;
  readonly compared: () => number;
} {
  const contents: PackageRecord[] = [];
  let compared = 0;
  const contentOf = ({ content }: Listing): PackageRecord => contents[content.start] ?? tool();
  const set = new ListingSet((a, b) => {
    compared++;
    return formatCanonicalJson(asValue(contentOf(a))) === formatCanonicalJson(asValue(contentOf(b)));
  });
  return {
    set,
    compared: () => compared,
    records: () => set.sorted().map(contentOf),
    listers: () => set.sorted().map(({ listedBy }) => listedBy),
    add(record, listedBy, place) {
      const { name, version, arch } = record;
      const start = contents.push(record) - 1;
      const content = { batch: 'memory', start, length: 1, sha256: sha256Of(JSON.stringify(record)) };
      const listers = listedBy === undefined ? [] : [listedBy];
      return set.add({ name, version, arch, weight: 1, subsets: [], listedBy: listers, place, content });
    },
  };
}

describe('a record that occurs twice', () => {
  it.each<[string, Partial<PackageRecord>]>([
    ['texts', { summary: 'x' }],
    ['lists', { tags: ['a', ['b']] }],
    ['objects with their keys in any order', { mine: { a: 1, b: [{ c: 2, d: 3 }] } }],
  ])('is kept once: %s', (_title, fields) => {
    const { add, records, listers, set } = recordSet();
    expect(add(tool(fields), undefined, first)).toBeUndefined();
    expect(add(reordered(tool(fields)), undefined, second)).toBeUndefined();
    expect(records()).toEqual([tool(fields)]);
    expect(listers()).toEqual([[]]);
    expect(set.sorted().map(({ place }) => place)).toEqual([first]);
    expect(set.size).toBe(1);
  });

  it('is not read again if its bytes are the same', () => {
    const { add, compared } = recordSet();
    add(tool({ size: 1 }), 'amd64', first);
    add(tool({ size: 1 }), 'i386', second);
    expect(compared()).toBe(0);
  });

  it('has all architectures that list it, in order', () => {
    const { add, listers } = recordSet();
    for (const arch of ['i386', 'amd64', 'i386']) add(tool(), arch, first);
    expect(listers()).toEqual([['amd64', 'i386']]);
  });

  it('shares no list with a record that others list', () => {
    const { add, listers } = recordSet();
    for (const name of ['a', 'b', 'c']) for (const arch of ['x', 'y']) add(tool({ name }), arch, first);
    add(tool({ name: 'b' }), 'z', first);
    add(tool({ name: 'c' }), undefined, first);
    expect(listers()).toEqual([['x', 'y'], ['x', 'y', 'z'], []]);
  });

  it.each([
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('belongs to its own arch once it is also read without a list: %s, %s', (one, other) => {
    const { add, listers } = recordSet();
    expect(add(tool(), one, first)).toBeUndefined();
    expect(add(tool(), other, second)).toBeUndefined();
    expect(listers()).toEqual([[]]);
  });
});

describe('two records of one name, version and arch', () => {
  it.each<[string, Partial<PackageRecord>, Partial<PackageRecord>]>([
    ['a different value', { size: 1 }, { size: 2 }],
    ['a field more', {}, { size: 1 }],
    ['a field less', { size: 1 }, {}],
    ['an additional field', { a: 1 }, { b: 1 }],
    ['a different type', { size: 1 }, { size: '1' }],
    ['a list in a different order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }],
    ['a longer list', { tags: ['a'] }, { tags: ['a', 'b'] }],
    ['a list and an object', { mine: [1] }, { mine: { 0: 1 } }],
    ['null and an object', { mine: null }, { mine: {} }],
    ['an arch as a list', {}, { arch: ['all'] }],
  ])('are a conflict: %s', (_title, one, other) => {
    const { add, records } = recordSet();
    add(tool(one), 'amd64', first);
    const message = 'tool 1.0 (all) is also defined at a.json:1, with different content';
    expect(add(tool(other), 'amd64', second)).toEqual({ ...second, message });
    expect(records()).toEqual([tool(one)]);
  });

  it.each([
    [undefined, undefined],
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('are a conflict if no path separates them: %s, %s', (one, other) => {
    const { add } = recordSet();
    add(tool({ size: 1 }), one, first);
    expect(add(tool({ size: 2 }), other, second)).toMatchObject(second);
  });

  it('are both kept if different architectures list them', () => {
    const { add, records, set } = recordSet();
    expect(add(tool({ size: 1 }), 'i386', first)).toBeUndefined();
    expect(add(tool({ size: 2 }), 'amd64', second)).toBeUndefined();
    expect(records().map(({ size }) => size)).toEqual([2, 1]);
    expect(set.size).toBe(1);
  });

  it('are a conflict as soon as one architecture lists both', () => {
    const { add, listers } = recordSet();
    add(tool({ size: 1 }), 'i386', first);
    add(tool({ size: 2 }), 'amd64', second);
    expect(add(tool({ size: 1 }), 'amd64', first)).toMatchObject(first);
    expect(add(tool({ size: 1 }), undefined, first)).toMatchObject(first);
    expect(listers()).toEqual([['amd64'], ['i386']]);
  });
});

it('records are in their order, whatever order they were added in', () => {
  const tools = ['b', 'a', '🔧', '\uffff', 'B'].map((name) => tool({ name }));
  const names = (all: readonly PackageRecord[]): readonly string[] => {
    const { add, records } = recordSet();
    for (const record of all) add(record, undefined, first);
    return records().map(({ name }) => name);
  };
  expect(names(tools)).toEqual(['B', 'a', 'b', '\uffff', '🔧']);
  expect(names(tools.toReversed())).toEqual(names(tools));
});

function reordered<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return structuredClone(value);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reordered(member)])
      .reverse(),
  ) as T;
}
