import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { json, jsonLines } from '../../../../src/readers/json/json.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array) => readAll(json, memoryFile('a.json', content, 1 << 20));

/** The end of the message about a comment or a trailing comma. */
const advice = '; for comments and trailing commas, name the file *.jsonc or set `reader: jsonc`';

const badBytes = (found: string): string =>
  `expected UTF-8 text, found ${found}; if the file has a different encoding, name it, as in \`encoding: latin1\``;

/** Drafts as [name, line], problems as "line:column message". */
async function outline(content: string | Uint8Array) {
  const { drafts, problems } = await read(content);
  return {
    drafts: drafts.map(({ fields, line }) => [fields.name, line]),
    problems: problems.map(({ line, column, message }) => `${line}:${column ?? ''} ${message}`),
  };
}

describe('the JSON reader', () => {
  it('reads a file of one record, with values of every type', async () => {
    const { drafts, problems } = await read(
      '\r\n {"a": [1, -2.5e3, true, null, "\\u00e9\\ud83d\\udd27 ]},"], "b": {"c": {}}} \n',
    );
    expect(drafts).toEqual([{ line: 2, fields: { a: [1, -2500, true, null, 'é🔧 ]},'], b: { c: {} } } }]);
    expect(problems).toEqual([]);
  });

  it('reads a list of records, each with the line on which it begins', async () => {
    expect(await outline('[{"name": "a"},\n\n  {"name":\n"b"}\r\n,{"name": "c"}]\n')).toEqual({
      drafts: [
        ['a', 1],
        ['b', 3],
        ['c', 5],
      ],
      problems: [],
    });
  });

  it('reads an empty list as no records', async () => {
    expect(await outline(' [ \n ] ')).toEqual({ drafts: [], problems: [] });
  });

  it('skips a byte order mark', async () => {
    expect(await outline('\ufeff[{"name": "a"}]')).toEqual({ drafts: [['a', 1]], problems: [] });
  });

  it('keeps an own field __proto__, for the record parser to refuse', async () => {
    const { drafts } = await read('{"a": 2, "__proto__": {"b": 3}}');
    expect(Object.entries(drafts[0]?.fields ?? {})).toEqual([
      ['a', 2],
      ['__proto__', { b: 3 }],
    ]);
  });

  it('keeps a lone surrogate, for the record parser to refuse', async () => {
    expect((await read('{"a": "\\ud800"}')).drafts).toEqual([{ line: 1, fields: { a: '\ud800' } }]);
  });

  it.each([
    ['a number in a list', '[1, {"name": "b"}]', [['b', 1]], ['1: expected a record, found 1']],
    ['null', ' null', [], ['1: expected a record, found null']],
    ['a text', '"a"', [], ['1: expected a record, found "a"']],
    ['a list in a list', '[\n[]]', [], ['2: expected a record, found an empty list']],
  ])('reports JSON that is not a record: %s', async (_title, content, drafts, problems) => {
    expect(await outline(content)).toEqual({ drafts, problems });
  });

  it.each([
    ['nothing', '', '1:1 invalid JSON: expected a record or a list of records, found the end of the file'],
    ['white space', '\n  ', '2:3 invalid JSON: expected a record or a list of records, found the end of the file'],
    ['a word', '\nhello', '2:1 invalid JSON: expected a value, found "h"'],
    ['an open record', '{"a": 1', '1:8 invalid JSON: expected "," or "}", found the end of the file'],
    ['an open text', '{"a', '1:4 invalid JSON: expected the end of a string, found the end of the file'],
    ['a missing colon', '{\n  "a" 1}', '2:7 invalid JSON: expected ":", found "1"'],
    ['single quotes', "{'a': 1}", `1:2 invalid JSON: expected a key in quotation marks or "}", found "'"`],
    [
      'a trailing comma in a record',
      '{"a": 1,\n}',
      `2:1 invalid JSON: expected a key in quotation marks, found "}"${advice}`,
    ],
    [
      'a trailing comma in a list of a record',
      '{"a": [1,]}',
      `1:10 invalid JSON: expected a value, found "]"${advice}`,
    ],
    ['a number with a leading zero', '{"a": 012}', '1:8 invalid JSON: expected "," or "}", found "1"'],
    ['a tab in a text', '{"a": "\t"}', '1:8 invalid JSON: expected no control character in a string, found "\\t"'],
    ['a bad escape', '{"a": "é\\x41"}', '1:9 invalid JSON: expected a valid escape, found "\\\\"'],
    ['a comment', '{"a": 1 // one\n}', `1:9 invalid JSON: expected "," or "}", found "/"${advice}`],
    ['a comment at the beginning', '/* one */ {"a": 1}', `1:1 invalid JSON: expected a value, found "/"${advice}`],
    ['a slash', '{"a": 1 / 2}', '1:9 invalid JSON: expected "," or "}", found "/"'],
    ['the value NaN', '{"a": NaN}', '1:7 invalid JSON: expected a value, found "N"'],
    ['an astral character', '{"a": 🔧}', '1:7 invalid JSON: expected a value, found "🔧"'],
    ['a stray bracket', '}', '1:1 invalid JSON: expected a value, found "}"'],
  ])('reports the exact place of a syntax error: %s', async (_title, content, problem) => {
    expect(await outline(content)).toEqual({ drafts: [], problems: [problem] });
  });

  it.each([
    ['a trailing comma', '[{"name": "a"},\n]', [['a', 1]], `2:1 invalid JSON: expected a record, found "]"${advice}`],
    [
      'a comment between records',
      '[{"name": "a"}, // b\n{"name": "c"}]',
      [['a', 1]],
      `1:17 invalid JSON: expected a value, found "/"${advice}`,
    ],
    [
      'a comment after the list',
      '[{"name": "a"}] // b',
      [['a', 1]],
      `1:17 invalid JSON: expected the end of the file, found "/"${advice}`,
    ],
    [
      'two commas',
      '[{"name": "a"},,{"name": "b"}]',
      [
        ['a', 1],
        ['b', 1],
      ],
      '1:16 invalid JSON: expected a record, found ","',
    ],
    [
      'a list that is not closed',
      '[{"name": "a"}\n',
      [['a', 1]],
      '2:1 invalid JSON: expected "," or "]", found the end of the file',
    ],
    [
      'a list that ends with a comma',
      '[{"name": "a"},',
      [['a', 1]],
      '1:16 invalid JSON: expected a record or "]", found the end of the file',
    ],
    ['a list that has just begun', '[', [], '1:2 invalid JSON: expected a record or "]", found the end of the file'],
    [
      'a cut file',
      '[{"name": "a"},\n{"name": "b',
      [['a', 1]],
      '2:12 invalid JSON: expected the end of a string, found the end of the file',
    ],
    [
      'something after the list',
      '[{"name": "a"}] \n x',
      [['a', 1]],
      '2:2 invalid JSON: expected the end of the file, found "x"; for one record per line, name the file *.jsonl',
    ],
    [
      'JSON lines',
      '{"name": "a"}\n{"name": "b"}\n',
      [['a', 1]],
      '2:1 invalid JSON: expected the end of the file, found "{"; for one record per line, name the file *.jsonl',
    ],
    [
      'a missing comma',
      '[{"name": "a"}\n{"name": "b"}, {"name": "c"}]',
      [['c', 2]],
      '2:1 invalid JSON: expected the end, found "{"',
    ],
    [
      'a missing brace',
      '[{"name": "a", {"name": "b"}]',
      [],
      '1:16 invalid JSON: expected a key in quotation marks, found "{"',
    ],
    ['a brace that is never closed', '[{"name": "a"\n]', [], '2:1 invalid JSON: expected "," or "}", found "]"'],
    [
      'a brace that was never opened',
      '[[1}, 2], {"name": "b"}]',
      [['b', 1]],
      '1:4 invalid JSON: expected "," or "]", found "}"',
    ],
    [
      'the wrong bracket',
      '[{"name": ["a"}, {"name": "b"}]',
      [['b', 1]],
      '1:15 invalid JSON: expected "," or "]", found "}"',
    ],
    ['an extra brace', '[{"name": "a"}}, {"name": "b"}]', [['b', 1]], '1:15 invalid JSON: expected the end, found "}"'],
    [
      'a missing quotation mark',
      '[{"name": "a,\n"x": 1},\n{"name": "b"}]',
      [['b', 3]],
      '1:14 invalid JSON: expected no control character in a string, found "\\n"',
    ],
    [
      'an error after wide characters',
      '[{"name": "é🔧"}, {"name": x}, {"name": "c"}]',
      [
        ['é🔧', 1],
        ['c', 1],
      ],
      '1:28 invalid JSON: expected a value, found "x"',
    ],
  ])('continues after a broken place where it can: %s', async (_title, content, drafts, problem) => {
    expect(await outline(content)).toEqual({ drafts, problems: [problem] });
  });

  it('reports every broken record of a file', async () => {
    expect(await outline('[\n{"a" 1},\n{"b": },\n{"name": "c"},\n{"d": [}\n]')).toEqual({
      drafts: [['c', 4]],
      problems: [
        '2:6 invalid JSON: expected ":", found "1"',
        '3:7 invalid JSON: expected a value, found "}"',
        '5:8 invalid JSON: expected a value or "]", found "}"',
      ],
    });
  });

  it('reports bytes that are not UTF-8 with their place, and continues', async () => {
    const content = Buffer.from('[{"name": "a"},\n{"x":\n"\xff"}, {"y": "\xe9"},\n{"name": "c"}]', 'latin1');
    expect(await outline(content)).toEqual({
      drafts: [
        ['a', 1],
        ['c', 4],
      ],
      problems: [`3:2 ${badBytes('the byte ff')}`, `3:14 ${badBytes('the byte e9')}`],
    });
  });

  it('reports UTF-16 as bytes that are not UTF-8: it is decoded before it gets here', async () => {
    expect(await outline(Buffer.from('\ufeff{"name": "a"}', 'utf16le'))).toEqual({
      drafts: [],
      problems: [`1:1 ${badBytes('the byte ff')}`],
    });
  });

  it('reads a record of the largest size, refuses one byte more, and continues', async () => {
    const frame = '{"name":""}'.length;
    const largest = `{"name":"${'x'.repeat(MAX_RECORD_SIZE - frame)}"}`;
    const { drafts, problems } = await read(`[${largest},\n${largest.replace('x', 'xx')},\n{"name":"c"}]`);
    expect(drafts.map(({ line }) => line)).toEqual([1, 3]);
    expect(problems).toEqual([
      { file: 'in/a.json', line: 2, column: 1, message: 'record: expected at most 16777216 bytes, found more' },
    ]);
  });

  it('reports the brace that turns the rest of a large file into one record, not the size of that record', async () => {
    const record = `{"name": "${'x'.repeat(1 << 20)}"},\n`;
    expect(await outline(`[\n{"name": "a",\n${record.repeat(20)}{"name": "z"}]`)).toEqual({
      drafts: [],
      problems: ['3:1 invalid JSON: expected a key in quotation marks, found "{"'],
    });
  });

  it('survives brackets that are never closed', { timeout: 20_000 }, async () => {
    const { drafts, problems } = await read('['.repeat(MAX_RECORD_SIZE + 100));
    expect(drafts).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual(['record: expected at most 16777216 bytes, found more']);
  });

  it('yields a few hundred records at a time', async () => {
    const sizes: number[] = [];
    const content = JSON.stringify(Array.from({ length: 600 }, () => ({})));
    for await (const { drafts } of json.read(memoryFile('a.json', content))) sizes.push(drafts.length);
    expect(sizes).toEqual([256, 256, 88]);
  });
});

