import { describe, expect, it } from 'vitest';
import { compileMapping, type MappingRule } from '../../../src/mapping/mapping.ts';
import type { PathFacts, SourceRecord } from '../../../src/mapping/source-record.ts';

type Fields = Readonly<Record<string, unknown>>;

const noFacts: PathFacts = { given: [] };

/** The record under our names, its problems, and the settings that had an effect. */
function mapped(rule: Partial<MappingRule>, source: Fields | SourceRecord, facts: PathFacts = noFacts) {
  const effects: string[] = [];
  const record: SourceRecord = isSource(source) ? source : { fields: source };
  const mapping = compileMapping({ omit: [], ...rule });
  const { fields, problems } = mapping.map(record, facts, (key, name) => effects.push(`${key} ${name}`));
  return {
    fields,
    problems: problems.map(({ field, flaw }) => `field "${field}": ${flaw}`),
    remedies: problems.map(({ remedy }) => remedy),
    effects,
  };
}

function isSource(source: Fields | SourceRecord): source is SourceRecord {
  return typeof source.fields === 'object' && source.fields !== null;
}

/** The fields of a record that has no problems. */
function fieldsOf(...[rule, source, facts]: Parameters<typeof mapped>): Fields {
  const { fields, problems } = mapped(rule, source, facts);
  expect(problems).toEqual([]);
  return fields;
}

