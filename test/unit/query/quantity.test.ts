import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../src/query/quantity.ts';

describe('parseQuantity', () => {
  it.each([
    ['0', 0],
    ['12', 12],
    ['-0.5', -0.5],
    ['7B', 7],
    ['1.5kB', 1500],
    ['10MB', 10_000_000],
    ['2GB', 2_000_000_000],
    ['1TB', 1_000_000_000_000],
    ['4KiB', 4096],
    ['1MiB', 1_048_576],
    ['1gib', 1_073_741_824],
    ['1TiB', 1_099_511_627_776],
  ])('reads %s as %d', (text, number) => {
    expect(parseQuantity(text)).toBe(number);
  });

  it.each([
    '',
    '-',
    '.5',
    '5.',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    '10 MB',
    'MB',
    '10M',
    '10PB',
    '+1',
    ' 1',
    'NaN',
    'Infinity',
  ])('does not take %j for a number', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
