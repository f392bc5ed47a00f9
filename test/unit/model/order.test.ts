import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../../src/model/order.ts';

describe('the order of texts', () => {
  it.each([
    ['', 'a'],
    ['a', 'aa'],
    ['B', 'a'],
    ['Z', 'a'],
    ['a', 'é'],
    ['e\u0301', 'é'],
    ['10', '9'],
    ['a-b', 'ab'],
    ['\0', '\x01'],
    ['\uffff', '🔧'],
    ['\ue000', '\u{10000}'],
    ['\ud7ff', '\ue000'],
    ['\ud7ff', '\u{10ffff}'],
    ['a\uffff', 'a\u{10000}'],
    ['\u{10000}', '\u{10001}'],
    ['\u{103ff}', '\u{10400}'],
  ])('puts %j before %j', (first, second) => {
    expect(compareText(first, second)).toBeLessThan(0);
    expect(compareText(second, first)).toBeGreaterThan(0);
  });

  it('is the order of the UTF-8 bytes', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'))
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
