import { expect, it } from 'vitest';
import { mergeRanges, spanRanges } from '../../../../src/client/fetch/merge-ranges.ts';

it('makes no request for no ranges', () => {
  expect(mergeRanges([])).toEqual([]);
});

it('joins adjacent ranges, and says where each begins', () => {
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

it('keeps ranges with a byte between them apart', () => {
  const merged = mergeRanges([
    { start: 10, length: 5 },
    { start: 16, length: 1 },
  ]);
  expect(merged.map(({ start, length }) => [start, length])).toEqual([
    [10, 5],
    [16, 1],
  ]);
});

it('makes no request larger than the limit, unless a single range is', () => {
  const ranges = [
    { start: 0, length: 4 },
    { start: 4, length: 4 },
    { start: 8, length: 1 },
    { start: 9, length: 12 },
    { start: 21, length: 3 },
  ];
  const merged = mergeRanges(ranges, 8);
  expect(merged.map(({ start, length }) => [start, length])).toEqual([
    [0, 8],
    [8, 1],
    [9, 12],
    [21, 3],
  ]);
});

it('spans ranges and the bytes between them', () => {
  expect(spanRanges([])).toEqual([]);
  expect(
    spanRanges([
      { start: 10, length: 5 },
      { start: 20, length: 1 },
    ]),
  ).toEqual([
    {
      start: 10,
      length: 11,
      parts: [
        { start: 0, length: 5 },
        { start: 10, length: 1 },
      ],
    },
  ]);
});
