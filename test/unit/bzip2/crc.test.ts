import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CRC_START, extendCrc, extendCrcByRun, finishCrc } from '../../../src/bzip2/crc.ts';
import { crcBitByBit } from './reference-encoder.ts';

describe('extendCrc', () => {
  it('has the check value of CRC-32/BZIP2', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(finishCrc(extendCrc(CRC_START, digits, 0, 9))).toBe(0xfc891918);
  });

  it('gives 0 for no bytes', () => {
    expect(finishCrc(extendCrc(CRC_START, Uint8Array.of(1, 2, 3), 2, 2))).toBe(0);
  });

  it('agrees with the definition for any bytes at any position', () => {
    const range = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(8), fc.nat(8));
    fc.assert(
      fc.property(range, ([bytes, before, after]) => {
        const all = Uint8Array.from([...new Uint8Array(before).fill(7), ...bytes, ...new Uint8Array(after).fill(9)]);
        expect(finishCrc(extendCrc(CRC_START, all, before, before + bytes.length))).toBe(crcBitByBit(bytes));
      }),
    );
  });

  it('continues from any register', () => {
    const bytes = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const register = extendCrc(CRC_START, first, 0, first.length);
        const both = Uint8Array.from([...first, ...second]);
        expect(finishCrc(extendCrc(register, second, 0, second.length))).toBe(crcBitByBit(both));
      }),
    );
  });
});

describe('extendCrcByRun', () => {
  it('agrees with the bytes written out, for any byte, any number of times, from any register', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(255), fc.nat(5000), (register, byte, count) => {
        const run = new Uint8Array(count).fill(byte);
        expect(extendCrcByRun(register, byte, count)).toBe(extendCrc(register, run, 0, count));
      }),
    );
  });

  it.each([0, 1, 255, 256, 257, 65_535, 65_536])('agrees with %i bytes written out', (count) => {
    const run = new Uint8Array(count).fill(0xa5);
    expect(extendCrcByRun(CRC_START, 0xa5, count)).toBe(extendCrc(CRC_START, run, 0, count));
  });

  it('takes runs of billions: 2^32 - 1 zero bytes leave the register unchanged, and no such fraction of them does', () => {
    // x generates the field: its powers return to 1 after 2^32 - 1 steps. These are the prime factors, and 8 is coprime to them.
    expect(extendCrcByRun(CRC_START, 0, 2 ** 32 - 1)).toBe(CRC_START);
    for (const prime of [3, 5, 17, 257, 65_537]) {
      expect(extendCrcByRun(CRC_START, 0, (2 ** 32 - 1) / prime)).not.toBe(CRC_START);
    }
  });
});
