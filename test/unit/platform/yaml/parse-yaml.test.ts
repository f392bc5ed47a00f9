import { describe, expect, it } from 'vitest';
import { MAX_FIELD_DEPTH, MAX_YAML_ALIASES } from '../../../../src/model/limits.ts';
import { parseYamlDocuments } from '../../../../src/platform/yaml/parse-yaml.ts';

const valuesOf = (text: string) => parseYamlDocuments(text).documents.map(({ value }) => value);
const problemsOf = (text: string) =>
  parseYamlDocuments(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('the YAML parser', () => {
  it('gives the value and the first line of every document', () => {
    const { documents, problems } = parseYamlDocuments('# x\n\na: 1\n---\n# y\n- b\n---\n...\n');
    expect(documents.map(({ value, line }) => [value, line])).toEqual([
      [{ a: 1 }, 3],
      [['b'], 6],
      [null, 7],
    ]);
    expect(problems).toEqual([]);
  });

  it.each(['', '\n', '# x\n', '\ufeff'])('finds no document in %j', (text) => {
    expect(parseYamlDocuments(text)).toEqual({ documents: [], problems: [] });
  });

  it('reads the core schema whatever version a document names, without merge keys', () => {
    const rest = 'a: 2020-01-01\nb: yes\nc: 010\n<<: {d: 1}\n';
    const value = { a: '2020-01-01', b: 'yes', c: 10, '<<': { d: 1 } };
    expect(valuesOf(rest)).toEqual([value]);
    expect(valuesOf(`%YAML 1.1\n---\n${rest}`)).toEqual([value]);
  });

  it('reads every key as a string, and __proto__ as a key of the value itself', () => {
    const [value] = valuesOf('1: a\nnull: b\ntrue: c\n__proto__: d\n');
    expect(Object.entries(value ?? {})).toEqual([
      ['1', 'a'],
      ['null', 'b'],
      ['true', 'c'],
      ['__proto__', 'd'],
    ]);
  });

  it.each([
    ['a key twice', 'a: 1\na: 2\n', '2:1 invalid YAML: map keys must be unique'],
    ['a key twice, written differently', 'a: {b: 1, "b": 2}\n', '1:11 invalid YAML: map keys must be unique'],
    ['a key that is a list', 'x:\n  ? [a]\n  : b\n', '2:5 invalid YAML: with stringKeys, all keys must be strings'],
    ['a tag of its own', 'a: !x 1\n', '1:4 invalid YAML: unresolved tag: !x'],
    ['a tag of YAML 1.1', '\na: !!binary aGk=\n', '2:4 invalid YAML: unresolved tag: tag:yaml.org,2002:binary'],
    [
      'a text with a colon',
      'a: b\nc: d: e\n',
      '2:4 invalid YAML: nested mappings are not allowed in compact mappings; put a text with ": " in it in quotation marks',
    ],
    ['a tab', 'a:\n\tb: 1\n', '2:1 invalid YAML: tabs are not allowed as indentation'],
    [
      'a wrong indentation',
      'a:\r\n  - b\r\n c: 1\r\n',
      '3:1 invalid YAML: all mapping items must start at the same column',
    ],
    [
      'an open list',
      'a: [1,\n',
      '2:1 invalid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['an unknown directive', '%FOO\n---\na: 1\n', '1:1 invalid YAML: unknown directive %FOO'],
    [
      'an alias without its anchor',
      'a: 1\nb: [*x]\n',
      '2:5 invalid YAML: alias "*x": expected an anchor before it, found none',
    ],
    [
      'an alias before its anchor',
      'a: *x\nb: &x 1\n',
      '1:4 invalid YAML: alias "*x": expected an anchor before it, found none',
    ],
    [
      'a value inside of itself',
      'a: &x [*x]\n',
      '1:8 invalid YAML: alias "*x": expected an anchor before it, found one around it',
    ],
  ])('reports the line and the column of %s', (_title, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
    expect(valuesOf(text)).toEqual([]);
  });

  it('reports all problems, and keeps the documents that have none', () => {
    const text = 'a: 1\n---\nb: 1\nb: 2\nc: !x 1\n---\nd: 4\n';
    expect(problemsOf(text)).toEqual([
      '4:1 invalid YAML: map keys must be unique',
      '5:4 invalid YAML: unresolved tag: !x',
    ]);
    expect(valuesOf(text)).toEqual([{ a: 1 }, { d: 4 }]);
  });

  it('allows an anchor to be set again inside of itself', () => {
    expect(valuesOf('&x [&x 1, *x]\n')).toEqual([[1, 1]]);
  });

  it('expands as many aliases as the limit says, and not one more', () => {
    const text = (count: number) => `a: &a 1\nb: [${Array.from({ length: count }, () => '*a').join()}]\n`;
    // The anchor itself counts too.
    expect(valuesOf(text(MAX_YAML_ALIASES - 1))).toHaveLength(1);
    expect(problemsOf(text(MAX_YAML_ALIASES))).toEqual([
      expect.stringMatching(/^1:1 invalid YAML: excessive alias count/),
    ]);
  });

  // Each of these took minutes when every key and every alias was compared with all before it.
  it('reads maps of many keys and documents of many anchors, however they are written', () => {
    const count = 30_000;
    const numbers = Array.from({ length: count }, (_, i) => i);
    const [keys] = valuesOf(`x: &x 1\n${numbers.map((i) => `k${i}: ${i}\n`).join('')}`);
    expect(Object.keys(Object(keys))).toHaveLength(count + 1);
    expect(valuesOf(numbers.map((i) => `- &a${i} ${i}\n- *a${i}\n`).join(''))).toEqual([
      numbers.flatMap((i) => [i, i]),
    ]);
    const twice = parseYamlDocuments(`&x\n${numbers.map((i) => `k${i}: 1\nk${i}: 1\n`).join('')}`).problems;
    expect(twice).toHaveLength(count);
    expect(twice.at(-1)).toEqual({ line: 2 * count + 1, column: 1, message: 'invalid YAML: map keys must be unique' });
  });

  it('finds the places of many keys', () => {
    const count = 30_000;
    const [document] = parseYamlDocuments(
      Array.from({ length: count }, (_, i) => `k${i}: &a${i} 1\n`).join(''),
    ).documents;
    for (let i = 0; i < count; i++) expect(document?.positionOf([`k${i}`]).line).toBe(i + 1);
  });

  it('gives what is aliased once, wherever it is', () => {
    const [value] = valuesOf('a: &a {b: [1, null, "x"]}\nc: [*a, *a]\n__proto__: *a\n');
    const { a, c } = Object(value);
    expect(value).toEqual(
      JSON.parse('{"a":{"b":[1,null,"x"]},"c":[{"b":[1,null,"x"]},{"b":[1,null,"x"]}],"__proto__":{"b":[1,null,"x"]}}'),
    );
    expect(c[0]).toBe(a);
  });

  it('quotes no more than the beginning of a long text', () => {
    expect(problemsOf(`a: !${'x'.repeat(100_000)} 1\n`)).toEqual([
      `1:4 invalid YAML: unresolved tag: !${'x'.repeat(200 - 'Unresolved tag: !'.length)}…`,
    ]);
  });

  it('refuses aliases of long texts that would fill the memory', () => {
    const text = (count: number): string => `a: &a ${'x'.repeat(1 << 20)}\nb: [${'*a,'.repeat(count)}]\n`;
    expect(valuesOf(text(62))).toHaveLength(1);
    expect(problemsOf(text(64))).toEqual([expect.stringMatching(/^1:1 invalid YAML: excessive alias count/)]);
  });

  it('refuses aliases that multiply', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    expect(problemsOf(`a0: &a0 [x]\n${lines.join('\n')}\n`)).toEqual([expect.stringMatching(/excessive alias count/)]);
  });

  it.each(['[', '{a: ', '- ', '? '])('refuses %j without end, at the place where it is too deep', (opening) => {
    const { documents, problems } = parseYamlDocuments(`a: 1\n---\n${opening.repeat(100_000)}`);
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }]);
    expect(problems).toEqual([{ line: 3, column: expect.any(Number), message: 'invalid YAML: nested too deeply' }]);
  });

  it('refuses no value that is as deep as a record may be', () => {
    const deep = `a: ${'{b: '.repeat(MAX_FIELD_DEPTH)}1${'}'.repeat(MAX_FIELD_DEPTH)}`;
    expect(problemsOf(`- - ${deep}\n`)).toEqual([]);
  });
});

