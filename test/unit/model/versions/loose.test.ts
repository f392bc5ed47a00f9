import { describe, expect, it } from 'vitest';
import { compareLooseVersions } from '../../../../src/model/versions/loose.ts';
import { expectPreorder, expectRelation, type Relation } from './relations.ts';

/** From the oldest to the newest. */
const sorted = [
  '1.0-nightly',
  '1.0-nightly.20240101',
  '1.0-alpha',
  '1.0-alpha.2',
  '1.0a10',
  '1.0b1',
  '1.0-preview',
  '1.0-rc1',
  '1.0 RC 2',
  '1.0',
  '1.0b',
  '1.0-final',
  '1.0p1',
  '1.0.1',
  '1.0.10',
  '1.2',
  '1.10',
  '2024.01.15',
  '20240115',
];

const equal: readonly Relation[] = [
  ['1', '=', '1.0'],
  ['v1.0.0', '=', '1'],
  ['V1', '=', 'v1'],
  ['1.0.0-rc1', '=', '1-RC.1'],
  ['1_2', '=', '1-2'],
  ['1.02', '=', '1.2'],
  ['1.0-alpha2', '=', '1.0a2'],
  ['1.0-dev', '=', '1.0.snapshot'],
  ['0', '=', ''],
];

const others: readonly Relation[] = [
  ['1.0.2', '<', '1.0.2k'],
  ['1.0.2k', '<', '1.0.3'],
  ['1.0', '<', '1.0-1'],
  ['1.0', '<', '1.0+build'],
  ['latest', '<', '0.1'],
  ['r9', '<', 'r10'],
  ['1.0.0.1', '>', '1.0a'],
  ['1.0ä', '>', '1.0z'],
];

describe('the loose order', () => {
  it('puts pre-releases before the release, and other words after it', () => {
    expect(sorted.toReversed().sort(compareLooseVersions)).toEqual(sorted);
  });

  it.each([...equal, ...others])('puts %j %s %j', (...relation) => {
    expectRelation(compareLooseVersions, relation);
  });

  it('reads runs of digits as numbers of any length', () => {
    expect(compareLooseVersions('1.99999999999999999999', '1.100000000000000000000')).toBeLessThan(0);
  });

  it('is a total preorder of any texts', () => {
    expectPreorder(compareLooseVersions);
  });
});
