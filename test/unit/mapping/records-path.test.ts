import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import { parseRecordsPath, type RecordStep } from '../../../src/mapping/records-path.ts';

const key = (text: string): RecordStep => ({ kind: 'key', key: text });
const entry = (field: string): RecordStep => ({ kind: 'entry', field });
const any: RecordStep = { kind: 'any' };

/** The problem of a path, as `column: message`. */
function problemOf(path: string): string {
  try {
    parseRecordsPath(path);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    expect(error.code).toBe('usage');
    return error.problems.map(({ column, message }) => `${column}: ${message}`).join('; ');
  }
  throw new Error(`accepted: ${path}`);
}

describe('parseRecordsPath', () => {
  it.each<[string, readonly RecordStep[]]>([
    ['.', []],
    ['entries', [key('entries')]],
    ['entries.*', [key('entries'), any]],
    ['*', [any]],
    ['<name>', [entry('name')]],
    ['<name>.<version>', [entry('name'), entry('version')]],
    ['packages.<name>.versions.*', [key('packages'), entry('name'), key('versions'), any]],
    ['architecture.<arch>', [key('architecture'), entry('arch')]],
    ['"packages.conda".<file>', [key('packages.conda'), entry('file')]],
    ['<long-field_name2>', [entry('long-field_name2')]],
    // quotation marks take every meaning away
    ['"*"', [key('*')]],
    ['"<name>"', [key('<name>')]],
    ['"."', [key('.')]],
    ['"a\\"b"', [key('a"b')]],
    // what other languages of paths mean by these has no meaning here
    ['a|b', [key('a|b')]],
    ['a:b', [key('a:b')]],
    ['$.a', [key('$'), key('a')]],
    ['a.0', [key('a'), key('0')]],
    ['__proto__', [key('__proto__')]],
  ])('reads %s', (text, steps) => {
    expect(parseRecordsPath(text)).toEqual({ text, steps });
  });

  const noStep = 'expected a step such as `entries` or `"a.b"`';
  const noField = 'expected a name, `*` or a field such as `<name>`, found';
  it.each([
    ['', `1: ${noStep}`],
    ['..', `1: ${noStep}`],
    ['.a', `1: ${noStep}`],
    ['a.', `3: ${noStep}`],
    ['a..b', `3: ${noStep}`],
    ['"a', `1: ${noStep}`],
    ['a.<x>.', `7: ${noStep}`],
    ['a b', '2: expected a dot between steps'],
    ['"a"b', '4: expected a dot between steps'],
    ['<x y>', '3: expected a dot between steps'],
    ['<', `1: ${noField} <`],
    ['<>', `1: ${noField} <>`],
    ['<x', `1: ${noField} <x`],
    ['x>', `1: ${noField} x>`],
    ['a.<é>', `3: ${noField} <é>`],
    ['a.**', `3: ${noField} **`],
    ['a.b*', `3: ${noField} b*`],
    ['a.<x>y', `3: ${noField} <x>y`],
    ['<x>.<x>', '5: expected <x> only once'],
    ['<x>.a.<y>.<x>', '11: expected <x> only once'],
  ])('refuses %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });
});
