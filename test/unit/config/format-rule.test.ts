import { describe, expect, it } from 'vitest';
import type { InputRule } from '../../../src/config/config.ts';
import { formatRule } from '../../../src/config/format-rule.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const known = { readers: ['json', 'deb822'], sections: new Map() };

describe('an input rule on one line', () => {
  it.each<[string, InputRule]>([
    ['{ files: "*.json" }', { files: '*.json', omit: [] }],
    [
      '{ files: "**/*.txt", reader: json, encoding: windows-1252, where: "a = \\"b c\\"", records: entries.*, only: [name] }',
      {
        files: '**/*.txt',
        reader: 'json',
        encoding: 'windows-1252',
        where: parseQuery('a = "b c"'),
        records: ['entries.*'],
        only: ['name'],
        omit: [],
      },
    ],
    [
      '{ files: "x", records: [packages.<file>, "\\"packages.conda\\".<file>", "."], ' +
        'fields: { version: "{version}-{build}", sha256: "hash:lower", "a b": "*.x" }, ' +
        'defaults: { arch: all, "n": 1, s: "1", t: [true, "yes"], o: { x: "null" } }, omit: [info, "y"], invalid: skip }',
      {
        files: 'x',
        records: ['packages.<file>', '"packages.conda".<file>', '.'],
        fields: { version: '{version}-{build}', sha256: 'hash:lower', 'a b': '*.x' },
        defaults: { arch: 'all', n: 1, s: '1', t: [true, 'yes'], o: { x: 'null' } },
        omit: ['info', 'y'],
        skipsInvalid: true,
      },
    ],
  ])('is read as the same rule: %s', (text, rule) => {
    expect(formatRule(rule)).toBe(text);
    expect(parseConfig(`name: a\ninputs: [${text}]`, 'repomill.yaml', known).inputs).toEqual([rule]);
  });
});
