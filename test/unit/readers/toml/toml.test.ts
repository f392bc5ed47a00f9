import { describe, expect, it } from 'vitest';
import { toml } from '../../../../src/readers/toml/toml.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array) => readAll(toml, memoryFile('a.toml', content));

describe('the TOML reader', () => {
  it('reads a document as one record, with the line on which it begins', async () => {
    const content = '# head\n\nname = "a"\nreleased = 2024-05-01\n\n[owner]\nname = "b"\n\n[[files]]\nsize = 1\n\n\n';
    expect(await read(content)).toEqual({
      drafts: [
        {
          line: 3,
          fields: { name: 'a', released: '2024-05-01', owner: { name: 'b' }, files: [{ size: 1 }] },
        },
      ],
      problems: [],
    });
  });

  it('skips a byte order mark and carriage returns', async () => {
    const { drafts } = await read('\ufeffname = "a"\r\n[b]\r\nc = """\r\nd\r\n"""\r\n');
    expect(drafts.map(({ fields, line }) => [fields, line])).toEqual([[{ name: 'a', b: { c: 'd\r\n' } }, 1]]);
  });

  it('reads an empty file as no record', async () => {
    expect(await read('\n')).toEqual({ drafts: [], problems: [] });
  });

  it('reports what is wrong with its line and column', async () => {
    const { problems } = await read('name = "a"\nversion = 1.0.0\n');
    expect(problems).toEqual([
      { file: 'in/a.toml', line: 2, column: 14, message: 'invalid TOML: illegal character in numeric literal' },
    ]);
  });

  it('reports bytes that are not UTF-8 with their place', async () => {
    const { drafts, problems } = await read(Buffer.from('a = 1\nb = "h\xe9"\n', 'latin1'));
    expect(drafts).toEqual([]);
    expect(problems).toEqual([
      {
        ...{ file: 'in/a.toml', line: 2, column: 7 },
        message:
          'expected UTF-8 text, found the byte e9; if the file has a different encoding, name it, as in `encoding: latin1`',
      },
    ]);
  });
});
