import { describe, expect, it } from 'vitest';
import { formatProgress } from '../../../src/cli/format-progress.ts';

const wide = { columns: 100, unicode: false, faint: (text: string) => text };
const half = { title: 'reading', done: 50_000_000, total: 100_000_000, unit: 'bytes', seconds: 10 } as const;

describe('formatProgress', () => {
  it('shows a bar, the share, the amount and the time left', () => {
    expect(formatProgress(half, wide)).toBe('reading       ############------------ 50%  50.0 MB of 100 MB, 10 s left');
  });

  it('uses blocks where the terminal shows them, and colours only what is still to come', () => {
    const line = formatProgress(half, { ...wide, unicode: true, faint: (text) => `<${text}>` });
    expect(line).toBe('reading       ████████████<░░░░░░░░░░░░> 50%  50.0 MB of 100 MB, 10 s left');
  });

  it.each([100, 62, 50, 46, 40, 24, 12, 5, 1])('fits a terminal of %i columns', (columns) => {
    expect(formatProgress(half, { ...wide, columns }).length).toBeLessThan(columns);
  });

  it('leaves out the amount first, then the time left, then the bar', () => {
    const lines = [60, 44, 30, 20].map((columns) => formatProgress(half, { ...wide, columns }));
    expect(lines.map((line) => line.replace(/[#-]+/, '='))).toEqual([
      'reading       = 50%  50.0 MB of 100 MB, 10 s left',
      'reading       = 50%, 10 s left',
      'reading       = 50%',
      'reading 50%',
    ]);
  });

  it.each([
    [0.5, undefined],
    [10, '10 s left'],
    [100, '1 min 40 s left'],
    [7300, '2 h 1 min left'],
  ])('estimates from the time so far: half in %i s', (seconds, left) => {
    const line = formatProgress({ ...half, seconds }, wide);
    expect(/, (.* left)$/.exec(line)?.[1]).toBe(left);
  });

  it('does not guess at the very beginning, and has nothing left at the end', () => {
    expect(formatProgress({ ...half, done: 1_000_000 }, wide)).toMatch(/ 1% {2}1\.00 MB of 100 MB$/);
    expect(formatProgress({ ...half, done: 100_000_000 }, wide)).toMatch(/#{24}100% {2}100 MB of 100 MB$/);
  });

  it('never shows more than all', () => {
    expect(formatProgress({ ...half, done: 7, total: 4, unit: 'files' }, wide)).toMatch(/100% {2}4 of 4 files$/);
  });
});
