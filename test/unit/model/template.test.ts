import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import type { FieldValue } from '../../../src/model/record.ts';
import { parseTemplate, pathFilters, type TemplateLanguage } from '../../../src/model/template.ts';

const language: TemplateLanguage = {
  name: 'path rule',
  filters: { ...pathFilters, upper: (text) => text.toUpperCase() },
  made: 'path',
};

const record: Readonly<Record<string, FieldValue>> = {
  name: 'libfoo',
  version: '2:1.0',
  empty: '',
  size: 7,
  none: null,
};
const fieldOf = (field: string): FieldValue | undefined => (Object.hasOwn(record, field) ? record[field] : undefined);

function refusal(template: string, blame?: 'format'): string {
  try {
    parseTemplate(template, language, blame);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    expect(error.code).toBe(blame ?? 'usage');
    return error.message;
  }
  throw new Error(`accepted: ${template}`);
}

describe('a template', () => {
  it.each([
    ['', ''],
    ['plain text', 'plain text'],
    ['{name}', 'libfoo'],
    ['{name}-{version:noepoch}.zip', 'libfoo-1.0.zip'],
    ['{missing|name:pool}/{name:upper}', 'libf/LIBFOO'],
    ['{empty|name}', ''],
  ])('%j gives %j', (template, text) => {
    const { apply, gives } = parseTemplate(template, language);
    expect(apply(fieldOf)).toBe(text);
    expect(gives(text, fieldOf)).toBe(true);
    expect(gives(`${text}x`, fieldOf)).toBe(false);
    if (text !== '') expect(gives(text.slice(0, -1), fieldOf)).toBe(false);
  });

  it.each(['{missing}', '{size}', '{none}', 'a{missing|size}b'])('%s gives no text', (template) => {
    const { apply, gives } = parseTemplate(template, language);
    expect(apply(fieldOf)).toBeUndefined();
    expect(gives('', fieldOf)).toBe(false);
  });

  it('lists each field that it reads once, in order', () => {
    expect(parseTemplate('{b|a}{a}{c:word}', language).fields).toEqual(['b', 'a', 'c']);
    expect(parseTemplate('none', language).fields).toEqual([]);
  });

  it.each([
    ['{', 'path rule: unmatched { in {'],
    ['}', 'path rule: unmatched } in }'],
    ['a{b', 'path rule: unmatched { in a{b'],
    ['a}b', 'path rule: unmatched } in a}b'],
    ['{{a}}', 'path rule: unmatched { in {{a}}'],
    ['{}', 'path rule: expected a field other than path in {} of {}'],
    ['{a|}', 'path rule: expected a field other than path in {a|} of {a|}'],
    ['{:word}', 'path rule: expected a field other than path in {:word} of {:word}'],
  ])('is not %j', (template, message) => {
    expect(refusal(template)).toBe(message);
  });

  it.each(['{a:}', '{a:nope}', '{a:word:}', '{a:word|b}', '{path}', '{a|path}'])('is not %j', (template) => {
    expect(refusal(template)).toMatch(/^path rule: /);
  });

  it.each([
    ['{a:wrod}', 'path rule: unknown filter "wrod" in {a:wrod}; did you mean "word"?'],
    ['{a:xyz}', 'path rule: unknown filter "xyz" in {a:xyz}; known: word, noepoch, pool, upper'],
  ])('names a filter that is close: %s', (template, message) => {
    expect(refusal(template)).toBe(message);
  });

  it('knows no quotation marks in a path rule: they are part of the name', () => {
    expect(parseTemplate('{"a|b"}', language).fields).toEqual(['"a', 'b"']);
  });

  it('knows where it reads a field first', () => {
    const { offsetOf } = parseTemplate('x{b|a}{a}', language);
    expect([offsetOf('b'), offsetOf('a')]).toEqual([2, 4]);
  });

  it('blames whom the caller says', () => {
    expect(refusal('{', 'format')).toBe('path rule: unmatched { in {');
  });
});

describe('pathFilters', () => {
  it('are the three of the format, which clients know', () => {
    expect(Object.keys(pathFilters).toSorted()).toEqual(['noepoch', 'pool', 'word']);
  });
});
