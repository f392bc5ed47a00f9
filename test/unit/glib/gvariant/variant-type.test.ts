import { describe, expect, it } from 'vitest';
import {
  alignedTo,
  arrayOf,
  checkSignature,
  parseVariantType,
  readVariantType,
  tupleOf,
} from '../../../../src/glib/gvariant/variant-type.ts';
import { refusalOf } from './refusal.ts';
import { badTypes, goodTypes } from './vectors.ts';

function name(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}… (${text.length})` : JSON.stringify(text);
}

describe('parseVariantType', () => {
  it.each(goodTypes.map((text) => [name(text), text] as const))('reads %s, as GLib does', (_, text) => {
    expect(parseVariantType(text).text).toBe(text);
  });

  it.each(badTypes.map((text) => [name(text), text] as const))('refuses %s, as GLib does', (_, text) => {
    expect(refusalOf(() => parseVariantType(text))).toMatch(/^GVariant type: expected .+, found "/);
  });

  it.each([
    ['y', 1, 1],
    ['q', 2, 2],
    ['h', 4, 4],
    ['d', 8, 8],
    ['b', 1, 1],
    ['s', 1, undefined],
    ['v', 8, undefined],
    ['ay', 1, undefined],
    ['at', 8, undefined],
    ['mt', 8, undefined],
    ['()', 1, 1],
    ['(())', 1, 1],
    ['(uy)', 4, 8],
    ['(yt)', 8, 16],
    ['(y(yu)y)', 4, 16],
    ['(yqbty)', 8, 24],
    ['(sy)', 1, undefined],
    ['{yt}', 8, 16],
    ['{sv}', 8, undefined],
  ])('knows alignment and size of %s: %i, %s', (text, alignment, fixedSize) => {
    expect(parseVariantType(text)).toMatchObject({ alignment, fixedSize });
  });

  it.each([
    ['(ss)', 1],
    ['(sy)', 1],
    ['(ys)', 0],
    ['(yu)', 0],
    ['()', 0],
    ['(sysyas)', 2],
    ['{sv}', 1],
  ])('counts the framing offsets of %s: %i', (text, offsets) => {
    expect(parseVariantType(text)).toMatchObject({ offsets });
  });

  it('counts levels: a simple type has one, and the deepest part counts', () => {
    expect(['y', 'ay', '()', '(y)', '(yaay)', 'a{sv}'].map((text) => parseVariantType(text).depth)).toEqual([
      1, 2, 1, 2, 4, 3,
    ]);
  });

  it('says which type is refused, and cuts one that is long', () => {
    expect(refusalOf(() => parseVariantType('{vs}'))).toBe(
      'GVariant type: expected a simple key and a value between braces, found "{vs}"',
    );
    expect(refusalOf(() => parseVariantType('y'.repeat(100)))).toBe(
      `GVariant type: expected one complete type, found "${'y'.repeat(80)}…"`,
    );
  });

  it('reads a tuple of 100,000 members', () => {
    expect(parseVariantType(`(${'ys'.repeat(50_000)})`)).toMatchObject({ alignment: 1, offsets: 49_999 });
  });
});

describe('readVariantType', () => {
  const bytes = new TextEncoder().encode('xa{sv}x€');

  it('reads the type between two places', () => {
    expect(readVariantType(bytes, 1, 6)).toBe(parseVariantType('a{sv}'));
  });

  it('reads a long one', () => {
    const text = `(${'sy'.repeat(500)})`;
    expect(readVariantType(new TextEncoder().encode(text), 0, text.length).text).toBe(text);
  });

  it.each([
    ['no bytes', 3, 3],
    ['bytes that are not ASCII', 7, 10],
    ['two types', 0, 2],
  ])('refuses %s', (_, start, end) => {
    expect(refusalOf(() => readVariantType(bytes, start, end))).toMatch(/^GVariant type: expected /);
  });
});

describe('checkSignature', () => {
  it.each(['', 's', 'ss', 'a{sv}(ii)s', '{sv}', '()()'])('accepts %j', (text) => {
    expect(refusalOf(() => checkSignature(text))).toBeUndefined();
  });

  it.each(['ms', 'sa', '(s', 's)', '*', 'r', 'é', 's s'])('refuses %j', (text) => {
    expect(refusalOf(() => checkSignature(text))).toMatch(/^GVariant type: expected /);
  });
});

describe('arrayOf and tupleOf', () => {
  it('make the types that their strings name', () => {
    const [text, number] = [parseVariantType('s'), parseVariantType('t')];
    expect(arrayOf(text)).toEqual(parseVariantType('as'));
    expect(tupleOf([])).toEqual(parseVariantType('()'));
    expect(tupleOf([text, number, text])).toEqual(parseVariantType('(sts)'));
    expect(tupleOf([text, number], 'entry')).toEqual(parseVariantType('{st}'));
  });
});

describe('alignedTo', () => {
  it('goes to the next multiple, and stays where it is on one', () => {
    expect([0, 1, 7, 8, 9].map((offset) => alignedTo(offset, 8))).toEqual([0, 8, 8, 8, 16]);
    expect(alignedTo(2 ** 40 + 1, 4)).toBe(2 ** 40 + 4);
  });
});