describe('a mapping', () => {
  it.each([[{ url: 'urls.0', mirror: 'urls.1' }], [{ mirror: 'urls.1', url: 'urls.0' }]])(
    'moves several items of one list, in any order: %j',
    (fields) => {
      expect(fieldsOf({ fields }, { urls: ['a', 'b', 'c'] })).toEqual({ url: 'a', mirror: 'b', urls: ['c'] });
      expect(fieldsOf({ fields: { x: 'list.0.a', y: 'list.1.b' } }, { list: [{ a: 1 }, { b: 2 }] })).toEqual({
        x: 1,
        y: 2,
      });
    },
  );

  it('leaves a record without rules as it is', () => {
    expect(fieldsOf({}, { name: 'a', x: [1, { y: null }] })).toEqual({ name: 'a', x: [1, { y: null }] });
  });

  it.each<[string, Partial<MappingRule>, Fields, Fields]>([
    [
      'moves a value to our name',
      { fields: { version: 'vers', sha256: 'cksum' } },
      { vers: '1', cksum: 'c' },
      { version: '1', sha256: 'c' },
    ],
    [
      'gives a field that another takes a name of its own',
      { fields: { name: 'identifier', title: 'name' } },
      { identifier: 'i', name: 'N' },
      { name: 'i', title: 'N' },
    ],
    ['exchanges two fields', { fields: { a: 'b', b: 'a' } }, { a: 1, b: 2 }, { a: 2, b: 1 }],
    [
      'takes a value out of an object',
      { fields: { sha256: 'hash.sha256' } },
      { hash: { sha1: 1, sha256: 2 } },
      { hash: { sha1: 1 }, sha256: 2 },
    ],
    [
      'leaves no empty object or list behind',
      { fields: { sha256: 'hash.sha256', url: 'urls.0' } },
      { hash: { sha256: 2 }, urls: ['u'] },
      { sha256: 2, url: 'u' },
    ],
    ['takes an item out of a list', { fields: { url: 'urls.0' } }, { urls: ['a', 'b'] }, { urls: ['b'], url: 'a' }],
    [
      'keeps what a template reads',
      { fields: { sha256: '{hash:lower}', path: '{name}-{version}.zip' } },
      { hash: 'AB', name: 'n', version: '1' },
      { hash: 'AB', name: 'n', version: '1', sha256: 'ab', path: 'n-1.zip' },
    ],
    [
      'replaces a field by a template that reads it',
      { fields: { version: '{version}-{build}' } },
      { version: '1', build: 'h0' },
      { version: '1-h0', build: 'h0' },
    ],
    ['changes a field in its place', { fields: { arch: 'arch:arch' } }, { arch: 'noarch' }, { arch: 'all' }],
    [
      'makes a list of items, which stay where they are',
      { fields: { arch: 'Installers.*.Architecture:arch' } },
      { Installers: [{ Architecture: 'x86' }, { Architecture: 'x86' }, { Architecture: 'neutral' }] },
      {
        Installers: [{ Architecture: 'x86' }, { Architecture: 'x86' }, { Architecture: 'neutral' }],
        arch: 'all',
      },
    ],
    [
      'makes a list of architectures, each once',
      { fields: { arch: 'Installers.*.Architecture:arch' } },
      { Installers: [{ Architecture: 'x86' }, { Architecture: 'x64' }, { Architecture: 'x86' }] },
      { Installers: [{ Architecture: 'x86' }, { Architecture: 'x64' }, { Architecture: 'x86' }], arch: ['x86', 'x64'] },
    ],
    [
      'takes the first of several templates that has its values',
      { fields: { version: '{version|date}#{port:positive} | {version|date}' } },
      { version: '1.0', port: 2 },
      { version: '1.0#2', port: 2 },
    ],
    [
      'takes a later template where a value is not what a filter is for',
      { fields: { version: '{version|date}#{port:positive} | {version|date}' } },
      { date: '2024-01-02', port: 0 },
      { date: '2024-01-02', port: 0, version: '2024-01-02' },
    ],
    [
      'keeps a value that a filter refuses, under another name',
      { fields: { sha256: 'sha256|sums.sha256:sha256', url: 'url:url' } },
      { sha256: 'no_check', url: 'ftp://example.org/a', sums: { sha256: 'a'.repeat(64) } },
      { 'their-sha256': 'no_check', 'their-url': 'ftp://example.org/a', sha256: 'a'.repeat(64) },
    ],
    [
      'replaces null by a value from elsewhere',
      { fields: { arch: '{subdir:arch}' } },
      { arch: null, subdir: 'noarch' },
      { arch: 'all', subdir: 'noarch' },
    ],
    [
      'makes names of texts with slashes',
      { fields: { arch: 'code:noslash:arch' } },
      { code: ['x86_64/darwin', 'x86/y'] },
      { arch: ['x86_64-darwin', 'x86-y'] },
    ],
    [
      'moves a value of one type, and leaves others',
      { fields: { urls: 'url:list', url: 'url.0|url:url' } },
      { url: ['https://example.org/a', 'https://example.org/b'] },
      { urls: ['https://example.org/a', 'https://example.org/b'], url: 'https://example.org/a' },
    ],
    [
      'moves a known field of another type to another name',
      { fields: { requirements: 'dependencies' } },
      { dependencies: [{ name: 'redis' }] },
      { requirements: [{ name: 'redis' }] },
    ],
    ['gives nothing where there is nothing', { fields: { version: 'vers' } }, { v: '1' }, { v: '1' }],
    ['keeps our own field if theirs is missing', { fields: { version: 'vers' } }, { version: '1' }, { version: '1' }],
    ['does not take null for a value', { fields: { a: 'b' } }, { a: 1, b: null }, { a: 1, b: null }],
    ['finds nothing that objects inherit', { fields: { name: 'constructor', x: 'a.toString' } }, { a: {} }, { a: {} }],
  ])('%s', (_title, rule, source, fields) => {
    expect(fieldsOf(rule, source)).toEqual(fields);
  });

  it.each<[Partial<MappingRule>, Fields, string, string]>([
    [{ fields: { name: 'id' } }, { id: 'i', name: 'N' }, 'name', 'id'],
    [{ fields: { version: 'vers' } }, { vers: '1', version: '2' }, 'version', 'vers'],
    [{ fields: { sha256: '{hash:lower}' } }, { hash: 'A', sha256: 'b' }, 'sha256', '{hash:lower}'],
    [{ fields: { a: 'b' } }, { a: 1, b: 2 }, 'a', 'b'],
  ])('refuses two values for one field, and gives its own another name: %j of %j', (rule, source, field, theirs) => {
    const { problems, remedies } = mapped(rule, source);
    expect(problems).toEqual([
      `field "${field}": comes from "${theirs}", but the record has a field of this name, too`,
    ]);
    const [remedy = { field: '', source: '' }] = remedies;
    const mended = { ...rule, fields: { ...rule.fields, [remedy.field]: remedy.source } };
    expect(fieldsOf(mended, source)[remedy.field]).toBe(source[field]);
    expect(fieldsOf(mended, {})).toEqual({});
  });

  it.each<[Fields, Partial<MappingRule>, readonly string[]]>([
    [{ id: 'a' }, { fields: { name: 'id' }, omit: ['id'] }, ['omit id', 'fields name']],
    [{ hash: { sha256: 'x' } }, { fields: { sha256: 'hash.sha256' }, omit: ['hash'] }, ['omit hash', 'fields sha256']],
    [{ id: 'a' }, { fields: { name: 'id' }, omit: ['ids'] }, ['fields name']],
  ])('notes that `omit` has an effect on a field whose value moved: %j', (source, rule, effects) => {
    expect(mapped(rule, source).effects).toEqual(effects);
  });

  it('knows what the file calls a field: where it was found, or the template', () => {
    const fields = { size: 'download_size', url: 'urls.0|url', sha256: '{h:lower}', path: '{name}/{h}', tags: 'no' };
    const mapping = compileMapping({ omit: [], fields });
    const namesOf = (record: Fields) => [...mapping.namesOf({ fields: record }, noFacts)];
    expect(namesOf({ download_size: 1, url: 'u', h: 'A', name: 'n' })).toEqual([
      ['size', 'download_size'],
      ['url', 'url'],
      ['sha256', 'h'],
      ['path', '{name}/{h}'],
    ]);
    expect(namesOf({ urls: ['u'], url: 'v' })).toEqual([['url', 'urls.0']]);
  });

  it.each<[string, string, unknown]>([
    ['version', '1.0', '1.0 '],
    ['name', 'a', '\ta\n'],
    ['sha256', 'ab'.repeat(32), `sha256:${'AB'.repeat(32)}`],
    ['size', '5', 5],
  ])('takes what the path says and what a record says for equal after conversions: %s', (field, given, own) => {
    const { problems, fields } = mapped({}, { [field]: own }, { given: [[field, given]] });
    expect(problems).toEqual([]);
    expect(fields).toEqual({ [field]: own });
  });

  it('tells what the path says from what a record says', () => {
    const { problems, remedies } = mapped({}, { version: '1.0.0' }, { given: [['version', '1.0']] });
    expect(problems).toEqual(['field "version": expected 1.0, as in the path, found "1.0.0"']);
    expect(remedies).toEqual([{ field: 'their-version', source: 'version', helps: 'many' }]);
  });

  it('does not change the record that it maps', () => {
    const source = { hash: { sha1: 1, sha256: 2 }, urls: ['a', 'b'], omitted: 1 };
    mapped({ fields: { sha256: 'hash.sha256', url: 'urls.0' }, omit: ['omitted'] }, source);
    expect(source).toEqual({ hash: { sha1: 1, sha256: 2 }, urls: ['a', 'b'], omitted: 1 });
  });

  it('keeps an own field __proto__, for the record parser to refuse', () => {
    const source: Fields = JSON.parse('{"__proto__": {"x": 1}, "vers": "1"}');
    expect(Object.keys(fieldsOf({ fields: { version: 'vers' } }, { fields: source }))).toEqual([
      '__proto__',
      'version',
    ]);
  });
});

