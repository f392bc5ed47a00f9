import { describe, expect, it } from 'vitest';
import type { Location } from '../../../../src/mapping/select-records.ts';
import { linesOfValues } from '../../../../src/readers/json/locate-values.ts';

const lines = (text: string, locations: readonly Location[], firstLine = 1): readonly number[] =>
  linesOfValues(text, locations, firstLine);

describe('linesOfValues', () => {
  it('gives the line on which each value begins, in the order of the locations', () => {
    const text = '{\n"a": [\n {"b": 1},\n\n {"c":\n 2}]\n}';
    expect(lines(text, [['a', 1, 'c'], ['a', 0], ['a'], [], ['a', 1], ['a', 0, 'b']])).toEqual([6, 3, 2, 1, 5, 3]);
  });

  it('counts from the first line of the text', () => {
    expect(lines('[\n1]', [[0]], 10)).toEqual([11]);
    expect(lines('{}', [[]], 7)).toEqual([7]);
    expect(lines('\n\n {}', [[]], 7)).toEqual([9]);
  });

  it('is not misled by what a text holds', () => {
    expect(lines('{"x": "}\\"]{\\n,\\\\",\n"a": {}}', [['a']])).toEqual([2]);
    expect(lines('{"x": {"a": 1},\n"y": [{"a": 2}],\n"a": 3}', [['a']])).toEqual([3]);
  });

  it('compares keys as they are meant, not as they are written', () => {
    expect(lines('{"b": 0,\n"\\u0061": 1}', [['a']])).toEqual([2]);
    expect(lines('{"":\n1, "a.b":\n2}', [[''], ['a.b']])).toEqual([2, 3]);
    expect(lines('{"0": [\n1]}', [['0', 0]])).toEqual([2]);
  });

  it('gives the line of the value that counts if a key is there twice', () => {
    expect(lines('{"a": 1,\n"a":\n2}', [['a']])).toEqual([3]);
  });

  it('knows line breaks of Windows', () => {
    expect(lines('{\r\n"a": [\r\n1,\r\n2]}', [['a', 1]])).toEqual([4]);
  });

  it('has no lines for no locations', () => {
    expect(lines('{"a": 1}', [])).toEqual([]);
  });

  it('finds thousands of values in one pass', () => {
    const count = 5000;
    const text = `[\n${Array.from({ length: count }, (_, i) => `{"n": ${i}}`).join(',\n')}\n]`;
    const locations = Array.from({ length: count }, (_, i): Location => [i]);
    expect(lines(text, locations)).toEqual(Array.from({ length: count }, (_, i) => i + 2));
  });
});
