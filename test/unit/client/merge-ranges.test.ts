import { expect, it } from 'vitest';
import { mergeRanges } from '../../../src/client/merge-ranges.ts';

it('makes no request of no ranges', () => {
  expect(mergeRanges([])).toEqual([]);
});

it('joins ranges that follow one another, and remembers where each begins', () => {
  expect(
    mergeRanges([
      { start: 10, length: 5 },
      { start: 15, length: 1 },
      { start: 16, length: 4 },
    ]),
  ).toEqual([
    {
      start: 10,
      length: 10,
      parts: [
        { start: 0, length: 5 },
        { start: 5, length: 1 },
        { start: 6, length: 4 },
      ],
    },
  ]);
});

it('keeps ranges apart that have a byte between them', () => {
  const merged = mergeRanges([
    { start: 10, length: 5 },
    { start: 16, length: 1 },
  ]);
  expect(merged.map(({ start, length }) => [start, length])).toEqual([
    [10, 5],
    [16, 1],
  ]);
});