describe('what a record inherits', () => {
  const source = {
    fields: { n: 1, own: 1 },
    inherited: { own: 2, info: { subdir: 'linux-64', x: 1 } },
    keys: { file: 'f' },
  };

  it('is in the record, unless it has a value of its own', () => {
    expect(fieldsOf({}, source)).toEqual({ n: 1, own: 1, info: { subdir: 'linux-64', x: 1 }, file: 'f' });
  });

  it('can be mapped like its own fields', () => {
    expect(fieldsOf({ fields: { arch: 'info.subdir', path: '{info.subdir}/{file}' } }, source)).toMatchObject({
      arch: 'linux-64',
      path: 'linux-64/f',
      info: { x: 1 },
    });
  });

  it('can be left out', () => {
    expect(fieldsOf({ omit: ['info', 'file'] }, source)).toEqual({ n: 1, own: 1 });
    expect(fieldsOf({ only: ['n', 'file'] }, source)).toEqual({ n: 1, file: 'f' });
  });

  it('is refused if the record differs from the key that led to it', () => {
    const problem = 'field "name": expected b, as in the key of the map, found "a"';
    expect(mapped({}, { fields: { name: 'a' }, keys: { name: 'b' } }).problems).toEqual([problem]);
    expect(fieldsOf({}, { fields: { name: 'b' }, keys: { name: 'b' } })).toEqual({ name: 'b' });
    expect(fieldsOf({ fields: { title: 'name' } }, { fields: {}, keys: { name: 'b' } })).toMatchObject({ name: 'b' });
  });
});

