import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../src/bytes/bytes.ts';
import { type Bucket, encodeBucket, openBucket } from '../../../../../src/layouts/native/format/bucket.ts';
import { joinLine } from '../../../../../src/layouts/native/format/json-document.ts';
import { formatCanonicalJson } from '../../../../../src/model/canonical-json.ts';
import { parsePathRule } from '../../../../../src/model/path-rule.ts';
import type { PackageRecord } from '../../../../../src/model/record.ts';
import { loadFingerprint } from '../../../../../src/platform/hash/fingerprint.ts';
import { anyRecords } from './arbitrary-records.ts';

const fingerprint = await loadFingerprint();
const options = { fingerprint, pathRules: [] };
const withRules = {
  fingerprint,
  pathRules: ['{name}_{version}', 'pool/{missing|name:pool}/{name}', '{arch}'].map((rule) => parsePathRule(rule)),
};

describe('a bucket', () => {
  it('gives back every record, whatever its values', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(anyRecords, fc.constantFrom(options, withRules), (records, chosen) => {
        expect(allRecords(openBucket(encodeBucket(records, chosen)))).toEqual(records.map(present));
      }),
      { numRuns: 200 },
    );
  });

  it('gives a field of one record as the whole column does', () => {
    fc.assert(
      fc.property(anyRecords, fc.constantFrom(options, withRules), (records, chosen) => {
        const bytes = encodeBucket(records, chosen);
        const { columns } = openBucket(bytes);
        for (const { field } of columns) {
          const bucket = openBucket(bytes);
          const values = records.map((_, position) => bucket.value(field, records.length - 1 - position)).reverse();
          expect(values).toEqual(bucket.column(field));
        }
      }),
    );
  });

  it('finds every record that contains a text among those that may, in any case', { timeout: 20_000 }, () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 5 }), (records, which, start, length) => {
        const bucket = openBucket(encodeBucket(records, options));
        const wrong: unknown[] = [];
        for (const { field } of bucket.columns) {
          const texts = records.map((record) => textOf(record[field]).toLowerCase());
          const some = texts[which % texts.length] ?? '';
          const from = start % (some.length + 1);
          for (const part of [some.slice(from, from + length), 'repeated t', '"', 'x']) {
            if (part === '' || part.includes('\0')) continue;
            const holding = texts.flatMap((text, position) => (text.includes(part) ? [position] : []));
            const may = bucket.mayHold(field, part);
            const isComplete = holding.every((position) => may.includes(position));
            const isAscending = may.every((position, i) => i === 0 || position > (may[i - 1] ?? position));
            if (!isComplete || !isAscending) wrong.push([field, part, holding, may]);
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds few others among them', () => {
    const texts = ['Editor', 'edit', 'an EDITOR', '', 'x'.repeat(70), undefined, 'ΟΔΟΣ', '\x01quoted'];
    const records = texts.map((summary, i) => named(`n${i}`, summary === undefined ? {} : { summary }));
    const bucket = openBucket(encodeBucket(records, options));
    const quoted = 7;
    expect(bucket.mayHold('summary', 'editor')).toEqual([0, 2, quoted]);
    expect(bucket.mayHold('summary', 'edit')).toEqual([0, 1, 2, quoted]);
    expect(bucket.mayHold('summary', 'οδος')).toEqual([6, quoted]);
    expect(bucket.mayHold('summary', 'nothing')).toEqual([quoted]);
    expect(bucket.mayHold('nothing', 'editor')).toEqual([]);
  });

  it('finds a text of the string table in every record that has it', () => {
    const records: readonly PackageRecord[] = Array.from({ length: 12 }, (_, i) =>
      named(`n${i}`, i % 4 === 0 ? {} : { summary: i % 4 === 1 ? 'other' : 'The Repeated Words', tags: ['a', 'B'] }),
    );
    const wide: readonly PackageRecord[] = [...records, ...records.map((record, i) => ({ ...record, name: `m${i}` }))];
    const bucket = openBucket(encodeBucket(wide, options));
    const holding = wide.flatMap(({ summary }, i) => (summary === 'The Repeated Words' ? [i] : []));
    expect(holding).toHaveLength(12);
    expect(bucket.mayHold('summary', 'repeated')).toEqual(holding);
    expect(bucket.mayHold('tags', 'b')).toEqual(wide.flatMap(({ tags }, i) => (tags === undefined ? [] : [i])));
  });

  it('has the same bytes whatever the order of the properties', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        expect(Buffer.compare(encodeBucket(records.map(backwards), withRules), encodeBucket(records, withRules))).toBe(
          0,
        );
      }),
    );
  });

  it('has the same bytes whatever was encoded before', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, (records, others) => {
        const alone = encodeBucket(records, withRules);
        encodeBucket(others, withRules);
        expect(Buffer.compare(encodeBucket(records, withRules), alone)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('has the same bytes with a field that is undefined as without it', () => {
    const record = { name: 'a', version: '1', arch: 'x' };
    expect(encodeBucket([{ ...record, size: undefined }], options)).toEqual(encodeBucket([record], options));
  });

  it('stores a text once that eight records repeat, and seven times that seven repeat', () => {
    const records = (count: number) =>
      Array.from({ length: count }, (_, i) => named(`n${i}`, { summary: 'the words' }));
    expect(occurrences(encodeBucket(records(8), options), 'the words')).toBe(1);
    expect(occurrences(encodeBucket(records(7), options), 'the words')).toBe(7);
  });

  it.each([
    ['digest', ['ab'.repeat(32), '00'.repeat(32)]],
    ['integer', [0, Number.MAX_SAFE_INTEGER]],
    ['text', ['ab'.repeat(32), 'x']],
    ['list', [[], ['a', '']]],
    ['json', [0, -1]],
    ['json', [1.5, 2]],
    ['json', ['a', 1]],
    ['json', [['\x01AAA'], []]],
    ['json', [['a\x1fb'], []]],
    ['json', [['a', 'b\0'], []]],
    ['json', [[1], ['a']]],
    ['json', [true, null]],
  ])('keeps values in a column of kind %s: %j', (kind, values) => {
    const records = values.map((value, i) => named(`n${i}`, { field: value }));
    const bucket = openBucket(encodeBucket(records, options));
    expect(bucket.columns.find(({ field }) => field === 'field')?.kind).toBe(kind);
    expect(bucket.column('field')).toEqual(values);
  });

  it('has no values for a field that no record has', () => {
    expect(openBucket(encodeBucket([named('a')], options)).column('constructor')).toBeUndefined();
  });

  it('does not store a path that follows a rule, and stores one that does not', () => {
    const records = [named('a', { path: 'a_1' }), named('b', { path: 'elsewhere/b_1' }), named('c')];
    const bytes = encodeBucket(records, withRules);
    expect(occurrences(bytes, 'a_1')).toBe(0);
    expect(occurrences(bytes, 'elsewhere/b_1')).toBe(1);
    expect(openBucket(bytes).column('path')).toEqual(['a_1', 'elsewhere/b_1', undefined]);
  });

  it('does not mistake what every object inherits for a field that a rule names', () => {
    const pathRules = [parsePathRule('{constructor|name}.deb')];
    const bytes = encodeBucket([named('a', { path: 'a.deb' })], { fingerprint, pathRules });
    expect(occurrences(bytes, 'a.deb')).toBe(0);
    expect(openBucket(bytes).column('path')).toEqual(['a.deb']);
  });

  it('keeps a path whose rule reads a field that is not a text in some records', () => {
    const records = [named('a', { arch: ['x', 'y'], path: 'x' }), named('b', { arch: 'x', path: 'x' })];
    expect(allRecords(openBucket(encodeBucket(records, withRules)))).toEqual(records);
  });
});

describe('the first line of a bucket', () => {
  // The string table is empty; two columns of two and three bytes follow.
  const column = { field: 'name', kind: 'text', size: 2 };
  const line = { records: 1, strings: 0, columns: [column, { field: 'version', kind: 'text', size: 3 }] };
  const rest = encodeText('a\x001.\0');

  it('is accepted if it fits the bytes after it', () => {
    expect(openBucket(joinLine(line, rest)).column('version')).toEqual(['1.']);
  });

  it('may have members that are not known', () => {
    expect(openBucket(joinLine({ ...line, more: [1] }, rest)).records).toBe(1);
  });

  it.each([
    ['fewer bytes after it', line, rest.subarray(1), 'bucket: expected 5 bytes after the first line, found 4'],
    ['more bytes after it', line, concatBytes([rest, rest]), 'bucket: expected 5 bytes after the first line, found 10'],
    [
      'a string table that is too long',
      { ...line, strings: 1 },
      rest,
      'bucket: expected 6 bytes after the first line, found 5',
    ],
    [
      'a string table beyond the end',
      { ...line, strings: 6 },
      rest,
      'bucket: strings: expected an integer from 0 to 5, found 6',
    ],
    [
      'more records than bytes',
      { ...line, records: 6 },
      rest,
      'bucket: records: expected an integer from 0 to 5, found 6',
    ],
    [
      'records that are no integer',
      { ...line, records: 0.5 },
      rest,
      'bucket: records: expected an integer from 0 to 5, found 0.5',
    ],
    ['records as text', { ...line, records: '1' }, rest, 'bucket: records: expected an integer from 0 to 5, found "1"'],
    [
      'no records',
      { ...line, records: undefined },
      rest,
      'bucket: records: expected an integer from 0 to 5, found nothing',
    ],
    [
      'columns that are no list',
      { ...line, columns: { 0: column } },
      rest,
      'bucket: columns: expected a list, found an object',
    ],
    ['a column that is no object', { ...line, columns: [[]] }, rest, 'column: expected an object, found an empty list'],
    ['a column twice', { ...line, columns: [column, { ...column, size: 3 }] }, rest, 'bucket: a column occurs twice'],
    [
      'a column without a field',
      columns({ kind: 'text', size: 5 }),
      rest,
      'column: field: expected a string, found nothing',
    ],
    [
      'a column __proto__',
      columns({ ...column, field: '__proto__', size: 5 }),
      rest,
      'column: a field must not be called __proto__',
    ],
    [
      'a column of a kind of its own',
      columns({ ...column, kind: 'Text', size: 5 }),
      rest,
      'column: unknown kind "Text"',
    ],
    [
      'a column of no kind',
      columns({ field: 'name', size: 5 }),
      rest,
      'column: kind: expected a string, found nothing',
    ],
    [
      'a column of a negative size',
      columns({ ...column, size: -1 }),
      rest,
      'column: size: expected an integer from 0 to 5, found -1',
    ],
    [
      'a column beyond the end',
      columns({ ...column, size: 6 }),
      rest,
      'column: size: expected an integer from 0 to 5, found 6',
    ],
    [
      'rules of another field',
      columns({ ...column, rules: ['x'], size: 5 }),
      rest,
      'column name: only the column path, of kind text, may have rules',
    ],
    [
      'rules of a list of paths',
      columns({ field: 'path', kind: 'list', rules: ['x'], size: 5 }),
      rest,
      'column path: only the column path, of kind text, may have rules',
    ],
    [
      'a rule that is no text',
      columns({ field: 'path', kind: 'text', rules: [1], size: 5 }),
      rest,
      'column path: expected a rule as a string, found 1',
    ],
    [
      'rules that are no list',
      columns({ field: 'path', kind: 'text', rules: 'x', size: 5 }),
      rest,
      'column: rules: expected a list, found "x"',
    ],
  ])('is refused with %s', (_title, document, bytes, problem) => {
    expect(() => openBucket(joinLine(document, bytes))).toThrow(refusal(problem));
  });

  it.each([
    ['no line end', '{"records":0,"strings":0,"columns":[]}', 'bucket: expected a line of JSON, found no line end'],
    ['nothing', '', 'bucket: expected a line of JSON, found no line end'],
    ['no JSON', '{"records"\n', 'bucket: expected JSON'],
    ['a list', '[]\n', 'bucket: expected a JSON object'],
    ['null', 'null\n', 'bucket: expected a JSON object'],
  ])('is refused where there is %s', (_title, text, problem) => {
    expect(() => openBucket(encodeText(text))).toThrow(refusal(problem));
  });

  it('is refused where it is not UTF-8', () => {
    expect(() => openBucket(Uint8Array.of(0x22, 0xff, 0x22, 0x0a))).toThrow(refusal('a text is not valid UTF-8'));
  });
});

describe('a column body', () => {
  it.each([
    ['digest', 1, 'a'.repeat(31), 'column: expected 1 digests'],
    ['digest', 1, 'a'.repeat(33), 'column: expected 1 digests'],
    ['integer', 1, '\x01\x02', 'column field: expected 1 values, found 2'],
    ['integer', 2, '\x01\x02\x03', 'column field: expected 2 values, found 3'],
    ['text', 1, 'ab', 'column: the last cell has no NUL at its end'],
    ['text', 2, 'ab\0', 'column field: expected 2 values, found 1'],
    ['text', 1, 'a\0b\0', 'column field: expected 1 values, found 2'],
    ['text', 1, '\x01AAA\0', 'string table: no entry "AAA"'],
    ['text', 1, '\x01\0', 'string table: no entry ""'],
    ['text', 1, '\x02text\0', 'cell: expected JSON'],
    ['text', 1, '\x021\0', 'cell: expected text, found "\\u00021"'],
    ['text', 1, '\x03\0', 'cell: expected text, found "\\u0003"'],
    ['text', 1, '\x03x\0', 'cell: expected text, found "\\u0003x"'],
    ['text', 1, '\x0301\0', 'cell: expected text, found "\\u000301"'],
    ['text', 1, '\x03100\0', 'cell: expected text, found "\\u0003100"'],
    ['text', 1, '\x030\0', 'column field: rule 0 gives no path'],
    ['list', 1, 'a\0', 'cell: the last item of a list has no separator at its end'],
    ['list', 1, '\x030\0', 'column: a path rule in a column of kind list'],
    ['json', 1, '\x030\0', 'column: a path rule in a column of kind json'],
    ['json', 1, 'a\0', 'cell: expected JSON'],
    ['json', 1, '\0', 'cell: expected JSON'],
  ])('of kind %s and %i records is refused: %j', (kind, records, body, problem) => {
    const bucket = open({ field: 'field', kind }, records, encodeText(body));
    expect(() => bucket.column('field')).toThrow(refusal(problem));
  });

  it.each([
    ['cut off', [0x80], 'an integer is cut off'],
    ['longer than needed', [0x80, 0x00], 'an integer is not in its shortest form'],
    ['2^53', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], 'an integer is larger than 2^53 - 1'],
    ['without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 'an integer is larger than 2^53 - 1'],
  ])('is refused with an integer that is %s', (_title, body, problem) => {
    const bucket = open({ field: 'field', kind: 'integer' }, 1, Uint8Array.from(body));
    expect(() => bucket.column('field')).toThrow(refusal(problem));
  });

  it.each([
    ['too few presence bytes', 3, '\x01'],
    ['a presence byte of 2', 2, '\x02\x01a\0b\0'],
    ['a presence byte that is a digit', 2, '01a\0'],
  ])('is refused with %s', (_title, records, body) => {
    const bytes = joinLine(
      { records, strings: 4, columns: [{ field: 'field', kind: 'text', size: body.length, sparse: true }] },
      encodeText(`AAA\0${body}`),
    );
    expect(() => openBucket(bytes).column('field')).toThrow(
      refusal(`column: expected ${records} presence bytes of 0 or 1`),
    );
  });

  it('is refused with fewer values than presence bytes say', () => {
    const bucket = open({ field: 'field', kind: 'text', sparse: true }, 2, encodeText('\x01\x01a\0'));
    expect(() => bucket.column('field')).toThrow(refusal('column field: expected 2 values, found 1'));
  });

  it('is refused with a text that is not UTF-8', () => {
    const bucket = open({ field: 'field', kind: 'text' }, 1, Uint8Array.of(0xc3, 0x00));
    expect(() => bucket.column('field')).toThrow(refusal('a text is not valid UTF-8'));
  });

  it.each([
    ['{path}', 'path rule: expected a field other than path in {path} of {path}'],
    ['{name', 'path rule: unmatched { in {name'],
    ['{name:upper}', 'path rule: unknown filter "upper" in {name:upper}; known: word, noepoch, pool'],
  ])('is refused with the path rule %s', (rule, problem) => {
    const bucket = open({ field: 'path', kind: 'text', rules: [rule] }, 1, encodeText('\x030\0'));
    expect(() => bucket.column('path')).toThrow(refusal(problem));
  });
});

describe('a record of a bucket', () => {
  it.each([
    ['no name', { version: '1', arch: 'x' }],
    ['a name that is a number', { name: 1, version: '1', arch: 'x' }],
    ['a version that is a list', { name: 'a', version: ['1'], arch: 'x' }],
    ['an arch that is null', { name: 'a', version: '1', arch: null }],
    ['an arch of numbers', { name: 'a', version: '1', arch: [1] }],
  ])('is refused with %s', (_title, record) => {
    const bucket = openBucket(encodeBucket([record as unknown as PackageRecord], options));
    expect(() => bucket.record(0)).toThrow(refusal('bucket: record 0 has no name, version or arch'));
  });

  it('is refused after the last one', () => {
    const bucket = openBucket(encodeBucket([named('a')], options));
    expect(() => bucket.record(1)).toThrow(refusal('bucket: record 1 has no name, version or arch'));
  });
});

function named(name: string, fields: Partial<PackageRecord> = {}): PackageRecord {
  return { name, version: '1', arch: 'x', ...fields };
}

function allRecords(bucket: Bucket): readonly PackageRecord[] {
  return Array.from({ length: bucket.records }, (_, position) => bucket.record(position));
}

/** Without fields that are undefined, in plain JSON. */
function present(record: PackageRecord): unknown {
  return JSON.parse(formatCanonicalJson(record as Parameters<typeof formatCanonicalJson>[0]));
}

function backwards(record: PackageRecord): PackageRecord {
  return Object.fromEntries(Object.entries(record).reverse()) as unknown as PackageRecord;
}

function occurrences(bytes: Uint8Array, text: string): number {
  return decodeText(bytes).split(text).length - 1;
}

/** What a search sees of a value. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join('\0') : '';
}

function columns(column: object): object {
  return { records: 1, strings: 0, columns: [column] };
}

function open(column: object, records: number, body: Uint8Array): Bucket {
  return openBucket(joinLine({ records, strings: 0, columns: [{ ...column, size: body.length }] }, body));
}

function refusal(problem: string): unknown {
  return expect.objectContaining({ code: 'format', message: problem });
}
