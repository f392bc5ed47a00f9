import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellRun } from '../../../../../../src/delta/align/align-cells.ts';
import { encodeBucket } from '../../../../../../src/layouts/native/format/bucket.ts';
import {
  alignRecords,
  alignSorted,
  RunList,
} from '../../../../../../src/layouts/native/generate/deltas/align-records.ts';
import { outlineBucket } from '../../../../../../src/layouts/native/generate/deltas/outline.ts';
import { compareText } from '../../../../../../src/model/order.ts';
import { compareRecords, type PackageRecord } from '../../../../../../src/model/record.ts';
import { loadFingerprint } from '../../../../../../src/platform/hash/fingerprint.ts';

const options = { fingerprint: await loadFingerprint(), pathRules: [] };

/** Pairs of records, each written `name version arch`. */
function pairs(old: readonly string[], next: readonly string[]): readonly string[] {
  const [before, after] = [old, next].map((lines) => lines.map(parse).sort(compareRecords));
  if (before === undefined || after === undefined) throw new Error('expected two lists');
  const outlines = [before, after].map((records) => outlineBucket(encodeBucket(records, options)));
  if (outlines[0] === undefined || outlines[1] === undefined) throw new Error('expected two outlines');
  return alignRecords(outlines[0], outlines[1]).flatMap(({ old: i, next: j, count }) =>
    Array.from({ length: count }, (_, k) => `${show(before[i + k])} > ${show(after[j + k])}`),
  );
}

function parse(line: string): PackageRecord {
  const [name = '', version = '', arch = ''] = line.split(' ');
  return { name, version, arch: arch.includes(',') ? arch.split(',') : arch };
}

function show(record: PackageRecord | undefined): string {
  return `${record?.name} ${record?.version} ${record?.arch}`;
}

describe('alignRecords', () => {
  it('pairs a package with itself in another version', () => {
    expect(pairs(['a 1 x', 'b 1 x'], ['a 1 x', 'b 2 x'])).toEqual(['a 1 x > a 1 x', 'b 1 x > b 2 x']);
  });

  it('leaves out packages that came or went', () => {
    expect(pairs(['a 1 x', 'b 1 x', 'd 1 x'], ['b 1 x', 'c 1 x', 'd 1 x'])).toEqual(['b 1 x > b 1 x', 'd 1 x > d 1 x']);
  });

  it('pairs equal versions first, where a name has several', () => {
    expect(pairs(['a 1 x', 'a 3 x'], ['a 1 x', 'a 2 x', 'a 3 x'])).toEqual(['a 1 x > a 1 x', 'a 3 x > a 3 x']);
    expect(pairs(['a 1 x', 'a 2 x', 'a 3 x'], ['a 3 x', 'a 4 x'])).toEqual(['a 3 x > a 3 x']);
  });

  it('pairs what lies between equal versions in order', () => {
    expect(pairs(['a 1 x', 'a 3 x', 'a 9 x'], ['a 2 x', 'a 4 x', 'a 9 x', 'a 99 x'])).toEqual([
      'a 1 x > a 2 x',
      'a 3 x > a 4 x',
      'a 9 x > a 9 x',
    ]);
  });

  it('tells records of one version by their arch, be it a text or a list', () => {
    expect(pairs(['a 1 x', 'a 1 y,z'], ['a 1 all', 'a 1 x', 'a 1 y,z'])).toEqual([
      'a 1 x > a 1 x',
      'a 1 y,z > a 1 y,z',
    ]);
  });

  it('finds names that the bucket repeats so often that they are in its string table', () => {
    const many = Array.from({ length: 9 }, (_, i) => `repeated ${i} x`);
    expect(pairs(many, ['another 1 x', ...many])).toHaveLength(9);
    expect(pairs(['another 1 x', ...many.slice(1)], many)).toHaveLength(8);
  });

  it('pairs names in the order of their code points', () => {
    expect(pairs(['\u{1f527} 1 x', '\uffee 1 x'], ['\uffee 1 x', '\u{1f527} 1 x', '\u{1f528} 1 x'])).toHaveLength(2);
  });
});

describe('RunList', () => {
  it('makes one run of pairs that follow each other in both lists', () => {
    const runs = new RunList();
    for (const [old, next] of [
      [0, 1],
      [1, 2],
      [3, 3],
      [4, 5],
    ] as const)
      runs.add(old, next);
    expect(runs.list()).toEqual([
      { old: 0, next: 1, count: 2 },
      { old: 3, next: 3, count: 1 },
      { old: 4, next: 5, count: 1 },
    ]);
  });
});

describe('alignSorted', () => {
  it('pairs every text that both lists have, and no other', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 2 })).map((list) => list.sort(compareText));
    fc.assert(
      fc.property(texts, texts, (old, next) => {
        const found = positionsOf(alignSorted(old, next)).map(([i, j]) => [old[i], next[j]]);
        expect(found).toEqual(old.filter((text) => next.includes(text)).map((text) => [text, text]));
      }),
    );
  });
});

function positionsOf(runs: readonly CellRun[]): readonly (readonly [number, number])[] {
  return runs.flatMap(({ old, next, count }) => Array.from({ length: count }, (_, i) => [old + i, next + i] as const));
}