describe('what the path of a file gives', () => {
  const facts: PathFacts = { given: [['name', 'n']] };

  it.each<[Partial<MappingRule>, Fields, Fields]>([
    [{}, { a: 1 }, { a: 1, name: 'n' }],
    [{}, { name: 'n' }, { name: 'n' }],
    [{}, { name: null }, { name: 'n' }],
    [{ fields: { title: 'name' } }, { name: 'Title' }, { title: 'Title', name: 'n' }],
    [{ fields: { version: '{name}-{v}' } }, { v: 1 }, { v: 1, version: 'n-1', name: 'n' }],
    [{ only: ['a'] }, { a: 1, b: 2 }, { a: 1, name: 'n' }],
  ])('is a field of each record: %j of %j', (rule, source, fields) => {
    expect(fieldsOf(rule, source, facts)).toEqual(fields);
  });

  it('is refused if the record differs', () => {
    expect(mapped({}, { name: 'm' }, facts).problems).toEqual(['field "name": expected n, as in the path, found "m"']);
    expect(mapped({ fields: { name: 'id' } }, { id: 'x' }, facts).problems).toEqual([
      expect.stringContaining('expected n, as in the path, found "x"'),
    ]);
  });

  it('is not mistaken for what every object of JavaScript has', () => {
    const odd: PathFacts = { given: [['constructor', 'x']] };
    expect(fieldsOf({}, { fields: { n: 1 }, keys: { toString: 'y' } }, odd)).toEqual({
      n: 1,
      constructor: 'x',
      toString: 'y',
    });
  });

  it('is the arch of records without one', () => {
    const listed: PathFacts = { given: [], listedBy: 'amd64' };
    expect(fieldsOf({}, { a: 1 }, listed)).toEqual({ a: 1, arch: 'amd64' });
    expect(fieldsOf({}, { arch: null }, listed)).toEqual({ arch: 'amd64' });
    expect(fieldsOf({}, { arch: 'all' }, listed)).toEqual({ arch: 'all' });
    expect(fieldsOf({ fields: { arch: 'platform' } }, { platform: 'arm64' }, listed)).toEqual({ arch: 'arm64' });
    expect(fieldsOf({ defaults: { arch: 'all' } }, {}, listed)).toEqual({ arch: 'amd64' });
  });
});

describe('defaults', () => {
  it.each<[Partial<MappingRule>, Fields, Fields]>([
    [{ defaults: { arch: 'all' } }, { n: 1 }, { n: 1, arch: 'all' }],
    [{ defaults: { arch: 'all' } }, { arch: 'x' }, { arch: 'x' }],
    [{ defaults: { arch: 'all' } }, { arch: null }, { arch: 'all' }],
    [{ defaults: { arch: 'all' } }, { arch: '' }, { arch: '' }],
    [{ defaults: { n: 1 } }, { n: 0 }, { n: 0 }],
    [{ defaults: { constructor: 'x' } }, {}, { constructor: 'x' }],
    [{ defaults: { a: ['x'], b: { c: 1 }, d: 0, e: false } }, {}, { a: ['x'], b: { c: 1 }, d: 0, e: false }],
    [{ fields: { arch: 'a:text' }, defaults: { arch: 'all' } }, { a: 5 }, { a: 5, arch: 'all' }],
    [{ fields: { arch: 'a' }, defaults: { arch: 'all' } }, { a: 'x' }, { arch: 'x' }],
    [
      { only: ['name'], defaults: { arch: 'all' } },
      { name: 'n', x: 1 },
      { name: 'n', arch: 'all' },
    ],
  ])('%j fill what %j lacks', (rule, source, fields) => {
    expect(fieldsOf(rule, source)).toEqual(fields);
  });

  it('are inherited values first', () => {
    expect(fieldsOf({ defaults: { arch: 'all' } }, { fields: {}, inherited: { arch: 'x' } })).toEqual({ arch: 'x' });
  });
});

