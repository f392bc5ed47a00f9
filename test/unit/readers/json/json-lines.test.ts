import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { jsonLines } from '../../../../src/readers/json/json-lines.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array) => readAll(jsonLines, memoryFile('a.jsonl', content, 1 << 20));
const problem = (line: number, column: number, message: string) => ({ file: 'in/a.jsonl', line, column, message });

describe('the JSON Lines reader', () => {
  it('reads one record a line, and skips empty lines and a byte order mark', async () => {
    expect(await read('\ufeff{"a": 1}\n\n  \t\r\n{"a": "é"}\r\n{"a": 3}')).toEqual({
      drafts: [
        { line: 1, fields: { a: 1 } },
        { line: 4, fields: { a: 'é' } },
        { line: 5, fields: { a: 3 } },
      ],
      problems: [],
    });
  });

  it('reads an empty file as no records', async () => {
    expect(await read('')).toEqual({ drafts: [], problems: [] });
  });

  it('reports every broken line with its column, and goes on', async () => {
    expect(await read('{"a": 1\n{"b": 2}\n{"c": é}\n[]\n{"d": 4} {"e": 5}\n')).toEqual({
      drafts: [{ line: 2, fields: { b: 2 } }],
      problems: [
        problem(1, 8, 'invalid JSON: expected "," or "}", found the end of the line'),
        problem(3, 7, 'invalid JSON: expected a value, found "é"'),
        { file: 'in/a.jsonl', line: 4, message: 'expected a record, found an empty list' },
        problem(5, 10, 'invalid JSON: expected the end, found "{"'),
      ],
    });
  });

  it('reports a byte order mark that is not at the beginning of the file', async () => {
    expect((await read('{}\n\ufeff{}')).problems).toEqual([
      problem(2, 1, 'invalid JSON: expected a value, found "\ufeff"'),
    ]);
  });

  it('reports bytes that are not UTF-8 with their line, and goes on', async () => {
    expect(await read(Buffer.from('{}\n{"a": "\xc3"}\n{}', 'latin1'))).toEqual({
      drafts: [
        { line: 1, fields: {} },
        { line: 3, fields: {} },
      ],
      problems: [{ file: 'in/a.jsonl', line: 2, message: 'expected UTF-8 text, found other bytes' }],
    });
  });

  it('reads a line of the greatest size, refuses one byte more, and goes on', async () => {
    const largest = `{"a":"${'x'.repeat(MAX_RECORD_SIZE - '{"a":""}'.length)}"}`;
    const { drafts, problems } = await read(`${largest}\r\n${largest} \n${largest.repeat(2)}\n{}`);
    expect(drafts.map(({ line }) => line)).toEqual([1, 4]);
    expect(problems).toEqual(
      [2, 3].map((line) => ({
        file: 'in/a.jsonl',
        line,
        message: 'record: expected at most 16777216 bytes, found more',
      })),
    );
  });
});
