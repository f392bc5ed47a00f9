import { describe, expect, it } from 'vitest';
import { formatCanonicalJson } from '../../../src/model/canonical-json.ts';
import type { Listing, Place } from '../../../src/model/listing.ts';
import { mergeListings } from '../../../src/model/merge-listings.ts';
import { asValue, type PackageRecord } from '../../../src/model/record.ts';
import { sha256Of } from '../../workspace.ts';

const first = { file: 'a.json', line: 1 };
const second = { file: 'b.json', line: 7 };

function tool(fields: Partial<PackageRecord> = {}): PackageRecord {
  return { name: 'tool', version: '1.0', arch: 'all', ...fields };
}

type Input = readonly [record: PackageRecord, listedBy: string | undefined, place: Place];

/** Merges listings of records in memory. `compared`: how often two records were read. */
function merge(...inputs: readonly Input[]) {
  const contentOf = ({ content }: Listing): PackageRecord => inputs[content.start]?.[0] ?? tool();
  let compared = 0;
  const { listings, ...rest } = mergeListings(
    inputs.map(([record, listedBy, place], start): Listing => {
      const { name, version, arch } = record;
      const content = { batch: 'memory', start, length: 1, sha256: sha256Of(JSON.stringify(record)) };
      const listers = listedBy === undefined ? [] : [listedBy];
      return { name, version, arch, weight: 1, subsets: [], listedBy: listers, place, content };
    }),
    (a, b) => {
      compared++;
      return formatCanonicalJson(asValue(contentOf(a))) === formatCanonicalJson(asValue(contentOf(b)));
    },
  );
  return {
    ...rest,
    compared,
    records: listings.map(contentOf),
    listers: listings.map(({ listedBy }) => listedBy),
    places: listings.map(({ place }) => place),
  };
}

describe('a record that occurs twice', () => {
  it.each<[string, Partial<PackageRecord>]>([
    ['texts', { summary: 'x' }],
    ['lists', { tags: ['a', ['b']] }],
    ['objects with their keys in any order', { mine: { a: 1, b: [{ c: 2, d: 3 }] } }],
  ])('is kept once: %s', (_title, fields) => {
    const merged = merge([tool(fields), undefined, first], [reordered(tool(fields)), undefined, second]);
    expect(merged).toMatchObject({
      records: [tool(fields)],
      listers: [[]],
      places: [first],
      packages: 1,
      problems: [],
    });
  });

  it('is not read again if its bytes are the same', () => {
    expect(merge([tool({ size: 1 }), 'amd64', first], [tool({ size: 1 }), 'i386', second]).compared).toBe(0);
  });

  it('has all architectures that list it, in order', () => {
    const listed = (arch: string): Input => [tool(), arch, first];
    expect(merge(listed('i386'), listed('amd64'), listed('i386')).listers).toEqual([['amd64', 'i386']]);
  });

  it('shares no list with a record that others list', () => {
    const inputs = ['a', 'b', 'c'].flatMap((name) => ['x', 'y'].map((arch): Input => [tool({ name }), arch, first]));
    const { listers } = merge(...inputs, [tool({ name: 'b' }), 'z', first], [tool({ name: 'c' }), undefined, first]);
    expect(listers).toEqual([['x', 'y'], ['x', 'y', 'z'], []]);
  });

  it.each([
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('belongs to its own arch once it is also read without a list: %s, %s', (one, other) => {
    expect(merge([tool(), one, first], [tool(), other, second])).toMatchObject({ listers: [[]], problems: [] });
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
    const { records, packages, problems } = merge([tool(one), 'amd64', first], [tool(other), 'amd64', second]);
    const message = 'tool 1.0 (all) is also defined at a.json:1, with different content';
    expect(problems).toEqual([{ ...second, message }]);
    expect(records).toEqual([tool(one)]);
    expect(packages).toBe(1);
  });

  it.each([
    [undefined, undefined],
    [undefined, 'amd64'],
    ['amd64', undefined],
  ])('are a conflict if no path separates them: %s, %s', (one, other) => {
    const { problems } = merge([tool({ size: 1 }), one, first], [tool({ size: 2 }), other, second]);
    expect(problems).toMatchObject([second]);
  });

  it('are both kept if different architectures list them', () => {
    const merged = merge([tool({ size: 1 }), 'i386', first], [tool({ size: 2 }), 'amd64', second]);
    expect(merged).toMatchObject({ records: [{ size: 2 }, { size: 1 }], packages: 1, problems: [] });
  });

  it('are a conflict as soon as one architecture lists both', () => {
    const { listers, problems } = merge(
      [tool({ size: 1 }), 'i386', first],
      [tool({ size: 2 }), 'amd64', second],
      [tool({ size: 1 }), 'amd64', { file: 'c.json', line: 3 }],
      [tool({ size: 1 }), undefined, { file: 'd.json', line: 4 }],
    );
    expect(problems).toMatchObject([{ file: 'c.json' }, { file: 'd.json' }]);
    expect(listers).toEqual([['amd64'], ['i386']]);
  });
});

it('records are in their order, whatever order they are given in', () => {
  const tools = ['b', 'a', '🔧', '\uffff', 'B'].map((name): Input => [tool({ name }), undefined, first]);
  for (const inputs of [tools, tools.toReversed()]) {
    expect(merge(...inputs).records.map(({ name }) => name)).toEqual(['B', 'a', 'b', '\uffff', '🔧']);
  }
});

function reordered<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return structuredClone(value);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reordered(member)])
      .reverse(),
  ) as T;
}
