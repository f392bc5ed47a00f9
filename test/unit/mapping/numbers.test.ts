import { describe, expect, it } from 'vitest';
import { compileMapping, type MappedRecord } from '../../../src/mapping/mapping.ts';
import { parseRecordsPath } from '../../../src/mapping/records-path.ts';
import { selectRecords } from '../../../src/mapping/select-records.ts';
import type { SourceRecord } from '../../../src/mapping/source-record.ts';
import { parseYamlDocuments } from '../../../src/platform/yaml/parse-yaml.ts';

const ignore = (): void => undefined;

/** The fields of the first record of a YAML document after a mapping. */
function fieldsOf(...mapping: Parameters<typeof mappedFrom>): Record<string, unknown> {
  return mappedFrom(...mapping).fields;
}

function mappedFrom(text: string, fields: Readonly<Record<string, string>> = {}, way = '.'): MappedRecord {
  const [document] = parseYamlDocuments(text).documents;
  const [record] = selectRecords(document?.value, [parseRecordsPath(way)]).records;
  const source: SourceRecord = { fields: {}, ...record, ...(document?.textOf && { textOf: document.textOf }) };
  return compileMapping({ fields, omit: [] }).map(source, { given: [] }, ignore);
}

describe('numbers in YAML', () => {
  it('are texts as they are written, in known fields of texts and lists of texts', () => {
    const text = 'name: 7\nversion: 1.20\narch: [386, x86]\ntags: [2020, 1e3, a]\nlicence: 0x10\n';
    expect(fieldsOf(text)).toEqual({
      name: '7',
      version: '1.20',
      arch: ['386', 'x86'],
      tags: ['2020', '1e3', 'a'],
      licence: '0x10',
    });
  });

  it('stay numbers in sizes and in fields of the user', () => {
    expect(fieldsOf('size: 12\nmine: 1.20\nlist: [1.0]\ndetails: {version: 1.0}\n')).toEqual({
      size: 12,
      mine: 1.2,
      list: [1],
      details: { version: 1 },
    });
  });

  it('are refused where digits would be lost, and not where they are texts', () => {
    const text =
      'version: 20261127000000000001\nn: 9007199254740993\nm: {x: [1, 99999999999999999999]}\nok: 9007199254740991\n';
    const { fields, problems } = mappedFrom(text, { licence: '{n}' });
    expect(fields).toMatchObject({ version: '20261127000000000001', licence: '9007199254740993' });
    expect(problems.map(({ field, flaw }) => [field, flaw])).toEqual(
      [
        ['n', '9007199254740993'],
        ['m', '99999999999999999999'],
      ].map(([field, found]) => [
        field,
        `expected an integer of at most 9007199254740991, found ${found}; make it a string`,
      ]),
    );
  });

  it('are texts as they are written where a mapping moves them to such a field, from wherever they are', () => {
    expect(fieldsOf('app: {release: 1.10}\n', { version: 'app.release' })).toEqual({ version: '1.10' });
    expect(fieldsOf('PackageVersion: 23.10\nitems: [{a: 1}]\n', { version: 'PackageVersion' }, 'items.*')).toEqual({
      a: 1,
      version: '23.10',
    });
    expect(fieldsOf('urls: [1.50]\n', { version: 'urls.0' })).toEqual({ version: '1.50' });
  });

  it('are written into templates as they are written', () => {
    expect(fieldsOf('name: a\nrelease: 1.10\nbuild: 0x1F\n', { version: '{release}-{build}' })).toMatchObject({
      version: '1.10-0x1F',
    });
  });

  it('leave values alone that are no numbers, for the record parser to refuse', () => {
    expect(fieldsOf('name: ~\nversion: true\narch: [[1]]\n')).toEqual({ name: null, version: true, arch: [[1]] });
  });

  it('change nothing inside of the document, which others may share', () => {
    const tags = [1.5];
    const source = { fields: { name: 'a', tags }, textOf: () => '1.50' };
    expect(compileMapping({ omit: [] }).map(source, { given: [] }, ignore).fields.tags).toEqual(['1.50']);
    expect(tags).toEqual([1.5]);
  });

  it('are left alone in formats that tell texts from numbers', () => {
    expect(compileMapping({ omit: [] }).map({ fields: { version: 1.2 } }, { given: [] }, ignore).fields).toEqual({
      version: 1.2,
    });
  });
});
