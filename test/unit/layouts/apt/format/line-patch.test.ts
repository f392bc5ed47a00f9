import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import {
  applyPatch,
  decodeLines,
  encodeLines,
  lineGrowth,
  PatchBuilder,
  patchText,
} from '../../../../../src/layouts/apt/format/line-patch.ts';
import { anyLine, anyPatch, isNormal } from '../random-patch.ts';

const anyText = fc.array(anyLine, { maxLength: 20 });

describe('PatchBuilder', () => {
  it('joins hunks that meet, and leaves out those that do nothing', () => {
    const builder = new PatchBuilder();
    builder.keep(2);
    builder.insert(['x']);
    builder.keep(0);
    builder.remove(1);
    builder.insert(['y', 'z'], 1);
    builder.keep(1);
    builder.insert([]);
    builder.remove(0);
    builder.keep(3);
    builder.remove(2);
    expect(builder.patch()).toEqual([
      { start: 2, removed: 1, lines: ['x', 'z'] },
      { start: 7, removed: 2, lines: [] },
    ]);
  });

  it('gives an empty patch for a text that stays', () => {
    const builder = new PatchBuilder();
    builder.keep(10);
    expect(builder.patch()).toEqual([]);
  });
});

describe('applyPatch', () => {
  it('replaces, removes and inserts lines', () => {
    const patch = [
      { start: 0, removed: 0, lines: ['new'] },
      { start: 1, removed: 2, lines: ['B'] },
      { start: 4, removed: 0, lines: ['end'] },
    ];
    expect(applyPatch(['a', 'b', 'c', 'd'], patch)).toEqual(['new', 'a', 'B', 'd', 'end']);
    expect(lineGrowth(patch)).toBe(1);
  });

  it('refuses a patch that goes beyond the last line', () => {
    const patch = [{ start: 2, removed: 2, lines: [] }];
    const message = 'patch: expected a text of at least 4 lines, found 3';
    expect(() => applyPatch(['a', 'b', 'c'], patch)).toThrow(message);
    expect(() => patchText(encodeText('a\nb\nc\n'), patch)).toThrow(message);
    expect(() => patchText(new Uint8Array(), [{ start: 1, removed: 0, lines: ['x'] }])).toThrow(
      'patch: expected a text of at least 1 lines, found 0',
    );
  });
});

describe('patchText', () => {
  it('gives the bytes of the lines that applyPatch gives', () => {
    fc.assert(
      fc.property(
        anyText.chain((lines) => fc.tuple(fc.constant(lines), anyPatch(lines.length))),
        ([lines, patch]) => {
          expect(isNormal(patch)).toBe(true);
          const after = applyPatch(lines, patch);
          expect(after.length - lines.length).toBe(lineGrowth(patch));
          expect(patchText(encodeLines(lines), patch)).toEqual(encodeLines(after));
        },
      ),
    );
  });

  it('refuses a text without its last line end', () => {
    expect(() => patchText(encodeText('a\nb'), [])).toThrow('expected a line end at the end, found none');
    expect(() => decodeLines(encodeText('a\nb'))).toThrow('expected a line end at the end, found none');
  });
});

describe('lines', () => {
  it('go through unharmed, whatever their bytes', () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i % 257) & 0xff).map((byte) =>
      byte === 10 ? 0x80 : byte,
    );
    const text = Uint8Array.of(...bytes.subarray(0, 300), 10, 10, 13, 10, 0xe9, 0xff, 0, 10);
    expect(encodeLines(decodeLines(text))).toEqual(text);
    const long = new Uint8Array(20_001).fill(10, 20_000);
    long.set(bytes);
    expect(decodeLines(long)[0]).toHaveLength(20_000);
    expect(encodeLines(decodeLines(long))).toEqual(long);
  });

  it('are none in an empty text', () => {
    expect(decodeLines(new Uint8Array())).toEqual([]);
    expect(encodeLines([])).toEqual(new Uint8Array());
  });

  it('are refused with characters that are not bytes, and with line ends', () => {
    expect(() => encodeLines(['\u0100'])).toThrow('a line of a patch: expected one character for each byte');
    expect(() => encodeLines(['a\nb'])).toThrow('a line of a patch: expected no line end in it');
  });
});
