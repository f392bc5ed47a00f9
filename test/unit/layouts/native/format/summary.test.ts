import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../src/bytes/bytes.ts';
import {
  bucketsFor,
  decodeHeader,
  encodeHeader,
  type SummaryHeader,
  splitSummary,
} from '../../../../../src/layouts/native/format/summary.ts';
import type { Digest } from '../../../../../src/model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../../../src/model/limits.ts';

const sha256 = 'ab'.repeat(32) as Digest;
const bucket = { id: '46/own', records: 2, size: 4, sha256 };
const other = { id: '46/shared', records: 1, size: 3, sha256 };
const header: SummaryHeader = { arch: 'amd64', packages: 3, buckets: [bucket, other] };
const document = { format: 'repomill/1', ...header };

describe('a header', () => {
  it.each([
    ['of a whole', header],
    ['of a subset', { ...header, subset: 'free' }],
    ['of nothing', { arch: 'all', packages: 0, buckets: [] }],
  ])('%s is read as it was written', (_title, given) => {
    const bytes = encodeHeader(given);
    expect(decodeHeader(bytes)).toEqual({ header: given, length: bytes.length });
    expect(decodeHeader(concatBytes([bytes, Uint8Array.of(0, 10)])).length).toBe(bytes.length);
  });

  it('is one line with its members in a fixed order', () => {
    const { packages, buckets, arch } = header;
    const reordered = { buckets: buckets.map(backwards), subset: 'free', packages, arch } as unknown as SummaryHeader;
    expect(encodeHeader(reordered)).toEqual(encodeHeader({ ...header, subset: 'free' }));
    expect(decodeText(encodeHeader(header))).toMatch(/^\{"format":"repomill\/1","arch":"amd64",[^\n]*\}\n$/);
  });

  it('may have members that are not known', () => {
    const more = line({ ...document, more: 1, buckets: [{ ...bucket, records: 3, more: 1 }] });
    expect(decodeHeader(more).header.buckets).toEqual([{ ...bucket, records: 3 }]);
  });

  it(`may list a bucket of ${MAX_SUMMARY_SIZE} bytes`, () => {
    expect(decodeHeader(withBuckets({ ...bucket, size: MAX_SUMMARY_SIZE })).header.packages).toBe(2);
  });

  it.each([
    ['two buckets of one group and number apart', '46/own/0', '46/own/1'],
    ['a bucket beside a deeper one of its neighbour', '46/own/0', '46/own/10'],
    ['buckets of one number and two groups', '46/own', '46/shared/0'],
    ['buckets of numbers that begin alike', '4/own', '46/own/0'],
  ])('may list %s', (_title, one, two) => {
    expect(decodeHeader(withBuckets({ ...bucket, id: one }, { ...other, id: two })).header.packages).toBe(3);
  });
});

