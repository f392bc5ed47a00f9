import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../../src/format/bytes.ts';
import { moveDetails } from '../../../../src/layouts/native/details.ts';
import type { PackageRecord } from '../../../../src/model/record.ts';
import { sha256Of } from '../../../workspace.ts';

const light: PackageRecord = { name: 'light', version: '1', arch: 'x', summary: 'words' };
const heavy: PackageRecord = { name: 'heavy', version: '1', arch: 'x', changelog: 'long', details: { b: 1, a: [2] } };
const fields = ['details', 'changelog'];

describe('moving details', () => {
  it('leaves the digest and the length of the document behind', async () => {
    const { contents, documents } = await moveDetails([{ arch: 'x', records: [heavy] }], fields);
    const document = '{"changelog":"long","details":{"a":[2],"b":1}}';
    expect([...documents].map(([digest, bytes]) => [digest, decodeText(bytes)])).toEqual([
      [sha256Of(document), document],
    ]);
    expect(contents[0]?.records).toEqual([
      { name: 'heavy', version: '1', arch: 'x', details: sha256Of(document), detailsSize: document.length },
    ]);
  });

  it('counts the length in bytes', async () => {
    const { contents } = await moveDetails([{ arch: 'x', records: [{ ...light, changelog: 'é🔧' }] }], fields);
    expect(contents[0]?.records[0]?.detailsSize).toBe(Buffer.byteLength('{"changelog":"é🔧"}'));
  });

  it('leaves the records that came in as they are', async () => {
    const before = structuredClone(heavy);
    await moveDetails([{ arch: 'x', records: [heavy] }], fields);
    expect(heavy).toEqual(before);
  });

  it.each([
    ['no field is to be moved', [heavy], []],
    ['no record has a field to be moved', [light], fields],
    ['a field to be moved is undefined', [{ ...light, changelog: undefined }], fields],
    ['there is no record', [], fields],
  ])('gives back the contents where %s', async (_title, records, moved) => {
    const contents = [{ arch: 'x', records }];
    const done = await moveDetails(contents, moved);
    expect(done.contents).toBe(contents);
    expect(done.documents.size).toBe(0);
  });

  it('moves a field that is null, false or empty', async () => {
    const record = { ...light, a: null, b: false, c: '' };
    const { documents } = await moveDetails([{ arch: 'x', records: [record] }], ['a', 'b', 'c']);
    expect([...documents.values()].map(decodeText)).toEqual(['{"a":null,"b":false,"c":""}']);
  });

  it('makes one record of one record, however many summaries have it', async () => {
    const { contents } = await moveDetails(
      [
        { arch: 'x', records: [light, heavy] },
        { arch: 'x', subset: 's', records: [heavy] },
      ],
      fields,
    );
    expect(contents.map(({ subset }) => subset)).toEqual([undefined, 's']);
    expect(contents[0]?.records[0]).toBe(light);
    expect(contents[1]?.records[0]).toBe(contents[0]?.records[1]);
  });

  it('makes one document of records with the same details', async () => {
    const records = ['a', 'b'].map((name) => ({ ...heavy, name }));
    expect((await moveDetails([{ arch: 'x', records }], fields)).documents.size).toBe(1);
  });
});
