import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../../../src/glib/gvariant/check-normal.ts';
import { type Packed, packDictionary, packString, packTuple, packUint32 } from '../../../../src/glib/gvariant/pack.ts';
import { Variant } from '../../../../src/glib/gvariant/variant.ts';
import { anySample, anyType } from './arbitrary-values.ts';
import { refusalOf } from './refusal.ts';
import { spell } from './spell.ts';
import { badVectors, goodVectors } from './vectors.ts';

function open({ type, bytes }: Packed): Variant {
  return new Variant(type, bytes);
}

/** What reading and checking come to: words, or the messages of their refusals. */
function outcomes(type: string, bytes: Uint8Array): readonly unknown[] {
  let words: unknown;
  const reading = refusalOf(() => {
    words = spell(new Variant(type, bytes));
  });
  return [words, reading, refusalOf(() => checkNormal(new Variant(type, bytes)))];
}

/** The same bytes with other bytes before and after. */
function surround(bytes: Uint8Array, by: number): Uint8Array {
  const whole = new Uint8Array(bytes.length + 32).fill(by);
  whole.set(bytes, 16);
  return whole.subarray(16, 16 + bytes.length);
}

describe('Variant', () => {
  const spelled = goodVectors.filter(({ value }) => value !== undefined);

  it.each(spelled)('reads what GLib reads: $title', ({ type, bytes, value }) => {
    expect(spell(new Variant(type, bytes))).toEqual(value);
  });

  it.each(spelled.filter(({ bigEndian }) => bigEndian !== undefined))(
    'reads what GLib reads, with the bytes of numbers swapped: $title',
    ({ type, bigEndian, value }) => {
      expect(spell(new Variant(type, bigEndian ?? new Uint8Array()), 'big')).toEqual(value);
    },
  );

  it('throws nothing but format errors for any bytes as any type, and sees nothing around them', () => {
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        expect(outcomes(type, surround(bytes, 0))).toEqual(outcomes(type, surround(bytes, 0x73)));
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but format errors for values with any byte changed', () => {
    fc.assert(
      fc.property(anySample('little'), fc.nat(), fc.nat(255), fc.nat(3), ({ packed }, place, byte, cut) => {
        const bytes = packed.bytes.slice(0, Math.max(0, packed.bytes.length - cut));
        if (bytes.length > 0) bytes[place % bytes.length] = byte;
        const [, reading, checking] = outcomes(packed.type.text, bytes);
        // What is normal can be read; what cannot be read is not normal.
        if (checking === undefined) expect(reading).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it.each(badVectors)('throws nothing but a format error while it reads $title', ({ type, bytes }) => {
    expect(outcomes(type, bytes)[2]).toMatch(/^GVariant (type|of type .+): expected .+|a text is not valid UTF-8/s);
  });

  it('has parts in order, each with its place', () => {
    const value = open(packTuple([packString('ab'), packUint32(7), packString('c')]));
    expect([...value.children()].map((part) => part.type.text)).toEqual(['s', 'u', 's']);
    expect([0, 1, 2].map((i) => value.extentOf(i))).toEqual([
      { start: 0, end: 3 },
      { start: 4, end: 8 },
      { start: 8, end: 10 },
    ]);
    expect([value.count, value.contentEnd, value.bytes.length]).toEqual([3, 10, 11]);
  });

  it.each([-1, 3, 1e9])('has no part %d among three', (index) => {
    const value = open(packTuple([packString('a'), packString('b'), packString('c')]));
    expect(refusalOf(() => value.child(index))).toBe(`GVariant of type (sss): expected a part ${index}, found 3 parts`);
  });

  it('has no parts if the type has none', () => {
    expect([new Variant('u', new Uint8Array(4)).count, [...open(packString('x')).children()]]).toEqual([0, []]);
  });

  it.each([
    ['inner', (value: Variant) => value.inner(), 'a variant'],
    ['string', (value: Variant) => value.string(), 'a string'],
    ['boolean', (value: Variant) => value.boolean(), 'a boolean'],
    ['uint32', (value: Variant) => value.uint32(), 'an unsigned 32-bit number'],
    ['int32', (value: Variant) => value.int32(), 'a signed 32-bit number'],
    ['uint64', (value: Variant) => value.uint64(), 'an unsigned 64-bit number'],
    ['byteArray', (value: Variant) => value.byteArray(), 'bytes'],
    ['find', (value: Variant) => value.find('x'), 'a dictionary with string keys'],
    ['lookup', (value: Variant) => value.lookup('x', 's'), 'a dictionary with string keys'],
  ] as const)('refuses %s for a value of a different type', (_, get, expected) => {
    const others = [new Variant('d', new Uint8Array(8)), new Variant('a{yv}', new Uint8Array()), open(packTuple([]))];
    const empty = new Variant('aas', new Uint8Array());
    expect([...others, empty].map((value) => refusalOf(() => get(value)))).toEqual(
      ['d', 'a{yv}', '()', 'aas'].map(
        (text) => `GVariant of type ${text}: expected ${expected}, found a different type`,
      ),
    );
  });

  it.each([
    ['u', 3],
    ['t', 9],
    ['(uy)', 5],
    ['()', 0],
    ['b', 2],
  ])('refuses a value of %s with %i bytes', (type, size) => {
    expect(refusalOf(() => new Variant(type, new Uint8Array(size)))).toMatch(/expected \d+ bytes, found \d+$/);
  });

  it('refuses a value inside too many others', () => {
    expect(refusalOf(() => new Variant('y', new Uint8Array(1), 127))).toBeUndefined();
    expect(refusalOf(() => new Variant('y', new Uint8Array(1), 128))).toBe(
      'GVariant of type y: expected at most 128 levels, found more',
    );
  });

  it('names no type of more than 60 letters in full', () => {
    const type = `(${'u'.repeat(100)})`;
    expect(refusalOf(() => new Variant(type, new Uint8Array(1)))).toBe(
      `GVariant of type (${'u'.repeat(79)}…: expected 400 bytes, found 1`,
    );
  });
});

describe('find', () => {
  const dictionary = open(
    packDictionary([
      ['first', packUint32(1)],
      ['twice', packUint32(2)],
      ['twice', packUint32(3)],
    ]),
  );

  it('gives the first value with a key, and undefined if no entry has it', () => {
    expect(dictionary.find('twice')?.inner().uint32()).toBe(2);
    expect([dictionary.find(''), dictionary.find('firs'), dictionary.find('first2')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('distinguishes keys of any letters, whatever their length in bytes', () => {
    const keys = ['ä', 'ae', 'a', '€', 'eur', '😀', 'four', ''];
    const letters = open(packDictionary(keys.map((key, i) => [key, packUint32(i)])));
    expect(keys.map((key) => letters.find(key)?.inner().uint32())).toEqual(keys.map((_, i) => i));
  });

  it('looks up a value only if it has the type', () => {
    expect(dictionary.lookup('first', 'u')?.uint32()).toBe(1);
    expect([dictionary.lookup('first', 'i'), dictionary.lookup('none', 'u')]).toEqual([undefined, undefined]);
  });
});

describe('reading hostile bytes', () => {
  it('looks at no byte twice, although each of 100,000 elements claims all of them', () => {
    const bytes = new Uint8Array(400_000).fill(0xff);
    const table = 4;
    bytes.set([4, 0, 0, 0], bytes.length - 4);
    const value = new Variant('aay', bytes);
    expect(value.count).toBe((bytes.length - table) / 4);
    expect(refusalOf(() => [...value.children()])).toMatch(/expected a part within 4 bytes, found 0 to 4294967295$/);
  });

  it('reads type strings of 100 KB time and again', () => {
    const type = `(${'y'.repeat(100_000)})`;
    const inner = new TextEncoder().encode(`${'\0'.repeat(100_001)}${type}`);
    const value = new Variant('v', inner);
    for (let i = 0; i < 5; i++) expect(checkNormal(value).inner().count).toBe(100_000);
  });
});
