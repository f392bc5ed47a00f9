import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../../src/bytes/bytes.ts';
import { encodeBucket, openBucket } from '../../../../../../src/layouts/native/format/bucket.ts';
import { encodeHeader } from '../../../../../../src/layouts/native/format/summary.ts';
import {
  outlineBucket,
  outlineHeader,
  type Span,
} from '../../../../../../src/layouts/native/generate/deltas/outline.ts';
import { isDigest } from '../../../../../../src/model/digest.ts';
import { parsePathRule } from '../../../../../../src/model/path-rule.ts';
import { loadFingerprint } from '../../../../../../src/platform/hash/fingerprint.ts';
import { anyRecords } from '../../format/arbitrary-records.ts';

const options = {
  fingerprint: await loadFingerprint(),
  pathRules: [parsePathRule('pool/{name}_{version}')],
};

function textAt(bytes: Uint8Array, { start, end }: Span): string {
  return decodeText(bytes.subarray(start, end));
}

function header(ids: readonly string[]): Uint8Array {
  const sha256 = 'a'.repeat(64);
  if (!isDigest(sha256)) throw new Error('expected a digest');
  const buckets = ids.map((id, i) => ({ id, records: 1, size: 10 ** i, sha256 }));
  return encodeHeader({ arch: 'ä,rch', packages: ids.length, buckets });
}

describe('outlineHeader', () => {
  it('finds the entry of every bucket, and covers the line', () => {
    const bytes = header(['1/own', '2/shared/01']);
    const { header: decoded, line } = outlineHeader(bytes);
    expect(textAt(bytes, line.head)).toBe('{"format":"repomill/1","arch":"ä,rch","packages":2,"buckets":[');
    expect(line.entries.map((entry) => textAt(bytes, entry))).toEqual([
      `{"id":"1/own","records":1,"size":1,"sha256":"${'a'.repeat(64)}"},`,
      `{"id":"2/shared/01","records":1,"size":10,"sha256":"${'a'.repeat(64)}"}]}\n`,
    ]);
    expect(decoded.buckets.map(({ id }) => id)).toEqual(['1/own', '2/shared/01']);
  });

  it('finds no entries in a line that another writer wrote', () => {
    const bytes = encodeText(decodeText(header(['1/own'])).replace('{"id"', '{ "id"'));
    expect(outlineHeader(bytes).line).toEqual({ head: { start: 0, end: bytes.length }, entries: [] });
  });

  it('finds the end of a header without buckets in its head', () => {
    const bytes = header([]);
    const { line } = outlineHeader(bytes);
    expect([...line.entries, line.head.start]).toEqual([0]);
  });

  it('refuses what is not a header', () => {
    expect(() => outlineHeader(encodeText('{}\n'))).toThrow('summary header: format: expected a string, found nothing');
    expect(() => outlineHeader(encodeText('{}'))).toThrow('summary header: expected a line of JSON, found no line end');
  });
});

describe('outlineBucket', () => {
  it('covers every byte of any bucket, one range after the other', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const bytes = encodeBucket(records, options);
        const { line, table, columns } = outlineBucket(bytes);
        const spans = [
          line.head,
          ...line.entries,
          table,
          ...columns.flatMap(({ presence, cells }) => [presence, cells]),
        ];
        expect(Buffer.compare(concatBytes(spans.map(({ start, end }) => bytes.subarray(start, end))), bytes)).toBe(0);
        expect(spans.slice(1).map(({ start }) => start)).toEqual(spans.slice(0, -1).map(({ end }) => end));
        expect(line.entries).toHaveLength(columns.length);
      }),
    );
  });

  it('gives the texts of columns as the bucket decodes them', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const bytes = encodeBucket(records, options);
        const { texts } = outlineBucket(bytes);
        const bucket = openBucket(bytes);
        for (const field of ['name', 'version', 'arch']) {
          expect(texts(field)).toEqual(bucket.column(field)?.map(String));
        }
        expect(texts('no such field')).toEqual([]);
      }),
    );
  });

  it('keeps presence and cells of a sparse column apart', () => {
    const base = { version: '1', arch: 'x' };
    const records = [
      { name: 'a', ...base, tag: 'first' },
      { name: 'b', ...base },
    ];
    const bytes = encodeBucket(records, { ...options, pathRules: [] });
    const tag = outlineBucket(bytes).columns.find(({ entry }) => entry.field === 'tag');
    expect(tag && [textAt(bytes, tag.presence), textAt(bytes, tag.cells)]).toEqual(['\x01\x00', 'first\0']);
  });

  it('refuses what is not a bucket', () => {
    expect(() => outlineBucket(encodeText('{"records":0,"strings":1,"columns":[]}\n'))).toThrow(
      'bucket: strings: expected an integer from 0 to 0, found 1',
    );
  });
});
