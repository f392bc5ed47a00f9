import { describe, expect, it } from 'vitest';
import { NumberTexts } from '../../../src/model/parsed-document.ts';

describe('NumberTexts', () => {
  it('gives a number as it was written, by the object or the list that holds it', () => {
    const texts = new NumberTexts();
    const list = [1.1, 1.1, 2];
    texts.add(list, 0, 1.1, '1.10');
    texts.add(list, 2, 2, '2');
    expect([0, 1, 2, '0'].map((key) => texts.of(list, key))).toEqual(['1.10', '1.1', '2', '1.10']);
    expect(texts.of([1.1], 0)).toBe('1.1');
  });

  it('has no text for what is no number', () => {
    expect(['a', 'b', 'none', '__proto__'].map((key) => new NumberTexts().of({ a: '1', b: null }, key))).toEqual([
      ...[undefined, undefined],
      ...[undefined, undefined],
    ]);
  });
});
