import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCanonicalJson } from '../../../src/model/canonical-json.ts';
import type { FieldValue } from '../../../src/model/record.ts';

describe('canonical JSON', () => {
  it.each<[FieldValue, string]>([
    [null, 'null'],
    [true, 'true'],
    ['', '""'],
    ['a"\\\n\0\u007f', '"a\\"\\\\\\n\\u0000\u007f"'],
    ['é🔧\u2028', '"é🔧\u2028"'],
    [0, '0'],
    [-0, '0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [0.1, '0.1'],
    [[], '[]'],
    [[1, [2, {}]], '[1,[2,{}]]'],
    [{}, '{}'],
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ 10: 1, 9: 2, a: 3, B: 4 }, '{"10":1,"9":2,"B":4,"a":3}'],
    [{ '🔧': 1, '\uffff': 2, é: 3 }, '{"é":3,"\uffff":2,"🔧":1}'],
    [{ a: { d: [], c: null } }, '{"a":{"c":null,"d":[]}}'],
    [{ 'a"b': 1 }, '{"a\\"b":1}'],
  ])('of %j is %s', (value, json) => {
    expect(formatCanonicalJson(value)).toBe(json);
  });

  it('leaves out members that are undefined', () => {
    expect(formatCanonicalJson({ a: undefined, b: 1 } as unknown as FieldValue)).toBe('{"b":1}');
  });

  it('has the same meaning as JSON, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, stringUnit: 'binary' }), (value) => {
        const json = JSON.stringify(value);
        const canonical = formatCanonicalJson(JSON.parse(json));
        expect(JSON.parse(canonical)).toEqual(JSON.parse(json));
        expect(formatCanonicalJson(backwards(JSON.parse(json)))).toBe(canonical);
      }),
    );
  });
});

/** The same value with the members of every object in another order. */
function backwards(value: FieldValue): FieldValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(backwards);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, backwards(member)] as const)
      .reverse(),
  );
}
