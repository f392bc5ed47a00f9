import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../src/bytes/bytes.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { applyDelta, inspectDelta } from '../../../src/delta/apply-delta.ts';
import { RepomillError } from '../../../src/errors.ts';
import { readDeltaVectors, sha256Of } from '../../vectors/vectors.ts';
import { type DeltaParts, formatInteger, formatRawDelta, joinSections } from './raw-delta.ts';

const vectors = readDeltaVectors();

/** bspatch by the book: forwards, one byte at a time. */
function patchBytewise(old: Uint8Array, { controls, diff, extra }: Required<Omit<DeltaParts, 'newSize'>>): Uint8Array {
  const next: number[] = [];
  let [diffAt, extraAt, oldAt] = [0, 0, 0];
  for (const [add, copy, seek] of controls) {
    for (let i = 0; i < add; i++) next.push(((diff[diffAt++] ?? 0) + (old[oldAt++] ?? 0)) & 0xff);
    for (let i = 0; i < copy; i++) next.push(extra[extraAt++] ?? 0);
    oldAt += Number(seek);
  }
  return Uint8Array.from(next);
}

/** The digest of what a delta makes, or 'refused' for a format error. */
function outcome(old: Uint8Array, delta: Uint8Array, newSize: number): string {
  try {
    return sha256Of(applyDelta(old, delta, newSize));
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return 'refused';
    throw thrown;
  }
}

const control = fc.tuple(fc.bigInt(0n, 20n), fc.bigInt(0n, 20n), fc.bigInt(-60n, 60n));
const delta = fc.array(control, { maxLength: 12 }).chain((controls) => {
  const total = (part: 0 | 1): number => controls.reduce((sum, entry) => sum + Number(entry[part]), 0);
  const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
  return fc.record({ controls: fc.constant(controls), diff: bytes(total(0)), extra: bytes(total(1)) });
});

