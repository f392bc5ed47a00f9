import { describe, expect, it } from 'vitest';
import { parsePathRule } from '../../../src/model/path-rule.ts';
import type { FieldValue } from '../../../src/model/record.ts';

const fields: Readonly<Record<string, FieldValue>> = {
  name: 'libfoo',
  version: '2:1.0-3:4',
  arch: 'amd64',
  Source: 'foo-src (1.0)',
  size: 7,
  tags: ['a'],
  none: null,
  empty: '',
  'X-Field Name': 'x',
};

function apply(template: string, values: Readonly<Record<string, FieldValue>> = fields): string | undefined {
  return parsePathRule(template).apply((field) => (Object.hasOwn(values, field) ? values[field] : undefined));
}

describe('a path rule', () => {
  it.each([
    ['', ''],
    ['pool/main', 'pool/main'],
    ['{name}', 'libfoo'],
    ['{name}_{arch}.deb', 'libfoo_amd64.deb'],
    ['{name}{name}', 'libfoolibfoo'],
    ['{X-Field Name}', 'x'],
    ['{missing|name}', 'libfoo'],
    ['{Source|name}', 'foo-src (1.0)'],
    ['{gone|missing|arch}', 'amd64'],
    ['{empty|name}', ''],
    ['{Source:word}', 'foo-src'],
    ['{name:word}', 'libfoo'],
    ['{empty:word}', ''],
    ['{version:noepoch}', '1.0-3:4'],
    ['{version:noepoch:noepoch}', '4'],
    ['{name:noepoch}', 'libfoo'],
    ['{name:pool}', 'libf'],
    ['{arch:pool}', 'a'],
    ['{empty:pool}', ''],
    ['{Source:word:pool}/{Source:word}', 'f/foo-src'],
    ['{Source:pool:word}', 'f'],
  ])('%j gives %j', (template, path) => {
    expect(apply(template)).toBe(path);
  });

  it.each([
    ['lib', 'l'],
    ['libx', 'libx'],
    ['lib🔧x', 'lib🔧'],
    ['🔧x', '🔧'],
    ['Libfoo', 'L'],
  ])('puts %s into the pool folder %s', (name, folder) => {
    expect(apply('{name:pool}', { name })).toBe(folder);
  });

  it.each([
    '{missing}',
    '{gone|missing}',
    '{size}',
    '{tags}',
    '{none}',
    '{none|name}',
    '{size|name}',
    'pool/{missing}/x',
  ])('%s gives nothing if a field is missing or not a string', (template) => {
    expect(apply(template)).toBeUndefined();
  });

  it('lists each field that it reads once', () => {
    const rule = parsePathRule('{Source|name:word}/{name}_{version:noepoch}');
    expect(rule.fields).toEqual(['Source', 'name', 'version']);
    expect(rule.template).toBe('{Source|name:word}/{name}_{version:noepoch}');
  });
});

describe('an invalid path rule', () => {
  it.each([
    ['{', 'path rule: unmatched { in {'],
    ['}', 'path rule: unmatched } in }'],
    ['{name', 'path rule: unmatched { in {name'],
    ['name}', 'path rule: unmatched } in name}'],
    ['{{name}}', 'path rule: unmatched { in {{name}}'],
    ['{name}}', 'path rule: unmatched } in {name}}'],
    ['{na{me}', 'path rule: unmatched { in {na{me}'],
    ['{}', 'path rule: expected a field other than path in {} of {}'],
    ['{path}', 'path rule: expected a field other than path in {path} of {path}'],
    ['{name|path}', 'path rule: expected a field other than path in {name|path} of {name|path}'],
    ['{name|}', 'path rule: expected a field other than path in {name|} of {name|}'],
    ['{|name}', 'path rule: expected a field other than path in {|name} of {|name}'],
    ['{:word}', 'path rule: expected a field other than path in {:word} of {:word}'],
    ['{name:}', 'path rule: unknown filter "" in {name:}; known: word, noepoch, pool'],
    ['{name:Word}', 'path rule: unknown filter "Word" in {name:Word}; did you mean "word"?'],
    ['{name: word}', 'path rule: unknown filter " word" in {name: word}; did you mean "word"?'],
    ['{name:word:upper}', 'path rule: unknown filter "upper" in {name:word:upper}; known: word, noepoch, pool'],
    ['{name:toString}', 'path rule: unknown filter "toString" in {name:toString}; known: word, noepoch, pool'],
    ['{name:__proto__}', 'path rule: unknown filter "__proto__" in {name:__proto__}; known: word, noepoch, pool'],
  ])('is refused: %s', (template, problem) => {
    expect(() => parsePathRule(template)).toThrow(expect.objectContaining({ code: 'usage', message: problem }));
  });

  it.each([
    [undefined, 'usage'],
    ['usage', 'usage'],
    ['format', 'format'],
  ] as const)('is an error of the file that it is in: %s', (blame, code) => {
    for (const template of ['{', '{path}', '{name:x}']) {
      expect(() => parsePathRule(template, blame)).toThrow(expect.objectContaining({ code }));
    }
  });
});
