import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from '../../../../src/readers/json/json.ts';
import { findJsonError, findJsonLosses } from '../../../../src/readers/json/problems.ts';
import { memoryFile, readAll } from '../memory-file.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const fragment = fc.constantFrom(...'{}[],:"\\/ \n\t-+.eE019aun'.split(''), 'true', 'null', '\\u00e9', '\\n', '"a"');

describe('the search for a JSON error', () => {
  it('finds one exactly where JSON.parse refuses a text', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(findJsonError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('finds none in any JSON, and one in any JSON that lost a character of its structure', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        expect(findJsonError(text)).toBeUndefined();
        const broken = text.slice(0, at % text.length) + text.slice((at % text.length) + 1);
        expect(findJsonError(broken) === undefined).toBe(isJson(broken));
      }),
    );
  });

  it('points to where the text can no longer become JSON', () => {
    expect(findJsonError('[1, {"a": tru}]')).toEqual({ offset: 10, expected: 'a value' });
    expect(findJsonError('[1')).toEqual({ offset: 2, expected: '"," or "]"' });
    expect(findJsonError('[1]]')).toEqual({ offset: 3, expected: 'the end' });
    expect(findJsonError('"\\u12"')).toEqual({ offset: 1, expected: 'a valid escape' });
    expect(findJsonError('')).toEqual({ offset: 0, expected: 'a value' });
  });

  it('needs no stack for a text nested a million levels deep', () => {
    expect(findJsonError('['.repeat(1_000_000))).toEqual({ offset: 1_000_000, expected: 'a value or "]"' });
  });
});

const lossesOf = (text: string): readonly string[] =>
  findJsonLosses(text, JSON.parse(text)).map(({ offset, problem }) => `${offset}: ${problem}`);

describe('what JSON.parse would lose', () => {
  it.each([
    ['{"a":1,"a":2}', ['7: key "a": expected once in an object, found again']],
    ['{"a":{"b":1,"b":1}}', ['12: key "b": expected once in an object, found again']],
    ['[{"a":1},{"a":2,"\\u0061":3}]', ['16: key "a": expected once in an object, found again']],
    ['{"a":1 , "b":[], "a" :[{}]}', ['17: key "a": expected once in an object, found again']],
    [
      '{"b":[{"c":9007199254740993}]}',
      ['11: field "b": expected an integer of at most 9007199254740991, found 9007199254740993; make it a string'],
    ],
    [
      '{"a":-9007199254740992}',
      ['5: field "a": expected an integer of at most 9007199254740991, found -9007199254740992; make it a string'],
    ],
    [
      '{"a":[1,123456789012345678901234567890]}',
      [
        '8: field "a": expected an integer of at most 9007199254740991, found 123456789012345678901234567890; make it a string',
      ],
    ],
  ])('is found in %s', (text, expected) => {
    expect(lossesOf(text)).toEqual(expected);
  });

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '9007199254740991',
    '[0.1234567890123456789,1e300,12345678901234567890.5]',
    '{"a":"12345678901234567890","12345678901234567890":1}',
    '{"a":"\\"a\\":1,","b":"{\\"b\\":","c":"\\\\"}',
    '"\\"a\\": 1"',
  ])('is nothing in %s', (text) => {
    expect(lossesOf(text)).toEqual([]);
  });

  it('is nothing in any output of JSON.stringify', () => {
    const values = fc.object({ values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] });
    fc.assert(
      fc.property(values, (value) => {
        expect(lossesOf(JSON.stringify(value))).toEqual([]);
      }),
    );
  });

  it('ends with the bracket that makes the text too deep', () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(lossesOf(deep)).toEqual(['1004: expected at most 1000 levels of lists and objects, found more']);
    const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    expect(lossesOf(objects)).toEqual(['5000: expected at most 1000 levels of lists and objects, found more']);
  });

  it('is told a thousand times at most', async () => {
    const text = `{\n${'"a":1,\n'.repeat(100_000)}"b":1}`;
    const { problems } = await readAll(json, memoryFile('a.json', text, 1 << 20));
    expect(problems).toHaveLength(1000);
    expect(problems.at(-1)).toEqual({
      file: 'in/a.json',
      line: 1002,
      column: 1,
      message: 'key "a": expected once in an object, found again',
    });
  });

  it('is a problem of the file, with line and column, and keeps the record out', async () => {
    const { drafts, problems } = await readAll(
      json,
      memoryFile('a.json', '[{"name":"x"},\n {"name":"y",\n  "name":"z"}]'),
    );
    expect(drafts.map(({ fields }) => fields.name)).toEqual(['x']);
    expect(problems).toEqual([
      { file: 'in/a.json', line: 3, column: 3, message: 'key "name": expected once in an object, found again' },
    ]);
  });
});
