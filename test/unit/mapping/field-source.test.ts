import { describe, expect, it } from 'vitest';
import { formatProblem, RepomillError } from '../../../src/errors.ts';
import { parseFieldSource } from '../../../src/mapping/field-source.ts';
import { valueAt } from '../../../src/mapping/value-path.ts';

const DIGEST = 'AB'.repeat(32);

const record = {
  name: 'lib foo',
  version: '1:2.0',
  hash: 'ABC',
  a: { b: { c: 'x' }, n: 7 },
  urls: ['https://example.org/dir/b.zip', 'c'],
  installers: [{ arch: 'x64' }, { arch: 'x86' }, { other: 1 }],
  twice: [{ arch: 'x64' }, { arch: 'x64' }],
  'a.b': 'dot',
  'a:b': 'colon',
  'a|b': 'bar',
  'a b': 'space',
  'a}b': 'brace',
  nothing: null,
  empty: '',
  zero: 0,
  no: false,
  digest: `sha256:${DIGEST}`,
  path: '//x/y.deb',
  query: 'https://example.org/dir/b.zip?v=1&path=a/c',
  fragment: 'https://example.org/dir/b.zip#sha256=a/b',
  odd: 'dir/b?c#d.zip',
  noarch: 'noarch',
  none: {},
};

const foundWithName = (source: string) =>
  parseFieldSource(source).find({ value: (steps) => valueAt(record, steps), text: () => undefined });

/** What a source finds, without the name. */
function found(source: string) {
  const { name: _, ...rest } = foundWithName(source) ?? { name: '' };
  return 'value' in rest ? rest : undefined;
}

/** What is wrong with a source: its problems, or the message of the error. */
function refusal(source: string): string {
  try {
    parseFieldSource(source);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    expect(error.code).toBe('usage');
    return error.problems.length > 0 ? error.problems.map(formatProblem).join('; ') : error.message;
  }
  throw new Error(`accepted: ${source}`);
}

describe('a dotted path', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['name', 'lib foo', ['name']],
    ['a.b.c', 'x', ['a', 'b', 'c']],
    ['a.b', { c: 'x' }, ['a', 'b']],
    ['urls.0', 'https://example.org/dir/b.zip', ['urls', '0']],
    ['urls.1', 'c', ['urls', '1']],
    ['"a.b"', 'dot', ['a.b']],
    ['"a:b"', 'colon', ['a:b']],
    ['"a|b"', 'bar', ['a|b']],
    ['"a b"', 'space', ['a b']],
    ['empty', '', ['empty']],
    ['zero', 0, ['zero']],
    ['no', false, ['no']],
    ['none', {}, ['none']],
    // alternatives
    ['missing|name', 'lib foo', ['name']],
    ['nothing|name', 'lib foo', ['name']],
    ['urls.2|urls.1', 'c', ['urls', '1']],
    ['a.missing|a.b.c|name', 'x', ['a', 'b', 'c']],
    ['empty|name', '', ['empty']],
    ['zero|name', 0, ['zero']],
    ['missing|"a|b"', 'bar', ['a|b']],
    // filters
    ['hash:lower', 'abc', ['hash']],
    ['hash:lower:upper', 'ABC', ['hash']],
    ['name:word', 'lib', ['name']],
    ['version:noepoch', '2.0', ['version']],
    ['a.b.c:upper', 'X', ['a', 'b', 'c']],
    ['urls.0:file', 'b.zip', ['urls', '0']],
    ['path:file', 'y.deb', ['path']],
    ['query:file', 'b.zip', ['query']],
    ['fragment:file', 'b.zip', ['fragment']],
    ['odd:file', 'b?c#d.zip', ['odd']],
    ['path:relative', 'x/y.deb', ['path']],
    ['path:noslash', '--x-y.deb', ['path']],
    ['noarch:arch', 'all', ['noarch']],
    ['hash:arch', 'ABC', ['hash']],
    ['digest:sha256', `sha256:${DIGEST}`, ['digest']],
    ['a:map', { b: { c: 'x' }, n: 7 }, ['a']],
    ['urls:list', ['https://example.org/dir/b.zip', 'c'], ['urls']],
    ['name:text', 'lib foo', ['name']],
    ['urls.0:url', 'https://example.org/dir/b.zip', ['urls', '0']],
    ['urls.0|urls.1:path', 'c', ['urls', '1']],
    ['a|hash:text:lower', 'abc', ['hash']],
    ['"a:b":upper', 'COLON', ['a:b']],
  ])('%s moves a value', (source, value, moves) => {
    expect(found(source)).toEqual({ value, moves });
  });

  it.each([
    'missing',
    'nothing',
    'missing|nothing',
    'urls.2',
    'urls.-1',
    'urls.00',
    'urls.length',
    'name.length',
    'a.b.c.d',
    'constructor',
    'a.constructor',
    '__proto__',
    // a filter that the value does not fit
    'a:list',
    'name:list',
    'name:map',
    'urls:text',
    'urls:map',
    'zero:text',
    'no:text',
    'hash:sha256',
    'name:sha256',
    'name:url',
    'urls:url',
    'urls.0:path',
    'zero:lower',
  ])('%s has no value', (source) => {
    expect(found(source)).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['installers.*.arch', ['x64', 'x86']],
    ['installers.*', [{ arch: 'x64' }, { arch: 'x86' }, { other: 1 }]],
    ['urls.*', ['https://example.org/dir/b.zip', 'c']],
    ['installers.*.arch:upper', ['X64', 'X86']],
    ['twice.*.arch', ['x64']],
  ])('%s makes a list of every item that has a value', (source, value) => {
    expect(found(source)).toEqual({ value });
  });

  it.each(['installers.*.missing', 'missing.*', 'name.*', 'none.*'])('%s makes no list of nothing', (source) => {
    expect(found(source)).toBeUndefined();
  });

  const noStep = 'expected a step such as `entries` or `"a.b"`';
  const known =
    'known: text, list, map, sha256, url, path, word, noepoch, pool, lower, upper, file, relative, noslash, positive, arch';
  it.each([
    ['', `1: ${noStep}`],
    ['.', `1: ${noStep}`],
    ['a.', `3: ${noStep}`],
    ['a..b', `3: ${noStep}`],
    [' a', `1: ${noStep}`],
    ['|a', `1: ${noStep}`],
    ['"a', `1: ${noStep}`],
    ['a b', '2: expected a dot between steps'],
    ['"a"b', '4: expected a dot between steps'],
  ])('is not %j', (source, problem) => {
    expect(refusal(source)).toBe(`path:1:${problem}`);
  });

  it.each([
    ['a:lowr', 'unknown filter "lowr"; did you mean "lower"?'],
    ['a:Lower', 'unknown filter "Lower"; did you mean "lower"?'],
    ['a:text|b', 'unknown filter "text|b"; filters come after the last alternative, as in a|b:lower'],
    ['a:nope', `unknown filter "nope"; ${known}`],
    ['a:', `unknown filter ""; ${known}`],
    ['a:lower:', `unknown filter ""; ${known}`],
  ])('has only filters that are known: %j', (source, problem) => {
    expect(refusal(source)).toContain(problem);
  });
});

