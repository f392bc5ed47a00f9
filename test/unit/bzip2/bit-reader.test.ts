import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../src/bzip2/bit-reader.ts';

describe('BitReader', () => {
  it('reads the highest bit of each byte first', () => {
    const reader = new BitReader(Uint8Array.of(0b1010_0110, 0xff));
    expect([reader.read(1), reader.read(2), reader.read(5), reader.read(8)]).toEqual([1, 0b01, 0b00110, 0xff]);
  });

  it('reads up to 24 bits from any bit on', () => {
    for (let shift = 0; shift < 8; shift++) {
      const reader = new BitReader(Uint8Array.of(0x12, 0x34, 0x56, 0x78));
      reader.read(shift);
      expect(reader.read(24), `after ${shift} bits`).toBe((0x12345678 >>> (8 - shift)) & 0xffffff);
    }
  });

  it('reads 32 bits as an unsigned integer', () => {
    expect(new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xfe)).readUint32()).toBe(0xfffffffe);
  });

  it('shows the same bits until they are skipped, and zeros behind the end', () => {
    const reader = new BitReader(Uint8Array.of(0xab));
    expect([reader.peek(12), reader.peek(12)]).toEqual([0xab0, 0xab0]);
    reader.skip(8);
    expect([reader.done, reader.peek(20)]).toEqual([true, 0]);
  });

  it('refuses to consume a bit behind the end, whatever was peeked before', () => {
    const reader = new BitReader(Uint8Array.of(1, 2));
    expect(reader.read(15)).toBe(0x0102 >> 1);
    reader.peek(24);
    expect(() => reader.read(2)).toThrow('bzip2: cut off after 2 bytes');
    expect(() => new BitReader(new Uint8Array()).read(1)).toThrow('bzip2: cut off after 0 bytes');
  });

  it('aligns to the next byte, and stays where it is on a boundary', () => {
    const reader = new BitReader(Uint8Array.of(0xff, 0x12, 0x34));
    reader.read(3);
    reader.align();
    reader.align();
    expect([reader.read(8), reader.done]).toEqual([0x12, false]);
    reader.read(1);
    reader.align();
    expect(reader.done).toBe(true);
  });
});