describe('only and omit', () => {
  it.each<[Partial<MappingRule>, Fields, Fields]>([
    [{ only: ['name', 'version'] }, { name: 'n', version: '1', x: 1 }, { name: 'n', version: '1' }],
    // by the name in the file, or ours
    [{ only: ['name'], fields: { name: 'id' } }, { id: 'i', x: 1 }, { name: 'i' }],
    [{ only: ['id'], fields: { name: 'id' } }, { id: 'i', x: 1 }, { name: 'i' }],
    [
      { only: ['hash'], fields: { sha256: '{hash:lower}' } },
      { hash: 'A', x: 1 },
      { hash: 'A', sha256: 'a' },
    ],
    [{ omit: ['x'] }, { name: 'n', x: 1 }, { name: 'n' }],
    [{ omit: ['name'], fields: { name: 'id' } }, { id: 'i', x: 1 }, { x: 1 }],
    [{ omit: ['hash'], fields: { sha256: 'hash.sha256' } }, { hash: { sha1: 1, sha256: 2 } }, { sha256: 2 }],
    [{ omit: ['build'], fields: { version: '{version}-{build}' } }, { version: '1', build: 'h' }, { version: '1-h' }],
    // what is inside a field
    [
      { omit: ['installer.script'] },
      { installer: { script: 's', file: 'f' }, x: 1 },
      { installer: { file: 'f' }, x: 1 },
    ],
    [{ omit: ['installer.script'] }, { installer: { script: 's' }, x: 1 }, { x: 1 }],
    [{ omit: ['a.0'] }, { a: ['x', 'y'] }, { a: ['y'] }],
    [{ omit: ['a.*.b'] }, { a: [{ b: 1, c: 2 }, { c: 3 }, 4] }, { a: [{ c: 2 }, { c: 3 }, 4] }],
    [{ omit: ['a.*.b'] }, { a: { x: { b: 1, c: 2 }, y: { b: 1 } } }, { a: { x: { c: 2 } } }],
    [{ omit: ['"a.b".c'] }, { 'a.b': { c: 1, d: 2 }, a: { b: { c: 3 } } }, { 'a.b': { d: 2 }, a: { b: { c: 3 } } }],
    [{ omit: ['a."*"'] }, { a: { '*': 1, b: 2 } }, { a: { b: 2 } }],
    // a field of that name is meant, if there is one
    [{ omit: ['a.b'] }, { 'a.b': 1, a: { b: 2 } }, { a: { b: 2 } }],
    [{ omit: ['a..b', 'c. d', '"e'] }, { 'a..b': 1, 'c. d': 2, '"e': 3, x: 4 }, { x: 4 }],
    // what moves is kept, whatever is left out around it
    [
      { omit: ['hash.sha1', 'hash.sha256'], fields: { sha256: 'hash.sha256' } },
      { hash: { sha1: 1, sha256: 2 } },
      { sha256: 2 },
    ],
    // by our name
    [
      { omit: ['ports.host'], fields: { ports: 'dependencies' } },
      { dependencies: { host: 1, x: 2 } },
      { ports: { x: 2 } },
    ],
    // a parent's
    [{ omit: ['info.size'] }, { fields: { a: 1 }, inherited: { info: { size: 1, by: 2 } } }, { a: 1, info: { by: 2 } }],
  ])('%j of %j', (rule, source, fields) => {
    expect(fieldsOf(rule, source)).toEqual(fields);
  });
});

describe('the settings that have an effect', () => {
  it.each<[Partial<MappingRule>, Fields, readonly string[]]>([
    [{ fields: { name: 'id' } }, { id: 'i' }, ['fields name']],
    [{ fields: { name: 'id' } }, { x: 'i' }, []],
    [{ omit: ['a', 'b'] }, { a: 1 }, ['omit a']],
    [{ omit: ['a.b', 'a.c', 'b.c'] }, { a: { b: 1 } }, ['omit a.b']],
    [{ omit: ['a.*.b', 'a.*.c'] }, { a: [{ b: 1 }] }, ['omit a.*.b']],
    [{ only: ['a', 'b'] }, { a: 1, c: 1 }, ['only a']],
    [{ defaults: { a: 1, b: 2 } }, { a: 1 }, ['defaults b']],
  ])('of %j with %j are noted', (rule, source, effects) => {
    expect(mapped(rule, source).effects).toEqual(effects);
  });
});
