import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import {
  EVERY,
  formatSteps,
  setField,
  splitIfPath,
  splitSteps,
  valueAt,
  without,
} from '../../../src/mapping/value-path.ts';

/** The problem of a path, as `column: message`. */
function problemOf(path: string): string {
  try {
    splitSteps(path, 'records');
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    expect(error.code).toBe('usage');
    return error.problems.map(({ column, message }) => `${column}: ${message}`).join('; ');
  }
  throw new Error(`accepted: ${path}`);
}

describe('splitSteps', () => {
  it.each<[string, readonly string[]]>([
    ['name', ['name']],
    ['download_hash.sha256', ['download_hash', 'sha256']],
    ['urls.0', ['urls', '0']],
    ['Installers.*.Architecture', ['Installers', '*', 'Architecture']],
    ['en-US.$schema.@id', ['en-US', '$schema', '@id']],
    ['"packages.conda".<file>', ['packages.conda', '<file>']],
    ['a."b c".d', ['a', 'b c', 'd']],
    ['"a:b"', ['a:b']],
    ['"a|b"', ['a|b']],
    ['"a\\"b"', ['a"b']],
    ['"\\u00e9"', ['é']],
    ['größe.é', ['größe', 'é']],
  ])('divides %s at its dots', (path, steps) => {
    expect(splitSteps(path, 'path').map(({ text }) => text)).toEqual(steps);
  });

  it('says which steps were written in quotation marks, and where each begins', () => {
    expect(splitSteps('a."b.c".*', 'path')).toEqual([
      { text: 'a', isQuoted: false, offset: 0 },
      { text: 'b.c', isQuoted: true, offset: 2 },
      { text: '*', isQuoted: false, offset: 8 },
    ]);
  });

  const noStep = 'expected a step such as `entries` or `"a.b"`';
  it.each([
    ['', `1: ${noStep}`],
    ['.', `1: ${noStep}`],
    ['..', `1: ${noStep}`],
    ['.a', `1: ${noStep}`],
    ['a.', `3: ${noStep}`],
    ['a..b', `3: ${noStep}`],
    [' a', `1: ${noStep}`],
    ['a. b', `3: ${noStep}`],
    ['a.\t', `3: ${noStep}`],
    ['"a', `1: ${noStep}`],
    ['a."b', `3: ${noStep}`],
    ['a b', '2: expected a dot between steps'],
    ['a"b', '2: expected a dot between steps'],
    ['"a"b', '4: expected a dot between steps'],
    ['"a" .b', '4: expected a dot between steps'],
    ['"a\nb"', '1: expected a text in quotation marks, as in JSON'],
    ['"\\x41"', '1: expected a text in quotation marks, as in JSON'],
  ])('refuses %j', (path, problem) => {
    expect(problemOf(path)).toBe(problem);
  });

  it('says what the path is for', () => {
    expect(() => splitSteps('a.', 'records')).toThrow(`records, column 3: ${noStep}`);
  });
});

describe('formatSteps', () => {
  it.each<[readonly string[], string]>([
    [['a', 'b'], 'a.b'],
    [['packages.conda', 'x'], '"packages.conda".x'],
    [['a b'], '"a b"'],
    [['a"b'], '"a\\"b"'],
    [['*'], '"*"'],
    [['<x>'], '"<x>"'],
    [[''], '""'],
  ])('writes %j so that it is read again as the same', (steps, path) => {
    expect(formatSteps(steps)).toBe(path);
    expect(splitSteps(path, 'path').map(({ text }) => text)).toEqual(steps);
  });
});

describe('valueAt', () => {
  const record = { a: { b: [1, { c: 'x' }], n: null, e: '' }, list: ['p', 'q'], text: 'word' };
  it.each<[string, unknown]>([
    ['a.b.0', 1],
    ['a.b.1.c', 'x'],
    ['a.n', null],
    ['a.e', ''],
    ['list.1', 'q'],
    ['list', ['p', 'q']],
    ['list.2', undefined],
    ['list.-1', undefined],
    ['list.00', undefined],
    ['list.1.5', undefined],
    ['list.length', undefined],
    ['text.0', undefined],
    ['text.length', undefined],
    ['a.n.x', undefined],
    ['missing.x', undefined],
    ['constructor', undefined],
    ['a.toString', undefined],
    ['__proto__', undefined],
    ['list.__proto__', undefined],
  ])('finds %s', (path, value) => {
    expect(valueAt(record, path.split('.'))).toEqual(value);
  });
});

describe('splitIfPath', () => {
  it.each([
    ['a.b', ['a', 'b']],
    ['"a.b".c', ['a.b', 'c']],
    ['a..b', ['a..b']],
    ['Size (bytes)', ['Size (bytes)']],
    ['"a', ['"a']],
    ['', ['']],
  ])('divides %j into %j', (text, steps) => {
    expect(splitIfPath(text).map((step) => step.text)).toEqual(steps);
  });
});

describe('without', () => {
  it.each<[unknown, string, unknown]>([
    [{ a: 1, b: 2 }, 'a', { b: 2 }],
    [{ a: { b: 1, c: 2 } }, 'a.b', { a: { c: 2 } }],
    [{ a: ['x', 'y'] }, 'a.0', { a: ['y'] }],
    [{ a: [{ b: 1, c: 2 }] }, 'a.0.b', { a: [{ c: 2 }] }],
    [{ a: 1 }, 'b', { a: 1 }],
    [{ a: 1 }, 'a.b', { a: 1 }],
    [{ a: ['x'] }, 'a.3', { a: ['x'] }],
    // nothing is left of the list or the object
    [{ a: { b: { c: 1 } }, d: 1 }, 'a.b.c', { d: 1 }],
    [{ a: ['x'], d: 1 }, 'a.0', { d: 1 }],
    [{ a: { b: 1 } }, 'a.b', undefined],
  ])('takes from %j what is at %s', (value, path, left) => {
    expect(without(value, path.split('.'))).toEqual(left);
  });

  it.each<[unknown, string]>([
    [{ a: [], b: {} }, 'a.0'],
    [{ a: [], b: {} }, 'b.c'],
    [{ a: [{}], b: {} }, 'a.0.x'],
    ['text', 'a'],
  ])('returns %j itself if nothing is at %s', (value, path) => {
    expect(without(value, path.split('.'))).toBe(value);
  });

  it('takes something out of every item of a list, and every member of a map', () => {
    const value = { list: [{ x: 1, y: 2 }, { y: 3 }, 4], map: { a: { x: 5, y: 6 }, b: { x: 7 } } };
    expect(without(value, ['list', EVERY, 'x'])).toEqual({ ...value, list: [{ y: 2 }, { y: 3 }, 4] });
    expect(without(value, ['map', EVERY, 'x'])).toEqual({ ...value, map: { a: { y: 6 } } });
    expect(without({ a: [], b: 1 }, ['a', EVERY])).toEqual({ a: [], b: 1 });
  });

  it('leaves the value itself as it was', () => {
    const value = { a: { b: 1, c: [1, 2] } };
    without(value, ['a', 'c', '0']);
    expect(value).toEqual({ a: { b: 1, c: [1, 2] } });
  });
});

describe('setField', () => {
  it('sets a field __proto__ as a field, not as the prototype', () => {
    const target: Record<string, unknown> = {};
    setField(target, '__proto__', { polluted: true });
    setField(target, 'a', 1);
    expect(Object.entries(target)).toEqual([
      ['__proto__', { polluted: true }],
      ['a', 1],
    ]);
    expect('polluted' in target).toBe(false);
  });
});
