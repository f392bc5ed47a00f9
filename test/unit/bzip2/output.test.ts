import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBzip2To } from '../../../src/bzip2/decoder.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { ArraySink, type ByteSink, Bzip2Output } from '../../../src/bzip2/output.ts';
import { crcBitByBit } from '../delta/encode-bzip2.ts';
import { joinBytes } from '../delta/raw-delta.ts';

/** Notes what arrives: bytes as an array, a run as an object. */
class Notes implements ByteSink {
  readonly all: (number[] | { readonly byte: number; readonly count: number })[] = [];

  take(bytes: Uint8Array, start: number, end: number): void {
    this.all.push([...bytes.subarray(start, end)]);
  }

  takeRun(byte: number, count: number): void {
    this.all.push({ byte, count });
  }
}

const runs = fc.array(fc.tuple(fc.nat(255), fc.oneof(fc.nat(3), fc.nat(40_000))), { maxLength: 12 });

describe('Bzip2Output', () => {
  it('hands on bytes together, and runs of 32 bytes or more as their lengths', () => {
    const notes = new Notes();
    const output = new Bzip2Output(notes, 1000);
    for (const [byte, count] of [
      [1, 2],
      [0, 31],
      [0, 32],
      [7, 500],
      [8, 1],
    ] as const) {
      output.write(byte, count);
    }
    output.finishBlock();
    const ones = [1, 1, ...new Array<number>(31).fill(0)];
    expect(notes.all).toEqual([ones, { byte: 0, count: 32 }, { byte: 7, count: 500 }, [8]]);
  });

  it('hands on all that is written, and the checksum of each block', () => {
    fc.assert(
      fc.property(fc.array(runs, { maxLength: 3 }), (blocks) => {
        const sink = new ArraySink(new Uint8Array());
        const output = new Bzip2Output(sink, 10 ** 7);
        const contents = blocks.map((block) =>
          joinBytes(block.map(([byte, count]) => new Uint8Array(count).fill(byte))),
        );
        const checksums = blocks.map((block) => {
          for (const [byte, count] of block) output.write(byte, count);
          return output.finishBlock();
        });
        expect(checksums).toEqual(contents.map(crcBitByBit));
        expect(Buffer.compare(sink.bytes.subarray(0, sink.length), joinBytes(contents))).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses one byte more than the limit before the sink sees it', () => {
    const notes = new Notes();
    const output = new Bzip2Output(notes, 100);
    output.write(0, 100);
    expect(() => output.write(1, 1)).toThrow('bzip2: more than the expected 100 bytes');
    expect(() => new Bzip2Output(notes, 100).write(0, 10 ** 9)).toThrow('bzip2: more than the expected 100 bytes');
    expect(notes.all).toEqual([{ byte: 0, count: 100 }]);
  });
});

describe('decodeBzip2To', () => {
  it('hands on a run in one piece, however many pieces bzip2 made of it', () => {
    const notes = new Notes();
    const parts = [Uint8Array.of(1, 2), 1_000_000, Uint8Array.of(3)];
    decodeBzip2To(notes, encodeBzip2(parts), 1_000_003);
    expect(notes.all).toEqual([[1, 2], { byte: 0, count: 1_000_000 }, [3]]);
  });

  it('refuses one byte more or less than expected', () => {
    const stored = encodeBzip2([1000]);
    expect(() => decodeBzip2To(new Notes(), stored, 999)).toThrow('bzip2: more than the expected 999 bytes');
    expect(() => decodeBzip2To(new Notes(), stored, 1001)).toThrow('bzip2: expected 1001 bytes, found 1000');
  });
});
