import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../../../src/bytes/bytes.ts';
import { memberRanges, withMemberLengths } from '../../../../../src/layouts/native/format/stored-summary.ts';
import { gzip } from '../../../../../src/platform/zlib/gzip.ts';

const canonical = encodeText('{"a":"header"}\n');
const plain = gzip(canonical);

/** Two extra subfields: one of another program, then ours with the given bytes. */
function withSubfields(ours: readonly number[], other: readonly number[] = [0x41, 0x70, 1, 0, 9]): Uint8Array {
  const extra = [...other, 0x52, 0x4d, ours.length, 0, ...ours];
  const head = plain.slice(0, 10);
  head[3] = 4;
  return concatBytes([head, Uint8Array.of(extra.length, 0, ...extra), plain.subarray(10)]);
}

describe('member lengths', () => {
  it('say where each member is', () => {
    const first = withMemberLengths(plain, [100, 1, 20_000]);
    expect(memberRanges(first, first.length, 3)).toEqual([
      { start: 0, length: first.length },
      { start: first.length, length: 100 },
      { start: first.length + 100, length: 1 },
      { start: first.length + 101, length: 20_000 },
    ]);
  });

  it('say that nothing follows', () => {
    const first = withMemberLengths(plain, []);
    expect(memberRanges(first, first.length, 0)).toEqual([{ start: 0, length: first.length }]);
  });

  it('are where every gunzip skips them', () => {
    expect(new Uint8Array(gunzipSync(withMemberLengths(plain, [1, 2, 300])))).toEqual(canonical);
  });

  it('come back as they were given', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 50 }), (lengths) => {
        const first = withMemberLengths(plain, lengths);
        expect(
          memberRanges(first, first.length, lengths.length)
            ?.slice(1)
            .map(({ length }) => length),
        ).toEqual(lengths);
      }),
    );
  });

  it('leave the first member as it was given', () => {
    const before = plain.slice();
    withMemberLengths(plain, [1]);
    expect(plain).toEqual(before);
  });

  it('are there when they take 65,531 bytes, and left out when they take one more', () => {
    const fits = Array.from({ length: 65_531 }, () => 1);
    const first = withMemberLengths(plain, fits);
    expect(memberRanges(first, first.length, fits.length)).toHaveLength(65_532);
    expect(gunzipSync(first)).toHaveLength(canonical.length);
    expect(withMemberLengths(plain, [...fits, 1])).toBe(plain);
    expect(withMemberLengths(plain, [...fits.slice(1), 128])).toBe(plain);
  });

  it('are found after those of a different program', () => {
    expect(memberRanges(withSubfields([5]), 40, 1)).toEqual([
      { start: 0, length: 40 },
      { start: 40, length: 5 },
    ]);
  });
});

describe('a file that does not say where its members are', () => {
  const first = withMemberLengths(plain, [100, 200]);

  it.each([
    ['has no extra field', plain],
    ['has only subfields of other programs', withSubfields([5]).with(17, 0x53)],
    ['has a subfield that ends after the extra field', first.with(14, 200)],
    ['ends in the extra field', first.subarray(0, 17)],
    ['ends before the extra field', first.subarray(0, 10)],
    ['ends in the length of the extra field', first.subarray(0, 11)],
    ['ends in the subfield', first.subarray(0, 13)],
    ['has an extra field of no bytes', first.with(10, 0).with(11, 0)],
  ])('%s', (_title, stored) => {
    expect(memberRanges(stored, stored.length, 2)).toBeUndefined();
  });
});

describe('member lengths that are wrong', () => {
  const first = withMemberLengths(plain, [100, 200]);

  it.each([
    ['one member more than there are lengths', first, 3, 'an integer is cut off'],
    [
      'one member fewer than there are lengths',
      first,
      1,
      'summary: expected the lengths of 1 gzip members, found others',
    ],
    ['no members', first, 0, 'summary: expected the lengths of 0 gzip members, found others'],
    ['a length that is cut off', withSubfields([0x80]), 1, 'an integer is cut off'],
    [
      'a length that is not in its shortest form',
      withSubfields([0x80, 0]),
      1,
      'an integer is not in its shortest form',
    ],
    [
      'lengths whose sum is beyond 2^53 - 1',
      withSubfields([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      1,
      'summary: expected the lengths of 1 gzip members, found others',
    ],
  ])('are refused: %s', (_title, stored, members, problem) => {
    expect(() => memberRanges(stored, stored.length, members)).toThrow(
      expect.objectContaining({ code: 'format', message: problem }),
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['one byte', Uint8Array.of(0x1f)],
    ['a zip file', Uint8Array.of(0x50, 0x4b, 3, 4)],
    ['the canonical bytes', canonical],
  ])('are not looked for in %s', (_title, stored) => {
    expect(() => memberRanges(stored, stored.length, 0)).toThrow('summary: expected a gzip file');
  });
});
