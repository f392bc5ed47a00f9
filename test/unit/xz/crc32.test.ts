import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/xz/crc32.ts';

describe('crc32', () => {
  it('has the check value of CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('gives 0 for no bytes', () => {
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('is an unsigned integer', () => {
    expect(crc32(new Uint8Array(4).fill(255))).toBe(0xffffffff);
    expect(crc32(new Uint8Array(4))).toBe(0x2144df1c);
  });
});
