import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitZeros } from '../../../../src/delta/bsdiff40/zero-runs.ts';
import { joinBytes } from '../raw-delta.ts';

describe('splitZeros', () => {
  it('gives zeros as a number, and no parts for no bytes', () => {
    expect(splitZeros(new Uint8Array(1_000_000))).toEqual([1_000_000]);
    expect(splitZeros(new Uint8Array())).toEqual([]);
  });

  it('keeps runs of less than 16 zeros among the bytes', () => {
    const bytes = Uint8Array.of(1, ...new Uint8Array(15), 2, ...new Uint8Array(16), 3);
    expect(splitZeros(bytes)).toEqual([bytes.slice(0, 17), 16, Uint8Array.of(3)]);
  });

  it('gives parts that make up the same bytes, none of them empty', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.nat(40).map((size) => new Uint8Array(size)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const bytes = joinBytes(pieces);
        const parts = splitZeros(bytes);
        expect(joinBytes(parts.map((part) => (typeof part === 'number' ? new Uint8Array(part) : part)))).toEqual(bytes);
        expect(parts.filter((part) => (typeof part === 'number' ? part < 16 : part.length === 0))).toEqual([]);
      }),
    );
  });

  it('gives copies, which the bytes may change under', () => {
    const bytes = Uint8Array.of(1, 2);
    const parts = splitZeros(bytes);
    bytes.fill(9);
    expect(parts).toEqual([Uint8Array.of(1, 2)]);
  });
});
