import { describe, expect, it } from 'vitest';
import type { Listing } from '../../../src/model/listing.ts';
import { mergeListings } from '../../../src/model/merge-listings.ts';
import { archesOfRepository, type PartitionOptions, partition } from '../../../src/model/partition.ts';
import { archesOf } from '../../../src/model/record.ts';

type Input = readonly [name: string, arch: string | readonly string[], listedBy?: string];

/** `arch` or `arch/subset`, and the names in it. `inSubset` says which names are in which subset. */
function partitionOf(
  inputs: readonly Input[],
  { arches = [], subsets = [] }: Partial<PartitionOptions> = {},
  inSubset: (name: string, subset: string) => boolean = () => false,
): Record<string, string> {
  const all = inputs.map(([name, arch, listedBy]) => {
    const positions = [...subsets.keys()].filter((position) => inSubset(name, subsets[position] ?? ''));
    return listing(name, arch, listedBy, positions);
  });
  const found = inputs.flatMap(([, arch, listedBy]) => (listedBy === undefined ? archesOf({ arch }) : [listedBy]));
  const contents = partition(mergeListings(all, () => false).listings, {
    arches: archesOfRepository(found, arches),
    subsets,
  });
  const named = contents.map((content) => [
    content.subset === undefined ? content.arch : `${content.arch}/${content.subset}`,
    content.listings.map(({ name }) => name).join(),
  ]);
  return Object.fromEntries(named);
}

function listing(
  name: string,
  arch: Listing['arch'],
  listedBy: string | undefined,
  subsets: readonly number[],
): Listing {
  return {
    name,
    version: '1',
    arch,
    weight: 1,
    subsets,
    listedBy: listedBy === undefined ? [] : [listedBy],
    place: { file: 'f', line: 1 },
    content: { batch: 'b', start: 0, length: 0, sha256: name },
  };
}

describe('partition', () => {
  it.each<[string, readonly Input[], Record<string, string>]>([
    ['nothing into nothing', [], {}],
    [
      'records by their own arch',
      [
        ['b', 'x'],
        ['a', 'x'],
        ['c', 'y'],
      ],
      { x: 'a,b', y: 'c' },
    ],
    [
      'a record of several arches into each',
      [
        ['a', ['y', 'x']],
        ['b', 'z'],
      ],
      { x: 'a', y: 'a', z: 'b' },
    ],
    [
      'an all record into every arch, and into all for the architectures that have none',
      [
        ['a', 'all'],
        ['b', 'x'],
        ['c', 'y'],
      ],
      { all: 'a', x: 'a,b', y: 'a,c' },
    ],
    [
      'a list of all like all',
      [
        ['a', ['all']],
        ['b', 'x'],
      ],
      { all: 'a', x: 'a,b' },
    ],
    ['only all records into the arch all', [['a', 'all']], { all: 'a' }],
    [
      'an all record only into the arches that list it',
      [
        ['a', 'all', 'x'],
        ['b', 'y'],
      ],
      { x: 'a', y: 'b' },
    ],
    [
      'only those all records into all that no arch lists',
      [
        ['a', 'all', 'x'],
        ['b', 'all'],
        ['c', 'y', 'y'],
      ],
      { all: 'b', x: 'a,b', y: 'b,c' },
    ],
    [
      'a record where it is listed, whatever its own arch',
      [
        ['a', 'x', 'y'],
        ['b', 'x', 'x'],
      ],
      { x: 'b', y: 'a' },
    ],
    ['a listed record into no arch of its own', [['a', 'x', 'y']], { y: 'a' }],
  ])('puts %s', (_title, inputs, expected) => {
    expect(partitionOf(inputs)).toEqual(expected);
  });

  it('makes a summary for a configured arch without records of its own', () => {
    expect(partitionOf([['a', 'all']], { arches: ['y', 'x'] })).toEqual({ x: 'a', y: 'a' });
    expect(partitionOf([], { arches: ['x'] })).toEqual({ x: '' });
  });

  it('makes no summary of all if the configuration says which architectures its records are for', () => {
    const inputs: readonly Input[] = [
      ['a', 'all'],
      ['b', 'z'],
    ];
    expect(partitionOf(inputs, { arches: ['x'] })).toEqual({ x: 'a', z: 'a,b' });
  });

  it('gives all the subsets of every other arch', () => {
    const inputs: readonly Input[] = [
      ['a', 'all'],
      ['ab', 'all'],
      ['b', 'x'],
    ];
    expect(partitionOf(inputs, { subsets: ['b'] }, (name, subset) => name.includes(subset))).toEqual({
      all: 'a,ab',
      'all/b': 'ab',
      x: 'a,ab,b',
      'x/b': 'ab,b',
    });
  });

  it('puts the complete summary of an arch before its subsets, all in order', () => {
    const subsets = ['b', 'a', 'B'];
    const inputs: readonly Input[] = [
      ['ab', 'y'],
      ['b', 'x'],
    ];
    const found = partitionOf(inputs, { subsets }, (name, subset) => name.includes(subset));
    expect(Object.entries(found)).toEqual([
      ['x', 'b'],
      ['x/B', ''],
      ['x/a', ''],
      ['x/b', 'b'],
      ['y', 'ab'],
      ['y/B', ''],
      ['y/a', 'ab'],
      ['y/b', 'ab'],
    ]);
  });
});