const readLines = (content: string | Uint8Array) => readAll(jsonLines, memoryFile('a.jsonl', content, 1 << 20));
const lineProblem = (line: number, column: number, message: string) => ({ file: 'in/a.jsonl', line, column, message });

describe('the JSON Lines reader', () => {
  it('reads one record per line, and skips empty lines and a byte order mark', async () => {
    expect(await readLines('\ufeff{"a": 1}\n\n  \t\r\n{"a": "é"}\r\n{"a": 3}')).toEqual({
      drafts: [
        { line: 1, fields: { a: 1 } },
        { line: 4, fields: { a: 'é' } },
        { line: 5, fields: { a: 3 } },
      ],
      problems: [],
    });
  });

  it('reads an empty file as no records', async () => {
    expect(await readLines('')).toEqual({ drafts: [], problems: [] });
  });

  it('reports every broken line with its column, and continues', async () => {
    expect(await readLines('{"a": 1\n{"b": 2}\n{"c": é}\n[]\n{"d": 4} {"e": 5}\n')).toEqual({
      drafts: [{ line: 2, fields: { b: 2 } }],
      problems: [
        lineProblem(1, 8, 'invalid JSON: expected "," or "}", found the end of the line'),
        lineProblem(3, 7, 'invalid JSON: expected a value, found "é"'),
        { file: 'in/a.jsonl', line: 4, message: 'expected a record, found an empty list' },
        lineProblem(5, 10, 'invalid JSON: expected the end, found "{"'),
      ],
    });
  });

  it('reports a byte order mark that is not at the beginning of the file', async () => {
    expect((await readLines('{}\n\ufeff{}')).problems).toEqual([
      lineProblem(2, 1, 'invalid JSON: expected a value, found "\\ufeff"'),
    ]);
  });

  it('reports bytes that are not UTF-8 with their place, and continues', async () => {
    expect(await readLines(Buffer.from('{}\n{"a": "\xc3"}\n{}', 'latin1'))).toEqual({
      drafts: [
        { line: 1, fields: {} },
        { line: 3, fields: {} },
      ],
      problems: [{ file: 'in/a.jsonl', line: 2, column: 8, message: badBytes('the byte c3') }],
    });
  });

  it('reads a line of the largest size, refuses one byte more, and continues', async () => {
    const largest = `{"a":"${'x'.repeat(MAX_RECORD_SIZE - '{"a":""}'.length)}"}`;
    const { drafts, problems } = await readLines(`${largest}\r\n${largest} \n${largest.repeat(2)}\n{}`);
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
