import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBzip2 } from '../../src/bzip2/encoder.ts';
import { requireProgram } from './programs.ts';

const hasBzip2 = requireProgram('bzip2');

/** One part, as `encodeBzip2` takes it: bytes, or a number of zeros. */
type Part = Uint8Array | number;

const lines = Array.from({ length: 60_000 }, (_, i) => `package-${i % 977}: ${i * i} (>= ${i % 13}.${i % 7})\n`);
const text = new TextEncoder().encode(lines.join(''));
const noise = makeNoise(2_000_000);

const cases: readonly (readonly [title: string, parts: readonly Part[]])[] = [
  ['nothing', []],
  ['one byte', [Uint8Array.of(7)]],
  ['text of several blocks', [text]],
  ['bytes that do not compress', [noise]],
  ['bytes of three values', [noise.map((byte) => byte % 3)]],
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
    expectSame(parts);
  });

  it.each([0, 1, 4, 255, 300])(
    'cuts blocks where bzip2 cuts them: around 899,981 bytes, and %i zeros behind',
    (zeros) => {
      for (let size = 899_979; size <= 899_983; size++)
        expectSame([noise.subarray(0, size), zeros, noise.subarray(0, 9)]);
    },
  );

  it('writes what bzip2 -9 writes for runs of any lengths', () => {
    const run = fc.tuple(fc.nat(3), fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 250, max: 520 })));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
        expectSame(runs.map(([byte, count]) => (byte === 0 ? count : new Uint8Array(count).fill(byte))));
      }),
      { numRuns: 60 },
    );
  });

  it('writes what bzip2 -9 writes for any bytes, any number of times', () => {
    const piece = fc.array(fc.nat(4), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(piece, fc.integer({ min: 1, max: 60 }), (values, times) => {
        expectSame(new Array<Part>(times).fill(Uint8Array.from(values)));
      }),
      { numRuns: 60 },
    );
  });

  it('writes what bzip2 -d reads', () => {
    for (const [, parts] of cases) {
      const decoded = execFileSync('bzip2', ['-dc'], { input: encodeBzip2(parts), maxBuffer: 1 << 27 });
      expect(Buffer.compare(decoded, joinParts(parts))).toBe(0);
    }
  });
});

function expectSame(parts: readonly Part[]): void {
  const expected = execFileSync('bzip2', ['-9c'], { input: joinParts(parts), maxBuffer: 1 << 27 });
  expect(Buffer.compare(encodeBzip2(parts), expected)).toBe(0);
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
