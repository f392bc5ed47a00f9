import { describe, expect, it } from 'vitest';
import { coveredSummaries, formatSummaryName, selectSummaries, servingArch } from '../../../src/client/selection.ts';
import { failureOf } from '../../failure.ts';

const entries = [
  { arch: 'amd64' },
  { arch: 'amd64', subset: 'free' },
  { arch: 'arm64' },
  { arch: 'riscv64', subset: 'free' },
  { arch: 'riscv64', subset: 'games' },
];

describe('selectSummaries', () => {
  it.each([
    ['nothing', {}, ['amd64', 'arm64', 'riscv64 (free)', 'riscv64 (games)']],
    ['an arch', { arch: 'amd64' }, ['amd64']],
    ['an arch with only subsets', { arch: 'riscv64' }, ['riscv64 (free)', 'riscv64 (games)']],
    ['a subset', { subset: 'free' }, ['amd64 (free)', 'riscv64 (free)']],
    ['both', { arch: 'riscv64', subset: 'games' }, ['riscv64 (games)']],
  ])('takes, given %s, what a user expects', (_, selection, expected) => {
    expect(selectSummaries(entries, selection).map(formatSummaryName)).toEqual(expected);
  });

  it.each([
    [{ arch: 'mips' }, 'no architecture mips here; there is: amd64, arm64, riscv64', undefined],
    [{ arch: 'amd65' }, 'no architecture amd65 here; there is: amd64, arm64, riscv64', 'did you mean amd64?'],
    [{ subset: 'nonfree' }, 'no subset nonfree here; there is: free, games', undefined],
    [{ subset: 'fre' }, 'no subset fre here; there is: free, games', 'did you mean free?'],
    [{ arch: 'arm64', subset: 'free' }, 'no subset free of arm64 here; there is none', undefined],
    [{ arch: 'amd64', subset: 'games' }, 'no subset games of amd64 here; there is: free', undefined],
  ])('refuses %j, which does not exist, and lists what does', async (selection, message, hint) => {
    const error = await failureOf(Promise.resolve().then(() => selectSummaries(entries, selection)));
    expect(error).toMatchObject({ code: 'not-found', message, hint });
  });

  it('finds nothing in nothing', () => {
    expect(selectSummaries([], {})).toEqual([]);
    expect(() => selectSummaries([], { arch: 'amd64' })).toThrow('no architecture amd64 here; there is none');
  });
});

describe('the arch all', () => {
  const withAll = [{ arch: 'all' }, { arch: 'all', subset: 'free' }, ...entries];

  it.each([
    ['an arch without summaries', { arch: 'mips' }, ['all']],
    ['a subset of an arch without summaries', { arch: 'mips', subset: 'free' }, ['all (free)']],
    ['all', { arch: 'all' }, ['all']],
    ['an arch with summaries of its own', { arch: 'arm64' }, ['arm64']],
    ['no arch', {}, ['amd64', 'arm64', 'riscv64 (free)', 'riscv64 (games)']],
    ['no arch and a subset', { subset: 'free' }, ['amd64 (free)', 'riscv64 (free)']],
  ])('serves %s, and no other', (_, selection, expected) => {
    expect(selectSummaries(withAll, selection).map(formatSummaryName)).toEqual(expected);
  });

  it('is everything if there is no other', () => {
    expect(selectSummaries([{ arch: 'all' }], {})).toEqual([{ arch: 'all' }]);
  });

  it('does not serve an arch that lacks only the subset', () => {
    expect(() => selectSummaries(withAll, { arch: 'arm64', subset: 'free' })).toThrow(
      'no subset free of arm64 here; there is none',
    );
  });

  it('does not serve an arch whose summary is published but not at hand', () => {
    const held = [{ arch: 'all' }];
    expect(() => selectSummaries(held, { arch: 'arm64' }, withAll)).toThrow(
      'no architecture arm64 here; there is: all',
    );
    expect(selectSummaries(held, { arch: 'mips' }, withAll)).toEqual(held);
  });

  it('is covered by a selection without an arch', () => {
    expect(coveredSummaries(withAll, { subset: 'free' }).map(formatSummaryName)).toEqual([
      'all (free)',
      'amd64 (free)',
      'riscv64 (free)',
    ]);
  });

  it('is named as what serves an arch', () => {
    expect(['mips', 'arm64', 'all'].map((arch) => servingArch(withAll, arch))).toEqual(['all', 'arm64', 'all']);
    expect(servingArch(entries, 'mips')).toBe('mips');
  });
});
