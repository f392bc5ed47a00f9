import { describe, expect, it } from 'vitest';
import { type PartitionOptions, partition } from '../../../src/model/partition.ts';
import type { PackageRecord } from '../../../src/model/record.ts';
import { RecordSet } from '../../../src/model/record-set.ts';

type Input = readonly [name: string, arch: string | readonly string[], listedBy?: string];

/** `arch` or `arch/subset`, and the names in it. */
function partitionOf(inputs: readonly Input[], options: Partial<PartitionOptions> = {}): Record<string, string> {
  const set = new RecordSet();
  for (const [name, arch, listedBy] of inputs) set.add({ name, version: '1', arch }, listedBy, { file: 'f', line: 1 });
  const contents = partition(set.sorted(), { arches: [], subsets: [], ...options });
  const named = contents.map(({ arch, subset, records }) => [
    subset === undefined ? arch : `${arch}/${subset}`,
    records.map((record) => record.name).join(),
  ]);
  return Object.fromEntries(named);
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
      'an all record into every arch',
      [
        ['a', 'all'],
        ['b', 'x'],
        ['c', 'y'],
      ],
      { x: 'a,b', y: 'a,c' },
    ],
    [
      'a list of all like all',
      [
        ['a', ['all']],
        ['b', 'x'],
      ],
      { x: 'a,b' },
    ],
    ['all records alone into the arch all', [['a', 'all']], { all: 'a' }],
    [
      'an all record into the arches that list it alone',
      [
        ['a', 'all', 'x'],
        ['b', 'y'],
      ],
      { x: 'a', y: 'b' },
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

  it('puts the whole of an arch before its subsets, all in order', () => {
    const has = (letter: string) => (record: PackageRecord) => record.name.includes(letter);
    const subsets = ['b', 'a', 'B'].map((name) => ({ name, matches: has(name) }));
    const inputs: readonly Input[] = [
      ['ab', 'y'],
      ['b', 'x'],
    ];
    const found = partitionOf(inputs, { subsets });
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
