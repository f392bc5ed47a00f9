import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FIELD_DEPTH } from '../../../../src/model/limits.ts';
import type { ParsedDocument } from '../../../../src/model/parsed-document.ts';
import { composeYaml } from '../../../../src/platform/yaml/compose-yaml.ts';
import { examineYaml } from '../../../../src/platform/yaml/examine-yaml.ts';

/** Every value of a document with its line, or its text if it is a number. */
function outline({ value: root, line, lineOf, textOf }: ParsedDocument): unknown {
  const describeMember = (container: object, key: string | number, value: unknown): unknown => {
    if (typeof value === 'number') return `${value} ${Object.is(value, -0)} ${textOf?.(container, key)}`;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, member]) => {
      return [name, describeMember(value, Array.isArray(value) ? Number(name) : name, member)];
    });
    return { line: lineOf(value), list: Array.isArray(value), entries };
  };
  return { line, root: describeMember([root], 0, root) };
}

/** Values and tricks of plain scalars, quoted scalars and blocks. */
const scalars = [
  ...[
    '',
    '~',
    'null',
    'Null',
    'NULL',
    'nULL',
    'true',
    'True',
    'TRUE',
    'tRue',
    'false',
    'yes',
    'no',
    'on',
    'off',
    'y',
    'N',
  ],
  ...[
    '0',
    '-0',
    '+0',
    '1',
    '01',
    '007',
    '-12',
    '+12',
    '0o17',
    '0o18',
    '-0o1',
    '0x1F',
    '0xfg',
    '+0x1',
    '0b1',
    '1_000',
    '1,000',
  ],
  ...[
    '1.',
    '.5',
    '1.0',
    '1.20',
    '23.01',
    '-1.5',
    '+.5',
    '1.2.3',
    '1e3',
    '1E-3',
    '1.e3',
    '72551e2',
    '1e400',
    'e3',
    '.e3',
    '.',
  ],
  ...[
    '.inf',
    '-.INF',
    '+.Inf',
    '.iNf',
    '.nan',
    '.NaN',
    '.NAN',
    '-.nan',
    '9007199254740993',
    '12345678901234567890',
    '-',
  ],
  ...[
    '2020-01-01',
    '2020-01-01T00:00:00Z',
    '12:30',
    '12:30:45',
    '190:20:30',
    '=',
    '<<',
    '!',
    '-a',
    '?a',
    ':a',
    'a:b',
    'a#b',
  ],
  ...[
    "''",
    "'it''s'",
    "'1.0'",
    '""',
    '"1.0"',
    '"\\u00e9\\x41\\n\\t\\\\"',
    '"a\n  b\n\n  c"',
    "'a\n  b'",
    'a\n  b\n\n  c',
    'é 🔧',
  ],
  ...[
    '|\n    a\n     b\n\n    c',
    '>\n    a\n    b\n\n     c\n    d',
    '|-\n    a',
    '>+\n    a\n\n',
    '|\n\n    a',
    '|',
    '>-',
  ],
  ...[
    '[]',
    '{}',
    '[1, "b", [c]]',
    '{a: 1, "b": [2.0]}',
    '[a, b,]',
    '{a, b: }',
    '[a: 1, b]',
    '[\n    1,\n    2.50\n    ]',
    '# none',
  ],
  ...[
    'a # c',
    'a  ',
    '"a" # c',
    '\ta',
    'a\tb',
    '@a',
    '`a',
    '%a',
    '&x a',
    '*x',
    '!!str 1',
    '"\\U0001F527\\U0000d83d\\U0010ffff"',
    '"\\U00110000"',
    '|2\n     a',
    '\x7f',
  ],
];

