import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import type { ParsedDocument } from '../../../../src/model/parsed-document.ts';
import { parseToml } from '../../../../src/platform/toml/parse-toml.ts';

const problemsOf = (text: string) => {
  const parsed = parseToml(text);
  return 'problems' in parsed ? parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
};

function documentOf(text: string): ParsedDocument {
  const parsed = parseToml(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

const TRICKY = `# [not] = "a table"
"a.b" = 'c = "d"'   # '
"q\\"uoted" = """
[no.table]
x = \\""" 1 ""\\
  ends with two"""""
literal = '''
'it' = ''s''''
a.b.c = 1
a.b.d = [ # list
  1, "]", # ]
  { e = 2, "}" = '}' },
  [[]],
]
[a.f]
g = {}
[[h]]
i.j = true
[h.k]
l = 3
[[h.m]]
n = "1"
[[h.m]]
n = "2"
[[h]]
[h."k"]
l = 4
[[h.m]]
n = "3"
[  o . 'p'  ]
q = -0.5
`;

describe('the TOML parser', () => {
  it('gives dates and times as texts, as they are written', () => {
    const text = `a = 1979-05-27T07:32:00Z
b = 1979-05-27 07:32:00.999999-07:00
c = 1979-05-27T07:32:00.5
d = 1979-05-27
e = 07:32:00
f = [1979-05-27, 07:32:00,1979-05-27 07:32:00]
g = { h = 1979-05-27, i.j = 07:32 } # 1
`;
    expect(documentOf(text).value).toEqual({
      a: '1979-05-27T07:32:00Z',
      b: '1979-05-27 07:32:00.999999-07:00',
      c: '1979-05-27T07:32:00.5',
      d: '1979-05-27',
      e: '07:32:00',
      f: ['1979-05-27', '07:32:00', '1979-05-27 07:32:00'],
      g: { h: '1979-05-27', i: { j: '07:32' } },
    });
  });

  it('gives all other values as the package does', () => {
    const text = `${TRICKY}r = [1_000, 0x1F, 0o17, 0b11, 1e3, -inf, nan, +1.5]\n`;
    expect(documentOf(text).value).toEqual(parse(text));
  });

  it('reads every key as a key of the table itself', () => {
    const { value } = documentOf('__proto__ = 1\n[constructor]\n__proto__ = { a = 1979-05-27 }\n');
    expect(JSON.stringify(value)).toBe('{"__proto__":1,"constructor":{"__proto__":{"a":"1979-05-27"}}}');
  });

  it.each([
    ['a key twice', 'a = 1\na = 2\n', '2:1 invalid TOML: trying to redefine an already defined table or value'],
    ['no value', 'a = 1\nb =\n', '2:4 invalid TOML: invalid value'],
    ['a bare word', 'a = nope\n', '1:5 invalid TOML: invalid value'],
    ['an open string', 'a = "b\nc = 1\n', '1:7 invalid TOML: control characters are not allowed in strings'],
    ['two values', 'a = 1 b = 2\n', '1:7 invalid TOML: each key-value declaration must be followed by an end-of-line'],
    ['a date that is none', 'a = 2020-13-45\n', '1:5 invalid TOML: invalid date'],
    ['YAML', 'name: a\n', '1:5 invalid TOML: illegal character in key'],
  ])('reports the line and the column of %s', (_title, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('refuses integers that JavaScript cannot hold, each with its place and the key that it is under', () => {
    const text = 'a = 9007199254740991\n[b]\nc.d = [ 1, 9007199254740993 ]\ne = -12345678901234567890\nf = 1e300\n';
    const expected = 'expected an integer of at most 9007199254740991, found';
    expect(problemsOf(text)).toEqual([
      `3:12 field "b": ${expected} 9007199254740993; make it a string`,
      `4:5 field "b": ${expected} -12345678901234567890; make it a string`,
    ]);
  });

  it('refuses what is nested too deeply', () => {
    expect(problemsOf(`a = ${'['.repeat(10_000)}`)).toEqual([
      expect.stringMatching(/^1:\d+ invalid TOML: document contains excessively nested structures/),
    ]);
  });

  it.each([
    ['a header', `a = 1\n[${'b.'.repeat(5000)}c]\n`, '2:2'],
    ['a key', `a = 1\n${'b.'.repeat(5000)}c = 1\n`, '2:1'],
  ])('refuses %s that is nested too deeply', (_title, text, place) => {
    expect(problemsOf(text)).toEqual([`${place} invalid TOML: nested too deeply`]);
  });

  it('has no texts of numbers, because TOML tells numbers from texts', () => {
    expect(documentOf('a = 1.20\n').textOf).toBeUndefined();
  });
});

describe('the places in a TOML document', () => {
  const { value, line, lineOf, positionOf } = documentOf(TRICKY);
  const { a, h, o } = Object(value);

  it('begin at the first statement', () => {
    expect(line).toBe(2);
    expect(lineOf({})).toBe(2);
  });

  it('are those of keys, items and headers', () => {
    const tables = [
      a,
      a.b,
      a.b.d,
      a.b.d[2],
      a.b.d[3],
      a.f,
      a.f.g,
      h,
      h[0],
      h[0].i,
      h[0].k,
      h[0].m,
      h[0].m[1],
      h[1],
      h[1].k,
    ];
    expect(tables.map(lineOf)).toEqual([9, 9, 10, 12, 13, 15, 16, 17, 17, 18, 19, 21, 23, 25, 26]);
    expect([h[1].m[0], o, o.p].map(lineOf)).toEqual([28, 30, 30]);
  });

  it.each([
    [['a.b'], 2, 1],
    [['q"uoted'], 3, 1],
    [['literal'], 7, 1],
    [['a', 'b', 'd', 1], 11, 6],
    [['a', 'b', 'd', 2, '}'], 12, 12],
    [['h', 1, 'm', 0, 'n'], 29, 1],
    [['h', 7, 'm'], 17, 1],
    [['none'], 2, 1],
    [['o', 'p', 'q', 'none'], 31, 1],
  ])('are found by the path %j', (path, atLine, column) => {
    expect(positionOf(path)).toEqual({ line: atLine, column });
  });

  it('are found in whatever the package writes', () => {
    const written = stringify({ a: { '"': ['', '\\', "'''", '"""', '\n#'], "b'": [{ c: 1 }, { c: [[]] }] } });
    const document = documentOf(written);
    expect(document.value).toEqual(parse(written));
    const lines = written.split('\n');
    const second = Object(document.value).a["b'"][1];
    expect(lines[document.lineOf(second) - 1]).toBe(`[[a."b'"]]`);
  });
});
