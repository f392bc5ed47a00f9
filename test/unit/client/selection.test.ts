import { describe, expect, it } from 'vitest';
import { formatSummaryName, selectSummaries } from '../../../src/client/selection.ts';

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
    [{ arch: 'mips' }, 'mips'],
    [{ subset: 'nonfree' }, 'any arch (nonfree)'],
    [{ arch: 'arm64', subset: 'free' }, 'arm64 (free)'],
  ])('refuses %j, which does not exist, and lists what does', (selection, wanted) => {
    expect(() => selectSummaries(entries, selection)).toThrow(
      `no summary for ${wanted}; found amd64, amd64 (free), arm64, riscv64 (free), riscv64 (games)`,
    );
  });

  it('finds nothing in nothing', () => {
    expect(selectSummaries([], {})).toEqual([]);
    expect(() => selectSummaries([], { arch: 'amd64' })).toThrow('no summary for amd64; found none');
  });
});
