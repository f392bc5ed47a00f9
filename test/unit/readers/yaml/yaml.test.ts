import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { yaml } from '../../../../src/readers/yaml/yaml.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array) => readAll(yaml, memoryFile('a.yaml', content, 1 << 20));

describe('the YAML reader', () => {
  it('reads documents of one record and of lists, each record with the line on which it begins', async () => {
    const content =
      '# head\nname: a\n---\n\nname: b\nlist:\n  - 1\n--- # next\n- name: c\n\n-\n  name: d\n...\n# tail\n';
    expect(await read(content)).toEqual({
      drafts: [
        { line: 2, fields: { name: 'a' } },
        { line: 5, fields: { name: 'b', list: [1] } },
        { line: 9, fields: { name: 'c' } },
        { line: 12, fields: { name: 'd' } },
      ],
      problems: [],
    });
  });

  it('reads scalars as the core schema says', async () => {
    const { drafts } = await read(
      'a: 1.10\nb: "1.10"\nc: 2020-01-01\nd: yes\ne: ~\nf: 0x1F\ng: true\nh: |\n  x\n  y\n',
    );
    expect(drafts[0]?.fields).toEqual({
      a: 1.1,
      b: '1.10',
      c: '2020-01-01',
      d: 'yes',
      e: null,
      f: 31,
      g: true,
      h: 'x\ny\n',
    });
  });

  it('knows how a number is written', async () => {
    const file = memoryFile('a.yaml', '- version: 1.10\n  tags: [1, 0x10]\n- version: "1.10"\n');
    const texts: unknown[] = [];
    for await (const { drafts } of yaml.read(file)) {
      for (const { fields, textOf } of drafts) {
        texts.push([textOf?.(fields, 'version'), textOf?.(Object(fields.tags), 1)]);
      }
    }
    expect(texts).toEqual([
      ['1.10', '0x10'],
      [undefined, undefined],
    ]);
  });

  it('reads an anchor and its aliases', async () => {
    expect((await read('- a: &x [1]\n- a: *x\n')).drafts.map(({ fields }) => fields)).toEqual([{ a: [1] }, { a: [1] }]);
  });

  it.each(['', '# nothing\n', '---\n', '---\n---\n...\n', '\n\n'])('reads %j as no records', async (content) => {
    expect(await read(content)).toEqual({ drafts: [], problems: [] });
  });

  it('keeps directives and comments with their document', async () => {
    expect(await read('%YAML 1.2\n# a\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n')).toEqual({
      drafts: [
        { line: 4, fields: { a: 1 } },
        { line: 8, fields: { b: 2 } },
      ],
      problems: [],
    });
  });

  it('takes dashes as a marker only if they are alone at the beginning of a line', async () => {
    expect((await read('a: |\n  ---\n  ...\nb: x\n ---y\n---z: 1\n')).drafts).toEqual([
      { line: 1, fields: { a: '---\n...\n', b: 'x ---y', '---z': 1 } },
    ]);
  });

  it('skips a byte order mark and carriage returns', async () => {
    expect(await read('\ufeffa: 1\r\n---\r\nb: x\r\n')).toEqual({
      drafts: [
        { line: 1, fields: { a: 1 } },
        { line: 3, fields: { b: 'x' } },
      ],
      problems: [],
    });
  });

  it('reports a broken document with line and column, and continues with the next', async () => {
    expect(await read('a: 1\n---\nb:\n\t- 2\n---\nc: 3\nc: 4\n---\nd: 5\n')).toEqual({
      drafts: [
        { line: 1, fields: { a: 1 } },
        { line: 9, fields: { d: 5 } },
      ],
      problems: [
        { file: 'in/a.yaml', line: 4, column: 1, message: 'invalid YAML: tabs are not allowed as indentation' },
        { file: 'in/a.yaml', line: 7, column: 1, message: 'invalid YAML: map keys must be unique' },
      ],
    });
  });

  it('reports a document that is not a record', async () => {
    expect((await read('just words\n---\n- a: 1\n- 2\n')).problems).toEqual([
      { file: 'in/a.yaml', line: 1, message: 'expected a record, found "just words"' },
      { file: 'in/a.yaml', line: 4, message: 'expected a record, found 2' },
    ]);
  });

  it('reports bytes that are not UTF-8 with their line, and continues', async () => {
    expect(await read(Buffer.from('a: 1\nb: \xe9\n---\nc: 3\n', 'latin1'))).toEqual({
      drafts: [{ line: 4, fields: { c: 3 } }],
      problems: [
        {
          file: 'in/a.yaml',
          line: 2,
          column: 4,
          message: expect.stringMatching(/^expected UTF-8 text, found the byte e9;/),
        },
      ],
    });
  });

  it('refuses a document over the limit, and continues', async () => {
    expect(await read(`a: 1\n---\nb: ${`${'x'.repeat(253)}\n  `.repeat(MAX_RECORD_SIZE / 256)}\n---\nc: 3\n`)).toEqual({
      drafts: [
        { line: 1, fields: { a: 1 } },
        { line: MAX_RECORD_SIZE / 256 + 5, fields: { c: 3 } },
      ],
      problems: [{ file: 'in/a.yaml', line: 2, message: 'record: expected at most 16777216 bytes, found more' }],
    });
  });
});
