import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInteger, parseSize, writeInteger } from '../../../../src/delta/bsdiff40/controls.ts';
import { formatInteger, MINUS_ZERO } from '../raw-delta.ts';

const END = Number.MAX_SAFE_INTEGER;

function write(value: number): Uint8Array {
  const bytes = new Uint8Array(10).fill(7);
  writeInteger(bytes, 1, value);
  return bytes;
}

describe('writeInteger', () => {
  it('writes sign and magnitude, lowest byte first, and nothing around them', () => {
    expect([...write(-0x010203)]).toEqual([7, 3, 2, 1, 0, 0, 0, 0, 0x80, 7]);
    expect([...write(0)]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    expect([...write(-0)]).toEqual([...write(0)]);
  });

  it('agrees with the definition for any exact integer, which parseInteger reads', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeInteger(), fc.constantFrom(END, -END, 255, 256, -(2 ** 32), 2 ** 32 - 1)),
        (value) => {
          const bytes = write(value);
          expect(bytes.subarray(1, 9)).toEqual(formatInteger(BigInt(value)));
          expect(parseInteger(bytes, 1)).toBe(value);
        },
      ),
    );
  });
});

describe('parseSize', () => {
  it('takes 0 to 2^53 - 1', () => {
    expect([parseSize(formatInteger(0n), 0, 'it'), parseSize(formatInteger(BigInt(END)), 0, 'it')]).toEqual([0, END]);
  });

  it.each<[string, bigint, string]>([
    ['2^53', 2n ** 53n, 'delta: it is larger than 2^53 - 1'],
    ['2^63 - 1', 2n ** 63n - 1n, 'delta: it is larger than 2^53 - 1'],
    ['-1', -1n, 'delta: it is negative'],
    ['minus zero', MINUS_ZERO, 'delta: it is negative'],
  ])('refuses %s', (_, value, message) => {
    expect(() => parseSize(formatInteger(value), 0, 'it')).toThrow(
      expect.objectContaining({ code: 'format', message }),
    );
  });
});
