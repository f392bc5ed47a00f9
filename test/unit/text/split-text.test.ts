import { describe, expect, it } from 'vitest';
import { splitOutsideQuotes, splitText } from '../../../src/text/split-text.ts';

describe('a text', () => {
  it.each<[string, readonly [string, number][]]>([
    ['', [['', 0]]],
    ['a', [['a', 0]]],
    [
      'ab|c|',
      [
        ['ab', 0],
        ['c', 3],
        ['', 5],
      ],
    ],
    [
      '"a|b"',
      [
        ['"a', 0],
        ['b"', 3],
      ],
    ],
  ])('is split at each separator: %j', (text, parts) => {
    expect(splitText(text, '|').map(({ text: part, offset }) => [part, offset])).toEqual(parts);
  });

  it.each<[string, readonly [string, number][]]>([
    [
      '"a|b"|c',
      [
        ['"a|b"', 0],
        ['c', 6],
      ],
    ],
    [
      '"a\\"|b"|c',
      [
        ['"a\\"|b"', 0],
        ['c', 8],
      ],
    ],
    [
      'a"|"b|c',
      [
        ['a"|"b', 0],
        ['c', 6],
      ],
    ],
    [
      '"a|b',
      [
        ['"a', 0],
        ['b', 3],
      ],
    ],
  ])('is split at separators outside of quotation marks: %j', (text, parts) => {
    expect(splitOutsideQuotes(text, '|').map(({ text: part, offset }) => [part, offset])).toEqual(parts);
  });
});
