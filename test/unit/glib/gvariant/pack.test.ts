import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../../../src/glib/gvariant/check-normal.ts';
import {
  packArray,
  packBytes,
  packDictionary,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
} from '../../../../src/glib/gvariant/pack.ts';
import { Variant } from '../../../../src/glib/gvariant/variant.ts';
import { anySample } from './arbitrary-values.ts';
import { refusalOf } from './refusal.ts';
import { repack } from './repack.ts';
import { spell } from './spell.ts';
import { goodVectors } from './vectors.ts';

describe('packing', () => {
  it.each(goodVectors)('makes the bytes that GLib makes: $title', ({ type, bytes, bigEndian }) => {
    const packed = repack(new Variant(type, bytes));
    expect(packed.type).toEqual(new Variant(type, bytes).type);
    expect(hexOf(packed.bytes)).toBe(hexOf(bytes));
    if (bigEndian !== undefined)
      expect(hexOf(repack(new Variant(type, bigEndian), 'big').bytes)).toBe(hexOf(bigEndian));
  });

  it.each(['little', 'big'] as const)('makes normal bytes that read back equal, of any value: %s-endian', (order) => {
    fc.assert(
      fc.property(anySample(order), ({ packed, spelled }) => {
        const value = checkNormal(new Variant(packed.type, packed.bytes));
        expect(spell(value, order)).toEqual(spelled);
      }),
      { numRuns: 500 },
    );
  });

  it('makes normal bytes of any number of elements around the limits of offset sizes', () => {
    for (const count of [84, 85, 86, 127, 128, 16_383, 16_384, 21_844, 21_845, 21_846]) {
      const { type, bytes } = packArray(
        's',
        Array.from({ length: count }, () => packString('x')),
      );
      expect(checkNormal(new Variant(type, bytes)).count).toBe(count);
    }
  });
});

describe('packString', () => {
  it('refuses a string with a zero, after which readers would stop', () => {
    expect(refusalOf(() => packString('a\0b'))).toBe('GVariant string: expected no zero character, found one');
  });
});

describe('packing numbers', () => {
  it('takes the least and the most', () => {
    expect([...packUint32(0xffff_ffff).bytes]).toEqual([255, 255, 255, 255]);
    expect([...packInt32(-0x8000_0000, 'big').bytes]).toEqual([128, 0, 0, 0]);
    expect([...packUint64(2n ** 64n - 2n).bytes]).toEqual([254, 255, 255, 255, 255, 255, 255, 255]);
  });

  it.each([-1, 2 ** 32, 0.5, Number.NaN])('refuses %d as an unsigned 32-bit number', (value) => {
    expect(refusalOf(() => packUint32(value))).toBe(
      `GVariant number: expected an integer from 0 to 4294967295, found ${value}`,
    );
  });

  it.each([-(2 ** 31) - 1, 2 ** 31, 1.5, Number.POSITIVE_INFINITY])('refuses %d as a signed 32-bit number', (value) => {
    expect(refusalOf(() => packInt32(value))).toMatch(/^GVariant number: expected an integer from -2147483648 /);
  });

  it.each([-1n, 2n ** 64n])('refuses %d as an unsigned 64-bit number', (value) => {
    expect(refusalOf(() => packUint64(value))).toMatch(/^GVariant number: expected an integer from 0 to 1844674/);
  });
});

describe('packArray', () => {
  it('takes no element of a different type: the caller is wrong, not the data', () => {
    expect(() => packArray('s', [packString('x'), packUint32(1)])).toThrow(
      new TypeError('GVariant array of s: an element is u'),
    );
  });

  it('refuses what is not an element type', () => {
    expect(refusalOf(() => packArray('(s', []))).toMatch(/^GVariant type: expected a type/);
  });
});

describe('packTuple', () => {
  it('makes tuples of no member, and entries', () => {
    expect([packTuple([]).type.text, [...packTuple([]).bytes]]).toEqual(['()', [0]]);
    expect(packTuple([packString('k'), packVariant(packBytes(Uint8Array.of(1)))], 'entry').type.text).toBe('{sv}');
  });
});

describe('packDictionary', () => {
  it('keeps entries in the order given', () => {
    const { type, bytes } = packDictionary([
      ['b', packUint32(1)],
      ['a', packString('x')],
    ]);
    expect(spell(checkNormal(new Variant(type, bytes)))).toEqual([
      ['b', { type: 'u', value: 1 }],
      ['a', { type: 's', value: 'x' }],
    ]);
  });
});

/** Some are long, and texts are compared a hundred times as fast as arrays. */
function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
