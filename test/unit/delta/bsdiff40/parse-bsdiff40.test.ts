import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../src/bytes/bytes.ts';
import { encodeBzip2 } from '../../../../src/bzip2/encoder.ts';
import { formatBsdiff40 } from '../../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { maxControls, parseBsdiff40, parseSteps } from '../../../../src/delta/bsdiff40/parse-bsdiff40.ts';
import { readDeltaVectors } from '../../../vectors/vectors.ts';
import { type DeltaParts, formatInteger, formatRawDelta, joinSections, MINUS_ZERO } from '../raw-delta.ts';

const LIMIT = 1000;
const MAX = 2n ** 53n - 1n;
const nothing = encodeBzip2([]);

function parse(parts: DeltaParts): ReturnType<typeof parseBsdiff40> {
  return parseBsdiff40(formatRawDelta(parts), { maxNewSize: LIMIT });
}

describe('parseBsdiff40', () => {
  it('gives the controls, and the sections with the sizes that the controls imply', () => {
    const parsed = parse({
      controls: [
        [3n, 2n, -7n],
        [0n, 0n, 50n],
        [1n, 0n, 0n],
      ],
      diff: new Uint8Array(4),
      extra: new Uint8Array(2),
    });
    expect([...parsed.controls]).toEqual([3, 2, -7, 0, 0, 50, 1, 0, 0]);
    expect([parsed.newSize, parsed.diff.size, parsed.extra.size, parsed.totals.oldEnd]).toEqual([6, 4, 2, 47]);
    expect([parsed.diff.stored, parsed.extra.stored].map((stored) => [...stored])).toEqual([
      [...encodeBzip2([new Uint8Array(4)])],
      [...encodeBzip2([new Uint8Array(2)])],
    ]);
  });

  it.each(readDeltaVectors())('finds as many bytes in the delta as the new file has: $title', ({ delta, next }) => {
    const { newSize, diff, extra } = parseBsdiff40(delta, { maxNewSize: next.length });
    expect([newSize, diff.size + extra.size]).toEqual([next.length, next.length]);
  });

  it('accepts a new file of the largest allowed size, and not one byte more', () => {
    expect(parse({ controls: [[0n, 1000n, 0n]] }).newSize).toBe(LIMIT);
    expect(() => parse({ controls: [[0n, 1001n, 0n]] })).toThrow(
      'delta: expected a new file of at most 1000 bytes, found 1001',
    );
  });

  it('accepts seeks outside the old file on either side, up to 2^53 - 1', () => {
    expect(parse({ controls: [[0n, 0n, MAX]] }).totals.oldEnd).toBe(Number.MAX_SAFE_INTEGER);
    expect(parse({ controls: [[0n, 0n, -MAX]] }).totals.oldEnd).toBe(Number.MIN_SAFE_INTEGER);
    expect(parse({ controls: [[0n, 0n, MINUS_ZERO]] }).totals.oldEnd).toBe(0);
  });

  it('accepts one control for every eight new bytes and 1024 more, and not one beyond', () => {
    const idle = (count: number): DeltaParts => ({
      controls: [...new Array<[bigint, bigint, bigint]>(count - 1).fill([0n, 0n, 0n]), [0n, 80n, 0n]],
    });
    expect(maxControls(80)).toBe(1034);
    expect(parse(idle(1034)).controls.length).toBe(3 * 1034);
    expect(() => parse(idle(1035))).toThrow(`bzip2: more than the expected ${1034 * 24} bytes`);
  });

  it('never allows more than 2^24 controls', () => {
    expect(maxControls(Number.MAX_SAFE_INTEGER)).toBe(2 ** 24);
  });

  it.each<[string, DeltaParts, string]>([
    [
      'a negative number of bytes to add',
      { controls: [[-1n, 1n, 0n]], newSize: 0n },
      'a number of bytes to add is negative',
    ],
    [
      'minus zero bytes to add',
      { controls: [[MINUS_ZERO, 0n, 0n]], newSize: 0n },
      'a number of bytes to add is negative',
    ],
    [
      'a negative number of bytes to copy',
      { controls: [[1n, -1n, 0n]], newSize: 0n },
      'a number of bytes to copy is negative',
    ],
    ['more to add than there is room', { controls: [[9n, 0n, 0n]], newSize: 8n }, 'make more than the 8 bytes'],
    ['more to copy than there is room', { controls: [[4n, 5n, 0n]], newSize: 8n }, 'make more than the 8 bytes'],
    [
      'more in the second control',
      {
        controls: [
          [4n, 3n, 0n],
          [1n, 1n, 0n],
        ],
        newSize: 8n,
      },
      'make more than the 8 bytes',
    ],
    ['less than the new file', { controls: [[4n, 3n, 0n]], newSize: 8n }, 'its controls make 7 of the 8 bytes'],
    ['no control for a file that is not empty', { controls: [], newSize: 8n }, 'its controls make 0 of the 8 bytes'],
    ['sums beyond 2^53', { controls: [[MAX, MAX, 0n]], newSize: 8n }, 'make more than the 8 bytes'],
    [
      'sums that wrap around 2^64',
      { controls: [[8n, 2n ** 63n - 1n, 0n]], newSize: 7n },
      'bytes to copy is larger than 2^53 - 1',
    ],
    [
      '2^53 bytes to add',
      { controls: [[MAX + 1n, 0n, 0n]], newSize: 8n },
      'a number of bytes to add is larger than 2^53 - 1',
    ],
    ['a seek by 2^53', { controls: [[0n, 0n, MAX + 1n]] }, 'a control leads beyond 2^53'],
    ['a seek back by 2^53', { controls: [[0n, 0n, -MAX - 1n]] }, 'a control leads beyond 2^53'],
    [
      'two seeks to 2^53',
      {
        controls: [
          [0n, 0n, MAX],
          [0n, 0n, 1n],
        ],
      },
      'a control leads beyond 2^53',
    ],
    [
      'an addition at 2^53',
      {
        controls: [
          [0n, 0n, MAX],
          [1n, 0n, -1n],
        ],
      },
      'a control leads beyond 2^53',
    ],
    ['a negative size of the new file', { controls: [], newSize: -1n }, 'the size of the new file is negative'],
    ['minus zero bytes', { controls: [], newSize: MINUS_ZERO }, 'the size of the new file is negative'],
    ['a huge new file', { controls: [], newSize: 1n << 40n }, 'at most 1000 bytes, found 1099511627776'],
    [
      'the hugest new file',
      { controls: [], newSize: 2n ** 63n - 1n },
      'the size of the new file is larger than 2^53 - 1',
    ],
  ])('refuses %s', (_, parts, message) => {
    expect(() => parse(parts)).toThrow(
      expect.objectContaining({ code: 'format', message: expect.stringContaining(message) }),
    );
  });

  it('refuses bytes that are shorter than a header or begin differently', () => {
    const delta = formatRawDelta({ controls: [] });
    const limits = { maxNewSize: LIMIT };
    expect(() => parseBsdiff40(new Uint8Array(), limits)).toThrow(
      'expected a header of 32 bytes, found 0 bytes in all',
    );
    expect(() => parseBsdiff40(delta.subarray(0, 31), limits)).toThrow(
      'expected a header of 32 bytes, found 31 bytes in all',
    );
    for (let at = 0; at < 8; at++) {
      expect(() => parseBsdiff40(delta.with(at, 0), limits), `byte ${at}`).toThrow(
        'expected it to begin with BSDIFF40',
      );
    }
  });

  it('refuses sections that are longer than the file, alone or together', () => {
    const delta = formatRawDelta({ controls: [] });
    const claim = (at: number, size: bigint): Uint8Array =>
      concatBytes([delta.subarray(0, at), formatInteger(size), delta.subarray(at + 8)]);
    const rest = BigInt(nothing.length);
    const beyond = /^delta: expected \d+ and \d+ bytes after the header, found 42$/;
    expect(delta.length).toBe(32 + 42);
    for (const [at, size] of [
      [8, 3n * rest],
      [16, 2n * rest + 1n],
      [8, MAX],
      [16, MAX],
    ] as const) {
      expect(() => parseBsdiff40(claim(at, size), { maxNewSize: LIMIT }), `${size} at ${at}`).toThrow(beyond);
    }
    expect(() => parseBsdiff40(claim(8, -1n), { maxNewSize: LIMIT })).toThrow('the size of the controls is negative');
    expect(() => parseBsdiff40(claim(16, -1n), { maxNewSize: LIMIT })).toThrow(
      'the size of the diff bytes is negative',
    );
    expect(() => parseBsdiff40(claim(8, 0n), { maxNewSize: LIMIT })).toThrow('bzip2: cut off after 0 bytes');
  });

  it('refuses bytes that are not a whole number of controls', () => {
    for (const size of [1, 23, 25]) {
      const delta = joinSections(0n, encodeBzip2([new Uint8Array(size)]), nothing, nothing);
      expect(() => parseBsdiff40(delta, { maxNewSize: LIMIT })).toThrow(
        `${size} bytes are not a whole number of controls`,
      );
    }
  });
});

describe('parseSteps', () => {
  it.each(readDeltaVectors())('gives steps that make the same delta again: $title', ({ delta, next }) => {
    const steps = parseSteps(delta, { maxNewSize: next.length });
    expect(formatBsdiff40(steps, next.length)).toEqual(delta);
  });

  it('refuses a delta that is too large or cut off', () => {
    const next = new Uint8Array(300).map((_, i) => i * i);
    const delta = formatBsdiff40([{ oldStart: 0, differences: [], extra: [next] }], next.length);
    expect(() => parseSteps(delta, { maxNewSize: 299 })).toThrow('expected a new file of at most 299 bytes, found 300');
    expect(() => parseSteps(delta.subarray(0, -1), { maxNewSize: 300 })).toThrow('bzip2: cut off');
  });
});
