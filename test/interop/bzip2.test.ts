import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBzip2 } from '../../src/bzip2/encoder.ts';
import { requireProgram } from './programs.ts';

const hasBzip2 = requireProgram('bzip2');

/** One part, as `encodeBzip2` takes it: bytes, or a number of zeros. */
type Part = Uint8Array | number;

const lines = Array.from({ length: 30_000 }, (_, i) => `package-${i % 977}: ${i * i} (>= ${i % 13}.${i % 7})\n`);
const text = new TextEncoder().encode(lines.join(''));
const noise = makeNoise(900_400);

const cases: readonly (readonly [title: string, parts: readonly Part[]])[] = [
  ['nothing', []],
  ['one byte', [Uint8Array.of(7)]],
  ['text of two blocks', [text]],
  ['bytes of three values', [noise.subarray(0, 200_000).map((byte) => byte % 3)]],
  ['code words that would be longer than 17 bits', [steep()]],
  [
    'zeros with 400 patches',
    Array.from({ length: 400 }, (_, i) => [(i * 7919) % 130_000, noise.subarray(i, i + (i % 40))]).flat(),
  ],
  ['50 million zeros', [50_000_000]],
  ['a block of nothing but the longest runs', [179_997 * 255]],
  ['a block of nothing but the longest runs, and a zero', [179_997 * 255 + 1]],
  ['a string without a pattern, a hundred times', new Array<Part>(100).fill(noise.subarray(0, 137))],
  ['a short string a hundred thousand times', [new Uint8Array(300_000).map((_, i) => i % 3)]],
];

describe.skipIf(!hasBzip2)('encodeBzip2', () => {
  it.each(cases)('writes what bzip2 -9 writes: %s', (_, parts) => {
    expectSame(parts, encodeBzip2(parts));
  });

  // Where blocks are cut is tested without encoding them in test/unit/bzip2/runs.test.ts.
  it.each([
    [899_980, 255],
    [899_981, 0],
    [899_982, 4],
  ])('cuts blocks where bzip2 cuts them: %i bytes that do not compress, then %i zeros', (size, zeros) => {
    const parts = [noise.subarray(0, size), zeros, noise.subarray(0, 9)];
    expectSame(parts, encodeBzip2(parts));
  });

  it('writes what bzip2 -9 writes for runs of any lengths', () => {
    const run = fc.tuple(fc.nat(3), fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 250, max: 520 })));
    fc.assert(
      fc.property(fc.array(run, { minLength: 4, maxLength: 30 }), (runs) => {
        const parts = runs.map(([byte, count]) => (byte === 0 ? count : new Uint8Array(count).fill(byte)));
        expectSame([Uint8Array.of(9), ...parts], encodeBzip2([Uint8Array.of(9), ...parts]));
      }),
      { numRuns: 60 },
    );
  });

  it('writes as many bytes as bzip2 -9 for any bytes, any number of times, and bzip2 -d reads them', () => {
    const string = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(string, fc.integer({ min: 1, max: 60 }), (values, times) => {
        const parts = new Array<Part>(times).fill(Uint8Array.from(values));
        const stored = encodeBzip2(parts);
        expect(stored.length).toBe(runBzip2('-9c', joinParts(parts)).length);
        expect(Buffer.compare(runBzip2('-dc', stored), joinParts(parts))).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

/** The same bytes as bzip2 writes are bytes that it reads. */
function expectSame(parts: readonly Part[], stored: Uint8Array): void {
  expect(Buffer.compare(stored, runBzip2('-9c', joinParts(parts)))).toBe(0);
}

function runBzip2(option: string, input: Uint8Array): Buffer {
  return execFileSync('bzip2', [option], { input, maxBuffer: 1 << 27 });
}

function joinParts(parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? new Uint8Array(part) : part)));
}

/** Bytes of a linear congruential generator: the same on every run. */
function makeNoise(size: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

/** Each byte value occurs 1.8 times as often as the next one: one of the codes would have words of 18 bits. */
function steep(): Uint8Array {
  const chances = makeNoise(2_700_000);
  return Uint8Array.from({ length: 899_000 }, (_, i) => {
    const [high = 0, middle = 0, low = 0] = chances.subarray(3 * i, 3 * i + 3);
    return Math.floor(-Math.log((high * 0x10000 + middle * 0x100 + low + 1) / 2 ** 24) / Math.log(1.8));
  });
}