describe('a template', () => {
  it.each<[string, string]>([
    ['{name}', 'lib foo'],
    ['{a.b.c}', 'x'],
    ['{urls.1}', 'c'],
    ['{"a.b"}', 'dot'],
    ['{"a|b"}', 'bar'],
    ['{"a:b":upper}', 'COLON'],
    ['{missing|"a|b"|"a:b"}-{"a b"}', 'bar-space'],
    ['{"a}b"}', 'brace'],
    ['{hash:lower}', 'abc'],
    ['{hash:lower:upper}', 'ABC'],
    ['{name:word}-{version:noepoch}.zip', 'lib-2.0.zip'],
    ['{missing|name}', 'lib foo'],
    ['{nothing|name}', 'lib foo'],
    ['{missing|a.b.c:upper}', 'X'],
    ['{empty|name}', ''],
    ['{path:file}', 'y.deb'],
    ['{name}{name}', 'lib foolib foo'],
    ['{zero}', '0'],
    ['a.b-{a.n}', 'a.b-7'],
  ])('%s makes %j, and moves nothing', (source, value) => {
    expect(found(source)).toEqual({ value });
  });

  it.each(['{missing}', 'x-{missing}', '{name}-{nothing}', '{a}', '{urls}', '{missing|nothing}'])(
    '%s gives no value',
    (source) => {
      expect(found(source)).toBeUndefined();
    },
  );

  it.each([
    ['{', 'template:1:1: unmatched {'],
    ['}', 'template:1:1: unmatched }'],
    ['{a', 'template:1:1: unmatched {'],
    ['a}', 'template:1:2: unmatched }'],
    ['{a}}', 'template:1:4: unmatched }'],
    ['{{a}}', 'template:1:1: unmatched {'],
    ['x{a}y{', 'template:1:6: unmatched {'],
    ['{}', 'template:1:2: expected a field in {}'],
    ['{|a}', 'template:1:2: expected a field in {|a}'],
    ['{a|}', 'template:1:4: expected a field in {a|}'],
    ['{:lower}', 'template:1:2: expected a field in {:lower}'],
    ['{"a|b}', 'template:1:1: unmatched {'],
    ['{a.}', 'path:1:4: expected a step such as `entries` or `"a.b"`'],
  ])('is not %j', (source, message) => {
    expect(refusal(source)).toBe(message);
  });

  it.each(['{a:lowr}', '{a:nope}', '{a:}', '{a:text}', '{a:list}', '{a:map}', '{a:sha256}', '{a:url}', '{a:path}'])(
    'has only filters of texts: %s',
    (source) => {
      expect(refusal(source)).toMatch(/unknown filter/);
    },
  );
});

describe('a source', () => {
  it.each<[string, readonly string[]]>([
    ['a.b', ['a.b']],
    ['a|b.c', ['a', 'b.c']],
    ['a|b:lower', ['a', 'b']],
    ['{a}-{b.c:lower}', ['a', 'b.c']],
    ['{a|b}', ['a', 'b']],
  ])('%s reads what it names', (source, names) => {
    expect(parseFieldSource(source).names).toEqual(names);
  });

  it.each([
    ['a.b.c', 'a.b.c'],
    ['missing|urls.0:file', 'urls.0'],
    ['installers.*.arch', 'installers.*.arch'],
    ['{hash:lower}', 'hash'],
    ['{missing|hash}', '{missing|hash}'],
    ['{name}-{version}', '{name}-{version}'],
  ])('names what it found: %s', (source, name) => {
    expect(foundWithName(source)?.name).toBe(name);
  });

  it('knows whether it reads a field', () => {
    expect(parseFieldSource('{version}-{build}').reads('version')).toBe(true);
    expect(parseFieldSource('{version}-{build}').reads('name')).toBe(false);
    expect(parseFieldSource('version:lower').reads('version')).toBe(true);
    expect(parseFieldSource('vers|version').reads('version')).toBe(true);
  });
});
