import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader, BitWriter } from '../../../src/bzip2/bits.ts';

describe('BitReader', () => {
  it('reads the highest bit of each byte first', () => {
    const reader = new BitReader(Uint8Array.of(0b1010_0110, 0xff));
    expect([reader.read(1), reader.read(2), reader.read(5), reader.read(8)]).toEqual([1, 0b01, 0b00110, 0xff]);
  });

  it('reads up to 24 bits, starting at any bit', () => {
    for (let shift = 0; shift < 8; shift++) {
      const reader = new BitReader(Uint8Array.of(0x12, 0x34, 0x56, 0x78));
      reader.read(shift);
      expect(reader.read(24), `after ${shift} bits`).toBe((0x12345678 >>> (8 - shift)) & 0xffffff);
    }
  });

  it('reads 32 bits as an unsigned integer', () => {
    expect(new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xfe)).readUint32()).toBe(0xfffffffe);
  });

  it('peeks at the same bits until they are skipped, and at zeros past the end', () => {
    const reader = new BitReader(Uint8Array.of(0xab));
    expect([reader.peek(12), reader.peek(12)]).toEqual([0xab0, 0xab0]);
    reader.skip(8);
    expect([reader.done, reader.peek(20)]).toEqual([true, 0]);
  });

  it('refuses to consume a bit past the end, whatever was peeked before', () => {
    const reader = new BitReader(Uint8Array.of(1, 2));
    expect(reader.read(15)).toBe(0x0102 >> 1);
    reader.peek(24);
    expect(() => reader.read(2)).toThrow('bzip2: cut off after 2 bytes');
    expect(() => new BitReader(new Uint8Array()).read(1)).toThrow('bzip2: cut off after 0 bytes');
  });

  it('goes on in bytes that are appended, at any bit and after a look past the end', () => {
    for (let shift = 0; shift <= 16; shift++) {
      const reader = new BitReader(Uint8Array.of(0x12, 0x34));
      reader.read(shift);
      reader.peek(24);
      expect(reader.remaining).toBe(2 - Math.floor(shift / 8));
      reader.append(Uint8Array.of(0x56, 0x78));
      reader.append(Uint8Array.of(0x9a));
      const bits = (BigInt(0x123456789a) >> BigInt(16 - shift)) & 0xffffffn;
      expect(reader.read(24), `after ${shift} bits`).toBe(Number(bits));
      reader.peek(24);
      expect(() => reader.read(17)).toThrow('bzip2: cut off after 5 bytes');
    }
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

describe('BitWriter', () => {
  it('writes the highest bit of each byte first, and zeros after the last', () => {
    const writer = new BitWriter();
    writer.write(0b101, 3);
    writer.write(0, 0);
    writer.write(0b00110_1, 6);
    expect([...writer.finish()]).toEqual([0b1010_0110, 0b1000_0000]);
  });

  it('is empty if nothing was written', () => {
    expect(new BitWriter().finish().length).toBe(0);
  });

  it('writes 32 bits of any number, signed or not', () => {
    const writer = new BitWriter();
    writer.writeUint32(0xfedcba98);
    writer.writeUint32(-2);
    expect([...writer.finish()]).toEqual([0xfe, 0xdc, 0xba, 0x98, 0xff, 0xff, 0xff, 0xfe]);
  });

  it('writes what BitReader reads, for any numbers of bits', () => {
    const number = fc
      .integer({ min: 1, max: 24 })
      .chain((count) => fc.tuple(fc.nat(2 ** count - 1), fc.constant(count)));
    fc.assert(
      fc.property(fc.array(number, { maxLength: 400 }), (numbers) => {
        const writer = new BitWriter();
        for (const [value, count] of numbers) writer.write(value, count);
        const reader = new BitReader(writer.finish());
        expect(numbers.map(([, count]) => reader.read(count))).toEqual(numbers.map(([value]) => value));
        reader.align();
        expect(reader.done).toBe(true);
      }),
    );
  });
});
