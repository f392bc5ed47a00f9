import { describe, expect, it } from 'vitest';
import { parseRecordsPath } from '../../../src/mapping/records-path.ts';
import { type Location, selectRecords } from '../../../src/mapping/select-records.ts';

/** A record as `[where, fields, inherited, keys]`; the last two are left out if they are empty. */
function outline(document: unknown, paths: readonly string[]) {
  const { records, problems } = selectRecords(document, paths.map(parseRecordsPath));
  const where = (location: Location): string => location.join('/');
  const ifAny = (fields: Readonly<Record<string, unknown>>): readonly unknown[] =>
    Object.keys(fields).length > 0 ? [fields] : [];
  return {
    records: records.map(({ location, fields, inherited, keys }) => [
      where(location),
      fields,
      ...ifAny(inherited),
      ...ifAny(keys),
    ]),
    problems: problems.map(({ location, message }) => `${where(location)}: ${message}`),
  };
}

const found = (document: unknown, ...paths: readonly string[]): readonly unknown[] => {
  const { records, problems } = outline(document, paths);
  expect(problems).toEqual([]);
  return records;
};

describe('selectRecords', () => {
  it('takes the document itself, or each of a list of documents', () => {
    expect(found({ n: 1 }, '.')).toEqual([['', { n: 1 }]]);
    expect(found([{ n: 1 }, { n: 2 }], '.')).toEqual([
      ['0', { n: 1 }],
      ['1', { n: 2 }],
    ]);
    expect(found([], '.')).toEqual([]);
  });

  it('takes the items of a list at the end of a path, with or without `*`', () => {
    const document = { entries: { a: [{ n: 1 }, { n: 2 }], b: [{ n: 3 }] } };
    const records = [
      ['entries/a/0', { n: 1 }],
      ['entries/a/1', { n: 2 }],
      ['entries/b/0', { n: 3 }],
    ];
    expect(found(document, 'entries.*')).toEqual(records);
    expect(found(document, 'entries.*.*')).toEqual(records);
    expect(found({ list: [{ n: 1 }] }, 'list')).toEqual([['list/0', { n: 1 }]]);
    expect(found({ list: [{ n: 1 }] }, 'list.*')).toEqual([['list/0', { n: 1 }]]);
    expect(found({ list: [] }, 'list')).toEqual([]);
  });

  it('gives each record the keys on the way as fields', () => {
    expect(found({ p: { one: { '1.0': { n: 1 } }, two: { '2.0': { n: 2 } } } }, 'p.<name>.<version>')).toEqual([
      ['p/one/1.0', { n: 1 }, { name: 'one', version: '1.0' }],
      ['p/two/2.0', { n: 2 }, { name: 'two', version: '2.0' }],
    ]);
    expect(found({ p: { one: [{ n: 1 }, { n: 2 }] } }, 'p.<name>')).toEqual([
      ['p/one/0', { n: 1 }, { name: 'one' }],
      ['p/one/1', { n: 2 }, { name: 'one' }],
    ]);
  });

  it('takes the key on the way for nearer than a field of its name further up', () => {
    const document = { name: 'The list', n: 1, packages: { a: { v: 1 }, b: { v: 2, name: 'B' } } };
    expect(found(document, 'packages.<name>')).toEqual([
      ['packages/a', { v: 1 }, { n: 1 }, { name: 'a' }],
      ['packages/b', { v: 2, name: 'B' }, { n: 1 }, { name: 'b' }],
    ]);
  });

  it('takes keys as they are, even those that mean something to JavaScript', () => {
    const document: unknown = JSON.parse('{"p": {"__proto__": {"n": 1}, "constructor": {"n": 2}, "": {"n": 3}}}');
    expect(found(document, 'p.<k>')).toEqual([
      ['p/__proto__', { n: 1 }, { k: '__proto__' }],
      ['p/constructor', { n: 2 }, { k: 'constructor' }],
      ['p/', { n: 3 }, { k: '' }],
    ]);
    expect(outline({}, ['constructor']).problems).toEqual([
      ': records: expected `constructor`, found a map with nothing in it',
    ]);
  });

  it('lets records inherit from their parents, the nearest first, but nothing of the way', () => {
    const document = { top: 1, near: 'far', k: 0, a: { near: 'nearer', k: 1, b: { k: 2, c: [{ k: 3 }, { m: 4 }] } } };
    expect(found(document, 'a.b.c')).toEqual([
      ['a/b/c/0', { k: 3 }, { top: 1, near: 'nearer', k: 2 }],
      ['a/b/c/1', { m: 4 }, { top: 1, near: 'nearer', k: 2 }],
    ]);
    expect(found({ v: 1, p: { a: { x: 1 }, b: { x: 2 } } }, 'p.*')).toEqual([
      ['p/a', { x: 1 }, { v: 1 }],
      ['p/b', { x: 2 }, { v: 1 }],
    ]);
  });

  it('takes what all paths find, and inherits nothing of any of them', () => {
    const document = { info: 1, packages: { f: { n: 1 } }, 'packages.conda': { g: { n: 2 } } };
    expect(found(document, 'packages.<file>', '"packages.conda".<file>')).toEqual([
      ['packages/f', { n: 1 }, { info: 1 }, { file: 'f' }],
      ['packages.conda/g', { n: 2 }, { info: 1 }, { file: 'g' }],
    ]);
  });

  it('takes the first of two values that contain one another', () => {
    const scoop = { v: 1, architecture: { arm64: { u: 1 } } };
    expect(found(scoop, 'architecture.<arch>', '.')).toEqual([
      ['architecture/arm64', { u: 1 }, { v: 1 }, { arch: 'arm64' }],
    ]);
    expect(found(scoop, '.', 'architecture.<arch>')).toEqual([['', scoop]]);
    expect(found({ a: { b: { n: 1 } } }, 'a', 'a.b')).toEqual([['a', { b: { n: 1 } }]]);
    expect(found({ a: { b: { n: 1 }, m: 2 } }, 'a.b', 'a')).toEqual([['a/b', { n: 1 }, { m: 2 }]]);
  });

  it('tries the next path if one leads nowhere', () => {
    for (const document of [{ v: 1 }, { architecture: {} }, { architecture: null }]) {
      expect(found(document, 'architecture.<arch>', '.')).toEqual([['', document]]);
    }
  });

  it('decides for each document of a list', () => {
    expect(found([{ a: { x: { n: 1 } } }, { n: 2 }], 'a.<k>', '.')).toEqual([
      ['0/a/x', { n: 1 }, { k: 'x' }],
      ['1', { n: 2 }],
    ]);
  });

  it.each<[unknown, readonly string[], readonly string[]]>([
    // no way
    [{}, ['a'], [': records: expected `a`, found a map with nothing in it']],
    [{ v: 1, w: 2 }, ['a.*', 'b'], [': records: expected `a.*` or `b`, found a map with v, w']],
    [[{ v: 1 }, { a: [] }], ['a'], ['0: records: expected `a`, found a map with v']],
    [{ a: { c: 1 } }, ['a.b'], [': records: expected `a.b`, found a map with a']],
    // a way that meets something else
    [{ a: 't' }, ['a.b'], ['a: records `a.b`: expected a map with the key b, found "t"']],
    [{ a: 5 }, ['a.b'], ['a: records `a.b`: expected a map with the key b, found 5']],
    [{ a: [{ b: 1 }] }, ['a.b'], ['a: records `a.b`: expected a map with the key b, found a list']],
    [{ a: { b: 1 } }, ['a.<k>.<l>'], ['a/b: records `a.<k>.<l>`: expected a map, found 1']],
    [5, ['a'], [': records `a`: expected a map with the key a, found 5']],
    // an end that is no record
    [5, ['.'], [': records `.`: expected a record, found 5']],
    [null, ['.'], [': records `.`: expected a record, found null']],
    ['text', ['.'], [': records `.`: expected a record, found "text"']],
    [{ a: 5 }, ['a'], ['a: records `a`: expected a record, found 5']],
    [{ a: null }, ['a'], ['a: records `a`: expected a record, found null']],
    [{ a: [[{ n: 1 }]] }, ['a'], ['a/0: records `a`: expected a record, found a list']],
    [{ a: { x: true } }, ['a.*'], ['a/x: records `a.*`: expected a record, found true']],
    [
      { plugin: [] },
      ['plugins.*'],
      [': records: expected `plugins.*`, found a map with plugin; did you mean `plugin.*`?'],
    ],
    [
      { 'packages.conda': {} },
      ['"packages.cnda".<f>'],
      [
        ': records: expected `"packages.cnda".<f>`, found a map with "packages.conda"; did you mean `"packages.conda".<f>`?',
      ],
    ],
  ])('finds no records in %j at %j, and says why', (document, paths, problems) => {
    expect(outline(document, paths)).toEqual({ records: [], problems });
  });

  it('reports each value that is no record, and takes the others', () => {
    expect(outline([1, { n: 1 }], ['.'])).toEqual({
      records: [['1', { n: 1 }]],
      problems: ['0: records `.`: expected a record, found 1'],
    });
    expect(outline({ a: { x: 1, y: { n: 1 }, z: 'no' } }, ['a.<k>'])).toEqual({
      records: [['a/y', { n: 1 }, { k: 'y' }]],
      problems: [
        'a/x: records `a.<k>`: expected a record, found 1',
        'a/z: records `a.<k>`: expected a record, found "no"',
      ],
    });
  });
});