describe('the position of a part of a document', () => {
  const [document, second] = parseYamlDocuments(
    'a: 1\nb:\n  - x\n  - y: &y {z: 1}\n    "w w": 2\nc: *y\n1: d\n---\n\n- e\n',
  ).documents;

  it.each([
    [[], 1, 1],
    [['a'], 1, 1],
    [['b'], 2, 1],
    [['b', 0], 3, 5],
    [['b', 1], 4, 5],
    [['b', 1, 'y', 'z'], 4, 12],
    [['b', 1, 'w w'], 5, 5],
    [['c'], 6, 1],
    [['1'], 7, 1],
    [[1], 7, 1],
  ])('is that of the key or item %j', (path, line, column) => {
    expect(document?.positionOf(path)).toEqual({ line, column });
  });

  it('is that of the anchor for a part of an alias', () => {
    expect(document?.positionOf(['c', 'z'])).toEqual({ line: 4, column: 12 });
  });

  it.each([
    [['none'], 1, 1],
    [['b', 7], 2, 1],
    [['b', 'x'], 2, 1],
    [['b', 1, 'none', 'deeper'], 4, 5],
    [['a', 'none'], 1, 1],
  ])('is that of the last part that exists for %j, which does not', (path, line, column) => {
    expect(document?.positionOf(path)).toEqual({ line, column });
  });

  it('counts lines from the beginning of the text in a later document', () => {
    expect(second?.positionOf([0])).toEqual({ line: 10, column: 3 });
  });
});

