import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { jsonc } from '../../../../src/readers/json/jsonc.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array, chunkSize = 3) => readAll(jsonc, memoryFile('a.jsonc', content, chunkSize));

async function problemsOf(content: string): Promise<readonly string[]> {
  const { problems } = await read(content);
  return problems.map(({ line, column, message }) => `${line}:${column ?? ''} ${message}`);
}

describe('the reader of JSON with comments', () => {
  it('reads comments and trailing commas as if they were not there', async () => {
    const content = `\ufeff// head
[
  // {
  {"name": "a", /* "b", */ "url": "https://example.org/*", },
  {"name": "é", "list": [1, 2,],} // ]
  ,
]
/* tail */`;
    expect(await read(content)).toEqual({
      drafts: [
        { line: 4, fields: { name: 'a', url: 'https://example.org/*' } },
        { line: 5, fields: { name: 'é', list: [1, 2] } },
      ],
      problems: [],
    });
  });

  it('reads plain JSON', async () => {
    expect((await read('{"name": "a"}')).drafts).toEqual([{ line: 1, fields: { name: 'a' } }]);
  });

  it.each([
    [
      'a comment that does not end',
      '[1]\n /* a',
      '2:2 invalid JSON: expected the end of a comment, found the end of the file',
    ],
    ['two commas', '{"a": [1,,]}', '1:10 invalid JSON: expected a value, found ","'],
    ['only a comma', '{"a": [,]}', '1:8 invalid JSON: expected a value or "]", found ","'],
    [
      'a key without quotation marks',
      '{/* é */a: 1}',
      '1:9 invalid JSON: expected a key in quotation marks or "}", found "a"',
    ],
    ['a key twice', '{"a": 1, // a\n"a": 2,}', '2:1 key "a": expected once in an object, found again'],
    [
      'a large integer',
      '[\n{"a": 9007199254740993,},]',
      '2:7 field "a": expected an integer of at most 9007199254740991, found 9007199254740993; make it a string',
    ],
    [
      'nothing but comments',
      '// a\n',
      '2:1 invalid JSON: expected a record or a list of records, found the end of the file',
    ],
    [
      'endless brackets',
      '['.repeat(100_000),
      '1:100001 invalid JSON: expected a value or "]", found the end of the file',
    ],
  ])('reports %s like JSON, with its place', async (_title, content, problem) => {
    expect(await problemsOf(content)).toEqual([problem]);
  });

  it('reports bytes that are not UTF-8 with their place', async () => {
    const { problems } = await read(Buffer.from('{\n"a": "\xe9"}', 'latin1'));
    expect(problems).toMatchObject([{ line: 2, column: 7 }]);
  });

  it('refuses a file over the limit', async () => {
    const { drafts, problems } = await read(new Uint8Array(MAX_RECORD_SIZE + 1).fill(0x20), 1 << 20);
    expect(drafts).toEqual([]);
    expect(problems).toEqual([
      {
        file: 'in/a.jsonc',
        line: 1,
        message: 'file: expected at most 16777216 bytes of JSON with comments, found more',
      },
    ]);
  });
});
