import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonError } from '../../../../src/readers/json/json-syntax.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const fragment = fc.constantFrom(...'{}[],:"\\/ \n\t-+.eE019aun'.split(''), 'true', 'null', '\\u00e9', '\\n', '"a"');

describe('the search for a JSON error', () => {
  it('finds one exactly where JSON.parse refuses a text', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(findJsonError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds none in any JSON, and one in any JSON that lost a character of its structure', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, at) => {
        expect(findJsonError(text)).toBeUndefined();
        const broken = text.slice(0, at % text.length) + text.slice((at % text.length) + 1);
        expect(findJsonError(broken) === undefined).toBe(isJson(broken));
      }),
    );
  });

  it('points at a place up to which the text could still have become JSON', () => {
    expect(findJsonError('[1, {"a": tru}]')).toEqual({ offset: 10, expected: 'a value' });
    expect(findJsonError('[1')).toEqual({ offset: 2, expected: '"," or "]"' });
    expect(findJsonError('[1]]')).toEqual({ offset: 3, expected: 'the end' });
    expect(findJsonError('"\\u12"')).toEqual({ offset: 1, expected: 'a valid escape' });
    expect(findJsonError('')).toEqual({ offset: 0, expected: 'a value' });
  });

  it('needs no stack for a text that nests a million times', () => {
    expect(findJsonError('['.repeat(1_000_000))).toEqual({ offset: 1_000_000, expected: 'a value or "]"' });
  });
});
