import { describe, expect, it } from 'vitest';
import type { Contest } from '../../../bench/contest.ts';
import type { Outcome } from '../../../bench/race.ts';
import { formatBytes, formatContest, formatRatio, formatSeconds, formatWeights } from '../../../bench/table.ts';

const contest: Contest = { name: 'delta', title: 'A delta', bytes: 'delta', against: 'bsdiff', enter: async () => [] };

function measured(name: string, seconds: number, bytes?: number): Outcome {
  const summary = { runs: 5, seconds, spread: 0.034, cpuSeconds: seconds, peakBytes: 120_000_000 };
  return { name, status: 'measured', summary, ...(bytes === undefined ? {} : { bytes }) };
}

describe('the table of a contest', () => {
  it('lines its columns up, and compares with the contestant that the contest names', () => {
    expect(formatContest(contest, [measured('repomill', 0.5, 22_345), measured('bsdiff', 10, 22_212)])).toBe(
      [
        'A delta; ratios to bsdiff',
        '',
        '| delta    | median | spread |  ratio |    CPU | peak memory |    delta | ratio |',
        '| -------- | -----: | -----: | -----: | -----: | ----------: | -------: | ----: |',
        '| repomill | 500 ms |    3 % | 0.050x | 500 ms |      120 MB | 22,345 B | 1.01x |',
        '| bsdiff   | 10.0 s |    3 % |  1.00x | 10.0 s |      120 MB | 22,212 B | 1.00x |',
      ].join('\n'),
    );
  });

  it('compares with the first who was measured where the named one was not', () => {
    const outcomes: Outcome[] = [
      { name: 'bsdiff', status: 'not installed', missing: ['bsdiff'] },
      measured('repomill', 1, 10),
      measured('zstd', 2, 5),
    ];
    const text = formatContest(contest, outcomes);
    expect(text).toContain('ratios to repomill');
    expect(text).toMatch(/^\| zstd .* 2\.00x .* 0\.500x \|$/m);
  });

  it('says who is not installed, by the name of the program alone', () => {
    const outcomes: Outcome[] = [{ name: 'ours', status: 'not installed', missing: ['/a/b/make-delta.js', 'xz'] }];
    expect(formatContest(contest, outcomes)).toContain('| ours  | not installed: make-delta.js, xz |');
  });

  it('keeps the reason of a failure in one line', () => {
    const outcomes: Outcome[] = [{ name: 'aptly', status: 'failed', reason: 'aptly: exit code 1:\nno  such repo' }];
    expect(formatContest(contest, outcomes)).toContain('| aptly | failed: aptly: exit code 1: no such repo |');
  });

  it('has no spread for a single run, and no column of bytes where there are none', () => {
    const { bytes: _, ...timesAlone } = contest;
    const outcome: Outcome = { name: 'repomill', status: 'measured', summary: { runs: 1, seconds: 1, spread: 0 } };
    expect(formatContest(timesAlone, [outcome])).toContain(
      '| repomill | 1.00 s |      - | 1.00x |   - |           - |',
    );
  });
});

describe('the table of a weighing', () => {
  it('shows a figure that was never published without a ratio', () => {
    const weighing = { name: 'sizes', title: 'Sizes', source: 'mail', weigh: async () => [] };
    const text = formatWeights(weighing, [
      { what: 'a day', bytes: 9_000, published: 45_000 },
      { what: 'index', bytes: 3_000 },
    ]);
    expect(text).toContain('| a day | 9,000 B | 45,000 B | 0.200x |');
    expect(text).toContain('| index | 3,000 B |        - |      - |');
  });
});

describe('figures', () => {
  it.each([
    [0, '0 ms'],
    [0.000_4, '0.400 ms'],
    [0.0123, '12.3 ms'],
    [0.999_4, '999 ms'],
    [1, '1.00 s'],
    [12.34, '12.3 s'],
    [754.4, '754 s'],
  ])('of %d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [45_000, '45,000 B'],
    [99_999, '99,999 B'],
    [123_456, '123 kB'],
    [7_940_000, '7.94 MB'],
    [1_300_000_000, '1.30 GB'],
  ])('of %d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.0451, '0.045x'],
    [1, '1.00x'],
    [9.996, '10.0x'],
    [99.96, '100x'],
  ])('of a ratio of %d are %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });
});
