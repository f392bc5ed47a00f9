import { describe, expect, it } from 'vitest';
import {
  array,
  bigEndian32,
  bigEndian64,
  byteArray,
  dictionary,
  entry,
  type GVariant,
  text,
  tuple,
  variant,
} from '../../../bench/generate/gvariant.ts';

const TEXTS = { type: 's', alignment: 1, fixed: false } as const;

function hex({ bytes }: GVariant): string {
  return bytes.toString('hex');
}

// The first three are examples of the GVariant specification, section 2.6.
describe('GVariant', () => {
  it('serialises a text with a zero byte behind it', () => {
    expect(hex(text('hello world'))).toBe(`${Buffer.from('hello world').toString('hex')}00`);
  });

  it('serialises an array of texts with the ends behind them', () => {
    const value = array(TEXTS, ['i', 'can', 'has', 'strings?'].map(text));
    expect(value.type).toBe('as');
    expect(hex(value)).toBe(`${Buffer.from('i\0can\0has\0strings?\0').toString('hex')}02060a13`);
  });

  it('serialises a dictionary of texts and variants with every value at a multiple of 8', () => {
    const value = dictionary({ a: text('b') });
    expect(value.type).toBe('a{sv}');
    // Key, gap, value with its type, end of the key; then the end of the entry.
    expect(hex(value)).toBe('6100000000000000' + '62000073' + '02' + '0d');
  });

  it('serialises a tuple with the ends of all but its last child, the first one last', () => {
    expect(hex(tuple(text('a'), byteArray(Buffer.from([1, 2])), text('b')))).toBe('6100' + '0102' + '6200' + '0402');
  });

  it('pads a tuple of numbers to its alignment, and stores no ends in it', () => {
    const value = tuple(bigEndian64(1), bigEndian32(2));
    expect(value).toMatchObject({ type: '(tu)', alignment: 8, fixed: true });
    expect(hex(value)).toBe('0000000000000001' + '00000002' + '00000000');
  });

  it('stores wider ends in a value that needs them', () => {
    const long = 'x'.repeat(300);
    const { bytes } = array(TEXTS, [text(long), text('')]);
    expect(bytes.length).toBe(301 + 1 + 2 * 2);
    expect([bytes.readUInt16LE(302), bytes.readUInt16LE(304)]).toEqual([301, 302]);
  });

  it('serialises an array without items as no bytes', () => {
    expect(array(TEXTS, []).bytes.length).toBe(0);
    expect(hex(tuple(array(TEXTS, []), array(TEXTS, [])))).toBe('00');
  });

  it('names the types of an entry and of a variant', () => {
    expect(entry(text('a'), variant(text('b'))).type).toBe('{sv}');
    expect(variant(bigEndian32(1)).bytes.toString('latin1')).toBe('\0\0\0\x01\0u');
  });
});
