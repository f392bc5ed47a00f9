import { describe, expect, it } from 'vitest';
import { writeOutNumbers } from '../../../../src/catalogue/read/write-out-numbers.ts';
import { parseYamlDocuments } from '../../../../src/platform/yaml/parse-yaml.ts';

/** The fields of a record in YAML after their numbers were written out. */
function fieldsOf(text: string): Record<string, unknown> {
  const [document] = parseYamlDocuments(text).documents;
  const source = Object(document?.value);
  const fields = { ...source };
  writeOutNumbers(fields, { fields: source, line: 1, ...(document?.textOf && { textOf: document.textOf }) });
  return fields;
}

describe('writeOutNumbers', () => {
  it('gives known fields of texts and lists of texts the texts of their numbers', () => {
    const text = 'name: 7\nversion: 1.20\narch: [386, x86]\ntags: [2020, 1e3, a]\nlicence: 0x10\n';
    expect(fieldsOf(text)).toEqual({
      name: '7',
      version: '1.20',
      arch: ['386', 'x86'],
      tags: ['2020', '1e3', 'a'],
      licence: '0x10',
    });
  });

  it('leaves sizes and fields of the user alone', () => {
    expect(fieldsOf('size: 12\nmine: 1.20\nlist: [1.0]\ndetails: {version: 1.0}\n')).toEqual({
      size: 12,
      mine: 1.2,
      list: [1],
      details: { version: 1 },
    });
  });

  it('leaves values alone that are no numbers, for the record parser to refuse', () => {
    expect(fieldsOf('name: ~\nversion: true\narch: [[1]]\n')).toEqual({ name: null, version: true, arch: [[1]] });
  });

  it('changes no value inside of the draft, which others may share', () => {
    const tags = [1.5];
    const source = { name: 'a', tags };
    writeOutNumbers({ ...source }, { fields: source, line: 1, textOf: () => '1.50' });
    expect(tags).toEqual([1.5]);
  });

  it('leaves everything alone in formats that tell texts from numbers', () => {
    const fields = { version: 1.2 };
    writeOutNumbers(fields, { fields, line: 1 });
    expect(fields).toEqual({ version: 1.2 });
  });
});
