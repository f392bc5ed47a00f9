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

  it('lists the fields that it reads, each once', () => {
    const rule = parsePathRule('{Source|name:word}/{name}_{version:noepoch}');
    expect(rule.fields).toEqual(['Source', 'name', 'version']);
    expect(rule.template).toBe('{Source|name:word}/{name}_{version:noepoch}');
  });
});

describe('a path rule that is wrong', () => {
  it.each([
    ['{', 'unmatched { in {'],
    ['}', 'unmatched } in }'],
    ['{name', 'unmatched {'],
    ['name}', 'unmatched }'],
    ['{{name}}', 'unmatched {'],
    ['{name}}', 'unmatched }'],
    ['{na{me}', 'unmatched {'],
    ['{}', 'expected a field other than path in {}'],
    ['{path}', 'expected a field other than path in {path}'],
    ['{name|path}', 'expected a field other than path in {name|path}'],
    ['{name|}', 'expected a field other than path'],
    ['{|name}', 'expected a field other than path'],
    ['{:word}', 'expected a field other than path'],
    ['{name:}', 'unknown filter ""'],
    ['{name:Word}', 'unknown filter "Word"'],
    ['{name: word}', 'unknown filter " word"'],
    ['{name:word:upper}', 'unknown filter "upper"'],
    ['{name:toString}', 'unknown filter "toString"'],
    ['{name:__proto__}', 'unknown filter "__proto__"'],
  ])('is refused: %s', (template, problem) => {
    expect(() => parsePathRule(template)).toThrow(problem);
  });

  it('names the filters that there are', () => {
    expect(() => parsePathRule('{name:x}')).toThrow('(known: word, noepoch, pool)');
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