/** Documents in which a value is at `$`. */
const frames = [
  ...['a: $\nb: 1.10\n', '- $\n- b\n', '-\n  a: $\n  c: d\n', 'a:\n  b:\n  - $\n  - c: $\n', '"a b": $\n\'c\': $\n'],
  ...[
    '# c\n\na: $ # c\nb:\n  # d\n  e: $\n',
    '---\na: $\n---\n- $\n',
    '? a\n: $\n',
    '- - $\n  - b\n-   c: $\n    d: 1\n',
  ],
  ...[
    'a: {b: $, c: 1}\n',
    'a: [$, 1]\n',
    '$: a\n',
    '{$: a}\n',
    '$\n',
    'a: $',
    'a: $\na: 1\n',
    '1: $\n0: $\n__proto__: $\n',
  ],
  ...[
    'a: $\r\nb: c\r\n',
    '\ufeffa: $\n',
    '%YAML 1.2\n---\na: $\n',
    '--- # c\na: $\n...\nb: $\n',
    'a:\n    b: $\n    c:\n      - $\n',
  ],
];

describe('the fast parser of YAML', () => {
  it('gives the values, lines and texts of the exact one, or gives up', { timeout: 20_000 }, () => {
    let composed = 0;
    const pairs = frames.flatMap((frame, i) =>
      scalars.map((scalar, j) => ({ frame, scalar, isNeeded: i < 4 || (i + j) % 4 === 0 })),
    );
    for (const { frame, scalar, isNeeded } of pairs) {
      const text = frame.replaceAll('$', () => scalar);
      const documents = isNeeded ? composeYaml(text) : undefined;
      if (documents === undefined) continue;
      composed++;
      const exact = examineYaml(text);
      expect({ text, problems: exact.problems }).toEqual({ text, problems: [] });
      expect(documents.map(outline), text).toEqual(exact.documents.map(outline));
    }
    expect(composed).toBeGreaterThan(500);
  });

  it('gives the same for any combination of pieces that the exact one has no problem with', { timeout: 20_000 }, () => {
    const pieces = [
      ' ',
      '  ',
      '\n',
      '\n  ',
      '\n    ',
      '- ',
      '-',
      ': ',
      ':',
      ' #',
      '#',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ', ',
    ];
    const words = [
      'a',
      'b',
      'é',
      '1',
      '1.0',
      '~',
      '|',
      '>',
      '|-',
      '? ',
      '\n---\n',
      '\t',
      '\\n',
      '<<',
      '\n- ',
      'a: ',
      '\nb: ',
    ];
    const texts = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 16 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const documents = composeYaml(text);
        const exact = examineYaml(text);
        if (documents === undefined || exact.problems.length > 0) return;
        expect(documents.map(outline)).toEqual(exact.documents.map(outline));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it.each([
    ['a tag', 'a: !!str 1\n'],
    ['an anchor', 'a: &x 1\n'],
    ['an alias', 'a: *x\n'],
    ['a directive', '%YAML 1.2\n---\na: 1\n'],
    ['a tab in front of a key', 'a:\n\tb: 1\n'],
    ['carriage returns', 'a: 1\r\n'],
    ['a byte order mark', '\ufeffa: 1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key that is a list', '[a]: 1\n'],
    ['a key that is empty', ': 1\n'],
    ['a document that is a text', 'a\n'],
    ['an empty document', '---\n'],
    ['no document', '# c\n'],
    ['an open bracket', 'a: [1\n'],
    ['a key on the line of an item', 'a:\n- "b" c: 1\nd: 2\n'],
    ['a value that is too deep', `a: ${'['.repeat(MAX_FIELD_DEPTH)}${']'.repeat(MAX_FIELD_DEPTH)}\n`],
  ])('gives up on %s', (_title, text) => {
    expect(composeYaml(text)).toBeUndefined();
  });

  it('reads what programs write', () => {
    const text =
      'entries:\n  a:\n  - version: 1.10\n    urls:\n    - https://example.org/a.tgz\n    text: "1"\n  - version: 2\n';
    const [document] = composeYaml(text) ?? [];
    expect(document?.value).toEqual({
      entries: { a: [{ version: 1.1, urls: ['https://example.org/a.tgz'], text: '1' }, { version: 2 }] },
    });
    expect(document?.positionOf(['entries', 'a', 1, 'version'])).toEqual({ line: 7, column: 5 });
  });
});
