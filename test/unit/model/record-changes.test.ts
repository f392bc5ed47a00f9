import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../../../src/model/record.ts';
import {
  compareRecordSets,
  countChanges,
  mergeChanges,
  type RecordChanges,
} from '../../../src/model/record-changes.ts';
import { compareVersions } from '../../../src/model/versions/debian.ts';

const options = { compare: compareVersions, decides: true, arch: 'amd64' };
const record = (name: string, version: string, more: Record<string, string | number> = {}): PackageRecord => ({
  name,
  version,
  arch: 'amd64',
  ...more,
});
const compare = (before: readonly PackageRecord[], after: readonly PackageRecord[]): RecordChanges =>
  compareRecordSets(before, after, options);

describe('a comparison of records', () => {
  it('finds nothing between equal sets, in whatever order', () => {
    const records = [record('a', '1', { size: 3 }), record('b', '1')];
    expect(countChanges(compare(records, records.toReversed()))).toBe(0);
  });

  it('tells added, removed, upgraded, downgraded and changed content', () => {
    const changes = compare(
      [record('gone', '1'), record('up', '1.9'), record('down', '2'), record('same', '1', { size: 1, old: 'x' })],
      [record('new', '1'), record('up', '1.10'), record('down', '1'), record('same', '1', { size: 2, fresh: 'y' })],
    );
    const placed = { arch: 'amd64', arches: ['amd64'] };
    expect(changes).toEqual({
      added: [{ name: 'new', version: '1', ...placed }],
      removed: [{ name: 'gone', version: '1', ...placed }],
      changed: [
        { name: 'down', from: '2', to: '1', direction: 'downgrade', ...placed },
        { name: 'up', from: '1.9', to: '1.10', direction: 'upgrade', ...placed },
      ],
      content: [
        {
          ...{ name: 'same', version: '1', ...placed },
          fields: [
            { field: 'fresh', to: 'y' },
            { field: 'old', from: 'x' },
            { field: 'size', from: 1, to: 2 },
          ],
        },
      ],
    });
  });

  it('pairs the newest version that went with the newest that came; the others are added or removed', () => {
    const { changed, added, removed } = compare(
      [record('a', '1'), record('a', '2'), record('b', '1')],
      [record('a', '3'), record('b', '1'), record('b', '2'), record('b', '3')],
    );
    expect(changed.map(({ name, from, to }) => [name, from, to])).toEqual([['a', '2', '3']]);
    expect(removed.map(({ version }) => version)).toEqual(['1']);
    expect(added.map(({ version }) => version)).toEqual(['2', '3']);
  });

  it('calls versions respelled that are equal in the order', () => {
    expect(compare([record('a', '0:1')], [record('a', '1')]).changed).toMatchObject([{ direction: 'respelled' }]);
  });

  it('does not say which version is newer in an order that is not known', () => {
    const changes = compareRecordSets([record('a', '1')], [record('a', '2')], { ...options, decides: false });
    expect(changes.changed).toMatchObject([{ from: '1', to: '2', direction: 'unknown' }]);
  });

  it('treats a package that moves to another arch as removed and added', () => {
    const { added, removed, changed } = compare([record('a', '1')], [{ ...record('a', '2'), arch: 'all' }]);
    expect([added.length, removed.length, changed.length]).toEqual([1, 1, 0]);
  });

  it('compares objects by their members and not by their order, and fields called like what objects inherit', () => {
    const before = { ...record('a', '1'), more: { x: 1, y: [2] } };
    const after = { ...record('a', '1'), more: { y: [2], x: 1 }, constructor: 'c' };
    expect(compare([before], [after]).content[0]?.fields).toEqual([{ field: 'constructor', to: 'c' }]);
  });

  it('lists a change that is in several summaries once, with their architectures', () => {
    const change = (arch: string): RecordChanges => compareRecordSets([], [record('a', '1')], { ...options, arch });
    const { added } = mergeChanges([change('riscv64'), change('amd64'), change('amd64')]);
    expect(added).toEqual([{ name: 'a', version: '1', arch: 'amd64', arches: ['amd64', 'riscv64'] }]);
  });
});
