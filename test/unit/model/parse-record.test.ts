import { describe, expect, it } from 'vitest';
import { type ParsedRecord, parseRecord } from '../../../src/model/parse-record.ts';
import { badRecords, goodRecords, record } from './record-vectors.ts';

function messagesOf(parsed: ParsedRecord): readonly string[] {
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}

describe('a valid record', () => {
  it.each(goodRecords)('is returned as it came in: %s', (_title, fields) => {
    const parsed = parseRecord(fields);
    expect(parsed).toEqual({ record: fields });
    expect('record' in parsed && parsed.record).toBe(fields);
  });

  it('may hold values without a prototype', () => {
    const details = Object.assign(Object.create(null), { a: 1 });
    expect(parseRecord(record({ details }))).toHaveProperty('record');
  });
});

describe('an invalid record', () => {
  it.each(badRecords)(
    'is refused with the field, what was expected and what was found: $title',
    ({ fields, problem }) => {
      const parsed = parseRecord(fields);
      expect(messagesOf(parsed)).toEqual([problem]);
    },
  );

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a hole in a list', new Array(1)],
  ])('is refused for a value that JSON cannot represent: %s', (_title, value) => {
    expect(messagesOf(parseRecord(record({ mine: value })))).toEqual([
      expect.stringMatching(/^field "mine(\[0\])?": expected (a JSON value|an object of JSON values), found /),
    ]);
  });

  it('has problems of one kind with others, whatever was found and at which position of a list', () => {
    const kindsOf = (value: unknown) => {
      const parsed = parseRecord(record({ tags: value }));
      return 'problems' in parsed ? parsed.problems.map(({ kind, field }) => [kind, field]) : [];
    };
    expect(kindsOf([1, 'a', { b: 2 }])).toEqual([
      ['tags[]: a string', 'tags'],
      ['tags[]: a string', 'tags'],
    ]);
    expect(kindsOf(7)).toEqual([['tags: a list of strings', 'tags']]);
  });

  it('is refused without words if it is enough to know that there are problems', () => {
    const parsed = parseRecord(record({ size: -1, tags: [1] }), { isWordless: true });
    expect(messagesOf(parsed)).toEqual(['', '']);
  });

  it('is refused for a value that contains itself', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(parseRecord(record({ cycle }))).toHaveProperty('problems.length', 1);
  });

  it('has all of its problems reported, not only the first', () => {
    const parsed = parseRecord({ version: '..', arch: ['a', 'a/b'], size: -1, dependencies: [1, 2] });
    expect(messagesOf(parsed)).toEqual([
      'field "name": expected a value, found nothing',
      'field "version": expected a different name, found ".."',
      'field "arch[1]": expected no slash, backslash or control character, found "a/b"',
      'field "size": expected an integer from 0 to 9007199254740991, found -1',
      'field "dependencies[0]": expected a string, found 1; put it in quotation marks',
      'field "dependencies[1]": expected a string, found 2; put it in quotation marks',
    ]);
  });

  it('has no control character in its problems', () => {
    const parsed = parseRecord(record({ '\x1b[31m': 1, path: '\x9b/\x07', name: '\x7f' }));
    expect(messagesOf(parsed).join()).not.toMatch(/\p{Cc}/u);
    expect(parsed).toHaveProperty('problems.length', 3);
  });
});

describe('a field that is published in details', () => {
  const long = 'x'.repeat(300_000);

  it('may hold a text that is too long for a summary', () => {
    const fields = record({ notes: [long], [long.slice(0, 9)]: 1 });
    expect(parseRecord(fields, { detailFields: new Set(['notes']) })).toEqual({ record: fields });
  });

  it('makes no other field longer', () => {
    const parsed = parseRecord(record({ notes: long, more: long }), { detailFields: new Set(['notes']) });
    expect(messagesOf(parsed)).toEqual([
      expect.stringMatching(/^field "more": expected at most 262144 characters, found 300000; list the field/),
    ]);
  });

  it('leaves the keys of other fields bounded like their texts', () => {
    expect(parseRecord(record({ notes: { [long]: 1 } }))).toHaveProperty('problems.length', 1);
  });

  it('is otherwise checked like any other', () => {
    expect(parseRecord(record({ notes: '\ud800' }), { detailFields: new Set(['notes']) })).toHaveProperty('problems');
  });
});
