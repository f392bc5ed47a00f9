import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../../src/bytes/bytes.ts';
import { moveDetails } from '../../../../src/catalogue/read/move-details.ts';
import { MAX_DETAILS_SIZE } from '../../../../src/model/limits.ts';
import type { PackageRecord } from '../../../../src/model/record.ts';
import { sha256Of } from '../../../workspace.ts';

const light: PackageRecord = { name: 'light', version: '1', arch: 'x', summary: 'words' };
const heavy: PackageRecord = { name: 'heavy', version: '1', arch: 'x', changelog: 'long', details: { b: 1, a: [2] } };
const fields = ['details', 'changelog'];

/** The document of a record whose details could be moved. */
function documentOf(record: PackageRecord, moved: readonly string[]): string | undefined {
  const done = moveDetails(record, moved);
  if ('problem' in done) throw new Error(done.problem);
  return done.document && decodeText(done.document.bytes);
}

describe('moving details', () => {
  it('leaves the digest and the length of the document behind', () => {
    const document = '{"changelog":"long","details":{"a":[2],"b":1}}';
    expect(moveDetails(heavy, fields)).toEqual({
      record: { name: 'heavy', version: '1', arch: 'x', details: sha256Of(document), detailsSize: document.length },
      document: { sha256: sha256Of(document), bytes: new TextEncoder().encode(document) },
    });
  });

  it('counts the length in bytes', () => {
    const record = { ...light, changelog: 'é🔧' };
    expect(moveDetails(record, fields)).toMatchObject({
      record: { detailsSize: Buffer.byteLength('{"changelog":"é🔧"}') },
    });
  });

  it('leaves the original record unchanged', () => {
    const before = structuredClone(heavy);
    moveDetails(heavy, fields);
    expect(heavy).toEqual(before);
  });

  it.each<[string, PackageRecord, readonly string[]]>([
    ['no field is to be moved', heavy, []],
    ['the record has no field to be moved', light, fields],
    ['a field to be moved is undefined', { ...light, changelog: undefined }, fields],
    ['a field to be moved is one that every object inherits', light, ['constructor', 'toString', '__proto__']],
  ])('returns the record itself if %s', (_title, record, moved) => {
    const done = moveDetails(record, moved);
    expect(done).toEqual({ record });
    expect('record' in done && done.record).toBe(record);
  });

  it('moves a field that is null, false or empty', () => {
    expect(documentOf({ ...light, a: null, b: false, c: '' }, ['a', 'b', 'c'])).toBe('{"a":null,"b":false,"c":""}');
  });

  it('makes one document for records with the same details, whatever the order of their fields', () => {
    const others = { ...heavy, name: 'b', details: { a: [2], b: 1 } };
    expect(documentOf(others, fields.toReversed())).toBe(documentOf(heavy, fields));
  });

  it('takes a document of the largest size, and refuses one that is a byte longer', { timeout: 20_000 }, () => {
    const frame = '{"changelog":""}'.length;
    expect(moveDetails({ ...light, changelog: 'x'.repeat(100 - frame) }, fields, 100)).toMatchObject({
      record: { detailsSize: 100 },
    });
    expect(moveDetails({ ...light, changelog: 'x'.repeat(101 - frame) }, fields, 100)).toEqual({
      problem: 'details: expected at most 100 bytes, found 101',
    });
    const changelog = 'x'.repeat(MAX_DETAILS_SIZE - frame + 1);
    expect(moveDetails({ ...light, changelog }, fields)).toEqual({
      problem: `details: expected at most ${MAX_DETAILS_SIZE} bytes, found ${MAX_DETAILS_SIZE + 1}`,
    });
  });
});
