import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from '../../../../src/readers/json/json.ts';
import { findJsonLosses } from '../../../../src/readers/json/json-losses.ts';
import { memoryFile, readAll } from '../memory-file.ts';

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
      ['11: field "b": expected an integer of at most 9007199254740991, found 9007199254740993; make it a text'],
    ],
    [
      '{"a":-9007199254740992}',
      ['5: field "a": expected an integer of at most 9007199254740991, found -9007199254740992; make it a text'],
    ],
    [
      '{"a":[1,123456789012345678901234567890]}',
      [
        '8: field "a": expected an integer of at most 9007199254740991, found 123456789012345678901234567890; make it a text',
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

  it('is nothing in whatever JSON.stringify writes', () => {
    const values = fc.object({ values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] });
    fc.assert(
      fc.property(values, (value) => {
        expect(lossesOf(JSON.stringify(value))).toEqual([]);
      }),
    );
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
