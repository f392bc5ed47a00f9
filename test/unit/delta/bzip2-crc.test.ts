import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bzip2Crc } from '../../../src/delta/bzip2-crc.ts';
import { crcBitByBit } from './encode-bzip2.ts';

describe('bzip2Crc', () => {
  it('has the check value of CRC-32/BZIP2', () => {
    expect(bzip2Crc(new TextEncoder().encode('123456789'), 0, 9)).toBe(0xfc891918);
  });

  it('is 0 for no bytes', () => {
    expect(bzip2Crc(Uint8Array.of(1, 2, 3), 2, 2)).toBe(0);
  });

  it('agrees with the definition for any bytes between any two places', () => {
    const range = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(8), fc.nat(8));
    fc.assert(
      fc.property(range, ([bytes, before, behind]) => {
        const all = Uint8Array.from([...new Uint8Array(before).fill(7), ...bytes, ...new Uint8Array(behind).fill(9)]);
        expect(bzip2Crc(all, before, before + bytes.length)).toBe(crcBitByBit(bytes));
      }),
    );
  });
});
