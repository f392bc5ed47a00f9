import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../src/bzip2/bit-reader.ts';
import { BitWriter } from '../../../src/bzip2/bit-writer.ts';

describe('BitWriter', () => {
  it('writes the highest bit of each byte first, and zeros behind the last', () => {
    const writer = new BitWriter();
    writer.write(0b101, 3);
    writer.write(0, 0);
    writer.write(0b00110_1, 6);
    expect([...writer.finish()]).toEqual([0b1010_0110, 0b1000_0000]);
  });

  it('writes nothing where nothing was written', () => {
    expect(new BitWriter().finish().length).toBe(0);
  });

  it('writes 32 bits of any number, signed or not', () => {
    const writer = new BitWriter();
    writer.writeUint32(0xfedcba98);
    writer.writeUint32(-2);
    expect([...writer.finish()]).toEqual([0xfe, 0xdc, 0xba, 0x98, 0xff, 0xff, 0xff, 0xfe]);
  });

  it('writes what BitReader reads, whatever the numbers of bits', () => {
    const piece = fc
      .integer({ min: 1, max: 24 })
      .chain((count) => fc.tuple(fc.nat(2 ** count - 1), fc.constant(count)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
        const writer = new BitWriter();
        for (const [value, count] of pieces) writer.write(value, count);
        const reader = new BitReader(writer.finish());
        expect(pieces.map(([, count]) => reader.read(count))).toEqual(pieces.map(([value]) => value));
        reader.align();
        expect(reader.done).toBe(true);
      }),
    );
  });
});