describe('a header that is wrong', () => {
  it.each([
    ['a bucket twice', withBuckets(bucket, bucket), 'summary header: a bucket occurs twice'],
    [
      'a bucket beside its half',
      withBuckets(bucket, { ...other, id: '46/own/0' }),
      'summary header: bucket 46/own/0 lies within bucket 46/own',
    ],
    [
      'a half before its bucket',
      withBuckets({ ...other, id: '46/own/0' }, bucket),
      'summary header: bucket 46/own/0 lies within bucket 46/own',
    ],
    [
      'a bucket beside a part three splits deeper',
      withBuckets({ ...bucket, id: '7/shared/1' }, { ...other, id: '7/shared/1010' }),
      'summary header: bucket 7/shared/1010 lies within bucket 7/shared/1',
    ],
    [
      'more packages than in the buckets',
      line({ ...document, packages: 4 }),
      'summary header: packages: expected 3, as many as in the buckets, found 4',
    ],
    [
      'fewer packages than in the buckets',
      line({ ...document, packages: 2 }),
      'summary header: packages: expected 3, as many as in the buckets, found 2',
    ],
    [
      'packages as text',
      line({ ...document, packages: '3' }),
      'summary header: packages: expected an integer from 0 to 9007199254740991, found "3"',
    ],
    [
      'packages below nothing',
      line({ ...document, packages: -1 }),
      'summary header: packages: expected an integer from 0 to 9007199254740991, found -1',
    ],
    ['no arch', line({ ...document, arch: undefined }), 'summary header: arch: expected a string, found nothing'],
    [
      'a subset that is no text',
      line({ ...document, subset: 1 }),
      'summary header: subset: expected a string, found 1',
    ],
    [
      'a subset that is null',
      line({ ...document, subset: null }),
      'summary header: subset: expected a string, found null',
    ],
    [
      'no buckets',
      line({ ...document, buckets: undefined }),
      'summary header: buckets: expected a list, found nothing',
    ],
    [
      'a bucket that is no object',
      line({ ...document, buckets: ['46/own'] }),
      'summary header: bucket: expected an object, found "46/own"',
    ],
    [
      'a bucket id out of range',
      withBuckets({ ...bucket, id: '64/own' }),
      'bucket id: expected "0/own" to "63/shared/…", found "64/own"',
    ],
    [
      'no bucket id',
      withBuckets({ ...bucket, id: undefined }),
      'summary header: bucket: id: expected a string, found nothing',
    ],
    [
      'more records than bytes',
      withBuckets({ ...bucket, records: 5 }),
      'summary header: bucket: records: expected an integer from 0 to 4, found 5',
    ],
    [
      'half a record',
      withBuckets({ ...bucket, records: 0.5 }),
      'summary header: bucket: records: expected an integer from 0 to 4, found 0.5',
    ],
    [
      'a bucket that is too large',
      withBuckets({ ...bucket, size: MAX_SUMMARY_SIZE + 1 }),
      'summary header: bucket: size: expected an integer from 0 to 2147483647, found 2147483648',
    ],
    [
      'a digest of 63 digits',
      withBuckets({ ...bucket, sha256: sha256.slice(1) }),
      'summary header: bucket: sha256: expected 64 lower-case hexadecimal digits, found "bababababababababababababababababababababababababababababababab"',
    ],
    [
      'a digest in upper case',
      withBuckets({ ...bucket, sha256: sha256.toUpperCase() }),
      'summary header: bucket: sha256: expected 64 lower-case hexadecimal digits, found "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"',
    ],
    [
      'another format',
      line({ ...document, format: 'debian/1' }),
      'summary: expected format repomill/1, found "debian/1"',
    ],
    ['no format', line({ ...document, format: undefined }), 'summary header: format: expected a string, found nothing'],
    ['no line end', encodeText(JSON.stringify(document)), 'summary header: expected a line of JSON, found no line end'],
    ['no JSON', encodeText('{\n}\n'), 'summary header: expected JSON'],
    ['a list', encodeText('[]\n'), 'summary header: expected a JSON object'],
    ['nothing', new Uint8Array(), 'summary header: expected a line of JSON, found no line end'],
  ])('is refused: %s', (_title, bytes, problem) => {
    expect(() => decodeHeader(bytes)).toThrow(expect.objectContaining({ code: 'format', message: problem }));
  });

  it('is refused with the advice to update where the format is newer, and without where it is another', () => {
    const hint = 'the tree was written by a newer repomill; update repomill to read it';
    expect(() => decodeHeader(line({ ...document, format: 'repomill/2' }))).toThrow(expect.objectContaining({ hint }));
    for (const format of ['repomill/x', 'repomill/1 ', 'Repomill/2', '']) {
      expect(() => decodeHeader(line({ ...document, format }))).toThrow(expect.objectContaining({ hint: undefined }));
    }
  });
});

describe('the buckets for a name', () => {
  // The first level of alien-arena-common is 46.
  it.each([
    [
      ['46/own', '46/shared'],
      [0, 1],
    ],
    [['4/own', '46/shared'], [1]],
    [['45/own', '47/own'], []],
  ])('among %j are those at %j', (ids, positions) => {
    const buckets = ids.map((id) => ({ ...bucket, id }));
    const found = bucketsFor('alien-arena-common', { ...header, buckets });
    expect(found.map(({ position }) => position)).toEqual(positions);
    expect(found.map(({ entry }) => entry)).toEqual(positions.map((position) => buckets[position]));
  });

  it('are at most one of each group', () => {
    const ids = ['46/own/0', '46/own/1', '46/shared/0', '46/shared/10', '46/shared/11'];
    const buckets = ids.map((id) => ({ ...bucket, id }));
    const found = bucketsFor('alien-arena-common', { ...header, buckets });
    expect(found.map(({ place }) => place.group)).toEqual(['own', 'shared']);
  });
});

describe('splitting a summary', () => {
  const canonical = concatBytes([encodeHeader(header), encodeText('1234'), encodeText('567')]);

  it('gives the header and the bytes of each bucket', () => {
    const split = splitSummary(canonical);
    expect(split.header).toEqual(header);
    expect(split.headerBytes).toEqual(encodeHeader(header));
    expect([0, 1].map((position) => decodeText(split.bucketBytes(position)))).toEqual(['1234', '567']);
  });

  it.each([-1, 2, 0.5])('has no bucket at %d', (position) => {
    expect(() => splitSummary(canonical).bucketBytes(position)).toThrow(RangeError);
  });

  it.each([
    ['one byte is missing', canonical.subarray(0, -1)],
    ['one byte is too many', concatBytes([canonical, Uint8Array.of(0)])],
    ['no bucket follows', encodeHeader(header)],
  ])('is refused where %s', (_title, bytes) => {
    expect(() => splitSummary(bytes)).toThrow(`summary: expected ${canonical.length} bytes, found ${bytes.length}`);
  });
});

function line(content: object): Uint8Array {
  return encodeText(`${JSON.stringify(content)}\n`);
}

function withBuckets(...buckets: readonly Readonly<Record<string, unknown>>[]): Uint8Array {
  return line({ ...document, packages: buckets.reduce((sum, { records }) => sum + Number(records), 0), buckets });
}

function backwards(entry: object): object {
  return Object.fromEntries(Object.entries(entry).reverse());
}
