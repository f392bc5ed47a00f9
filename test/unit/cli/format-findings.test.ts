import { describe, expect, it } from 'vitest';
import { formatFindings } from '../../../src/cli/format-findings.ts';

const many = (count: number, message: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ path: `summaries/${i}`, message: message(i) }));

describe('formatFindings', () => {
  it('has a line for each finding, in order', () => {
    const findings = [...many(2, () => 'missing'), { path: 'a\nb', message: 'damaged' }];
    expect(formatFindings(findings)).toEqual(['summaries/0: missing', 'summaries/1: missing', 'a\\u000ab: damaged']);
  });

  it('has at most fifty of a kind, and then a count', () => {
    const lines = formatFindings([...many(2500, () => 'missing'), ...many(3, () => 'damaged')]);
    expect(lines).toHaveLength(54);
    expect(lines.slice(49)).toEqual([
      'summaries/49: missing',
      'summaries/0: damaged',
      'summaries/1: damaged',
      'summaries/2: damaged',
      '… and 2,450 more: missing',
    ]);
  });

  it('takes messages for one kind that differ in digests and numbers alone', () => {
    const digest = (i: number): string => String(i).padStart(64, 'a');
    const lines = formatFindings(many(60, (i) => `size: expected ${i}, found ${i + 1} of ${digest(i)}`));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe(`… and 10 more: size: expected 0, found 1 of ${digest(0)}`);
  });
});