describe('applyDelta', () => {
  it.each(vectors)('makes the new file: $title', ({ old, next, delta }) => {
    expect(applyDelta(old, delta, next.length)).toEqual(next);
  });

  it('does the same as bspatch with any controls, inside and outside any old file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), delta, (old, parts) => {
        const expected = patchBytewise(old, parts);
        expect(Buffer.compare(applyDelta(old, formatRawDelta(parts), expected.length), expected)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('adds nothing where the old file has no bytes, before its start or after its end', () => {
    const parts: DeltaParts = {
      controls: [
        [0n, 0n, -2n],
        [6n, 0n, 0n],
      ],
      diff: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    expect([...applyDelta(Uint8Array.of(100, 255), formatRawDelta(parts), 6)]).toEqual([1, 2, 103, 3, 5, 6]);
  });

  it('does not change the old file or the delta', () => {
    for (const { old, next, delta } of vectors) {
      const before = [sha256Of(old), sha256Of(delta)];
      applyDelta(old, delta, next.length);
      expect([sha256Of(old), sha256Of(delta)]).toEqual(before);
    }
  });

  it('gives the wrong bytes, not an error, for the wrong old file', () => {
    const [vector] = vectors;
    if (vector === undefined) throw new Error('no vectors');
    const { old, next, delta } = vector;
    const wrong = applyDelta(old.with(0, (old[0] ?? 0) ^ 1), delta, next.length);
    expect(wrong.length).toBe(next.length);
    expect(sha256Of(wrong)).not.toBe(sha256Of(next));
  });

  it.each(vectors.filter(({ next }) => next.length > 0))(
    'refuses to make a different size: $title',
    ({ old, next, delta }) => {
      const size = next.length;
      expect(() => applyDelta(old, delta, size + 1)).toThrow(`expected a new file of ${size + 1} bytes, found ${size}`);
      expect(() => applyDelta(old, delta, size - 1)).toThrow(
        `expected a new file of at most ${size - 1} bytes, found ${size}`,
      );
    },
  );
});

describe('applyDelta with hostile deltas', () => {
  it.each(vectors)('refuses every cut: $title', ({ old, next, delta }) => {
    const outcomes = Array.from({ length: delta.length }, (_, size) =>
      outcome(old, delta.subarray(0, size), next.length),
    );
    expect(outcomes.filter((result) => result !== 'refused')).toEqual([]);
  });

  it.each(vectors)('refuses any flipped bit, or makes the same file: $title', ({ old, next, delta }) => {
    const right = sha256Of(next);
    const flipped = delta.slice();
    const wrong: number[] = [];
    for (let bit = 0; bit < delta.length * 8; bit++) {
      flipped[bit >> 3] = (delta[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (!['refused', right].includes(outcome(old, flipped, next.length))) wrong.push(bit);
      flipped[bit >> 3] = delta[bit >> 3] ?? 0;
    }
    expect(wrong).toEqual([]);
  });

  it('refuses diff and extra bytes that are one more or less than the controls need', () => {
    const make = (diff: number, extra: number): Uint8Array =>
      formatRawDelta({ controls: [[5n, 4n, 0n]], diff: new Uint8Array(diff), extra: new Uint8Array(extra) });
    expect(applyDelta(new Uint8Array(), make(5, 4), 9)).toEqual(new Uint8Array(9));
    expect(() => applyDelta(new Uint8Array(), make(4, 4), 9)).toThrow('bzip2: expected 5 bytes, found 4');
    expect(() => applyDelta(new Uint8Array(), make(6, 4), 9)).toThrow('bzip2: more than the expected 5 bytes');
    expect(() => applyDelta(new Uint8Array(), make(5, 3), 9)).toThrow('bzip2: expected 4 bytes, found 3');
    expect(() => applyDelta(new Uint8Array(), make(5, 5), 9)).toThrow('bzip2: more than the expected 4 bytes');
  });

  it('refuses sections that overlap according to the header', () => {
    const controls = encodeBzip2([concatBytes([0n, 4n, 0n].map(formatInteger))]);
    const whole = joinSections(4n, controls, encodeBzip2([]), encodeBzip2([new Uint8Array(4)]));
    const overlapping = concatBytes([whole.subarray(0, 16), formatInteger(0n), whole.subarray(24)]);
    expect(applyDelta(new Uint8Array(), whole, 4)).toEqual(new Uint8Array(4));
    expect(() => applyDelta(new Uint8Array(), overlapping, 4)).toThrow('bzip2: cut off after 0 bytes');
  });

  const bomb = encodeBzip2([26_000_000]);
  const bombs = concatBytes(new Array<Uint8Array>(200).fill(bomb));
  const oneControl = encodeBzip2([0n, 4n, 0n].map(formatInteger));

  it('refuses an endless extra section at the announced size', () => {
    const delta = joinSections(4n, oneControl, encodeBzip2([]), bombs);
    expect(() => applyDelta(new Uint8Array(), delta, 4)).toThrow('bzip2: more than the expected 4 bytes');
  });

  it('refuses an endless diff section at the announced size', () => {
    const delta = joinSections(4n, encodeBzip2([4n, 0n, 0n].map(formatInteger)), bombs, encodeBzip2([]));
    expect(() => applyDelta(new Uint8Array(9), delta, 4)).toThrow('bzip2: more than the expected 4 bytes');
  });

  it('refuses endless controls as soon as there are more than the new file may have', () => {
    const delta = joinSections(4n, bombs, encodeBzip2([]), encodeBzip2([]));
    const refusal = `bzip2: more than the expected ${1024 * 24} bytes`;
    expect(() => applyDelta(new Uint8Array(), delta, 4)).toThrow(refusal);
    expect(() => inspectDelta(delta)).toThrow(refusal);
  });

  it('refuses a wrong control before it decodes the millions after it', () => {
    const wrong = encodeBzip2([formatInteger(-1n), formatInteger(0n), 5_000_000]);
    const delta = joinSections(2n ** 31n - 1n, concatBytes([wrong, bombs]), encodeBzip2([]), encodeBzip2([]));
    expect(() => inspectDelta(delta)).toThrow('delta: a number of bytes to add is negative');
  });

  it('applies a diff section of thousands of streams like one', () => {
    const old = Uint8Array.from({ length: 2000 }, (_, i) => i);
    const controls = encodeBzip2([2000n, 0n, 0n].map(formatInteger));
    const ones = encodeBzip2([Uint8Array.of(1)]);
    const delta = joinSections(2000n, controls, concatBytes(new Array<Uint8Array>(2000).fill(ones)), encodeBzip2([]));
    expect(applyDelta(old, delta, 2000)).toEqual(old.map((byte) => byte + 1));
  });

  it('refuses a diff section of which only the last checksum is wrong, when the new file is complete', () => {
    const delta = formatRawDelta({ controls: [[100n, 0n, 0n]], diff: new Uint8Array(100) });
    const size = delta.length - encodeBzip2([]).length;
    expect(() => applyDelta(new Uint8Array(100), delta.with(size - 2, (delta[size - 2] ?? 0) ^ 1), 100)).toThrow(
      'bzip2: checksum of a stream',
    );
  });

  it('refuses a huge claim without allocating memory for it', () => {
    const huge = formatRawDelta({ controls: [], newSize: 1n << 50n });
    expect(() => applyDelta(new Uint8Array(), huge, 100)).toThrow('expected a new file of at most 100 bytes');
  });
});

describe('inspectDelta', () => {
  it('describes the contents of a delta', () => {
    const parts: DeltaParts = {
      controls: [
        [5n, 4n, 0n],
        [1n, 0n, 3n],
      ],
      diff: new Uint8Array(6),
      extra: new Uint8Array(4),
    };
    const sections = inspectDelta(formatRawDelta(parts));
    expect(sections).toMatchObject({ newSize: 10, controls: 2, diffBytes: 6, extraBytes: 4 });
    const { storedControlBytes, storedDiffBytes, storedExtraBytes } = sections;
    expect(32 + storedControlBytes + storedDiffBytes + storedExtraBytes).toBe(formatRawDelta(parts).length);
  });

  it('counts 200,000 controls that make nothing', () => {
    const limit = 2 ** 31 - 1;
    const controls = encodeBzip2([4_800_000, ...[BigInt(limit), 0n, 0n].map(formatInteger)]);
    const delta = joinSections(BigInt(limit), controls, encodeBzip2([]), encodeBzip2([]));
    expect(inspectDelta(delta)).toMatchObject({ newSize: limit, controls: 200_001, diffBytes: limit, extraBytes: 0 });
    expect(delta.length).toBeLessThan(250);
  });

  it('refuses a delta that makes more than any summary may hold', () => {
    const limit = 2n ** 31n - 1n;
    const make = (newSize: bigint): Uint8Array => formatRawDelta({ controls: [[newSize, 0n, 0n]] });
    expect(inspectDelta(make(limit)).diffBytes).toBe(Number(limit));
    expect(() => inspectDelta(make(limit + 1n))).toThrow(
      'expected a new file of at most 2147483647 bytes, found 2147483648',
    );
  });

  it('refuses bytes that are not a delta', () => {
    expect(() => inspectDelta(encodeText('{"signed": {}, "signatures": []} and so on'))).toThrow(
      'delta: expected it to begin with BSDIFF40',
    );
  });
});