describe('the line of a part of a document', () => {
  const text = 'a:\n  b: {}\n  c:\n    - x\n    -\n      d: []\n';

  it.each([
    ['by the fast parser', text],
    ['by the exact parser', `${text}e: &x 1\n`],
  ])('is that of its key or item, %s', (_title, content) => {
    const [document] = parseYamlDocuments(content).documents;
    const { a } = Object(document?.value);
    expect([a, a.b, a.c, a.c[1], a.c[1].d].map((part) => document?.lineOf(part))).toEqual([1, 2, 3, 6, 6]);
  });

  it('is that of the anchor for an alias, and the first one for what is not in the document', () => {
    const [document] = parseYamlDocuments('\na: &x\n  b: 1\nc: *x\n').documents;
    const { c } = Object(document?.value);
    expect([c, {}].map((part) => document?.lineOf(part))).toEqual([2, 2]);
  });
});

describe('the text of a number', () => {
  it.each([
    ['by the fast parser', ''],
    ['by the exact parser', 'x: &x ~\n'],
  ])('is as it is written, %s', (_title, rest) => {
    const text = `a: 1.20\nb: [72551e2, 0o17, 007, +1, .inf, 3]\nc: "1.20"\nd: 1.x\n${rest}`;
    const [document] = parseYamlDocuments(text).documents;
    const value = Object(document?.value);
    expect(['a', 'c', 'd', 'none'].map((key) => document?.textOf?.(value, key))).toEqual(['1.20', ...Array(3)]);
    expect([0, 1, 2, 3, 4, 5].map((i) => document?.textOf?.(value.b, i))).toEqual([
      ...['72551e2', '0o17', '007'],
      ...['+1', '.inf', '3'],
    ]);
  });

  it('is that of the anchor for an alias', () => {
    const [document] = parseYamlDocuments('a: &x 1.20\nb: [*x]\n').documents;
    expect(document?.textOf?.(Object(document.value).b, 0)).toBe('1.20');
  });
});
