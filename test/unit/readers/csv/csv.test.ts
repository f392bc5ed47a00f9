import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv, tsv } from '../../../../src/readers/csv/csv.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array, chunkSize = 1 << 20) =>
  readAll(csv, memoryFile('a.csv', content, chunkSize));

/** Drafts as [fields, line], problems as "line:column message". */
async function outline(content: string, reader = csv) {
  const { drafts, problems } = await readAll(reader, memoryFile('a.csv', content));
  return {
    drafts: drafts.map(({ fields, line }) => [fields, line]),
    problems: problems.map(({ line, column, message }) => `${line}:${column ?? ''} ${message}`),
  };
}

describe('the CSV reader', () => {
  it('reads rows as records of texts, under the names in the header, each with its line', async () => {
    expect(await read('name,version,size\na,1.10,12\nb,2,0\n')).toEqual({
      drafts: [
        { line: 2, fields: { name: 'a', version: '1.10', size: '12' } },
        { line: 3, fields: { name: 'b', version: '2', size: '0' } },
      ],
      problems: [],
    });
  });

  it('reads 10,000 columns, and refuses one more', async () => {
    const header = (count: number): string => Array.from({ length: count }, (_, i) => `c${i}`).join();
    const row = (count: number): string => '1,'.repeat(count - 1) + 1;
    const [[fields] = []] = (await outline(`${header(10_000)}\n${row(10_000)}\n`)).drafts;
    expect(Object.keys(Object(fields))).toHaveLength(10_000);
    expect(await outline(`${header(10_001)}\n${row(10_001)}\n`)).toEqual({
      drafts: [],
      problems: ['1: header: expected at most 10000 columns, found 10001'],
    });
  });

  it('says how many cells a row of far too many has', async () => {
    expect((await outline(`a,b\n${'x,'.repeat(200_000)}x\n${','.repeat(20_000)}\n`)).problems).toEqual([
      '2: row: expected 2 cells, as in the header, found 200001',
      '3: row: expected 2 cells, as in the header, found 20001',
    ]);
  });

  it('reads cells in quotation marks, with separators, line ends and quotation marks in them', async () => {
    expect(await outline('name,"the ""text"""\r\n"a,b","1\r\n\n2"\r\nc,""""\r\n')).toEqual({
      drafts: [
        [{ name: 'a,b', 'the "text"': '1\r\n\n2' }, 2],
        [{ name: 'c', 'the "text"': '"' }, 5],
      ],
      problems: [],
    });
  });

  it.each([
    ['semicolons', 'name;text\na;b,c\n'],
    ['semicolons beside a comma in the header', 'name;text, long;x\na;b,c;\n'.replace('text, long', 'text')],
    ['semicolons beside commas in quotation marks', '"name";"text"\n"a";"b,c"\n'],
  ])('recognises %s from the header', async (_title, content) => {
    expect((await outline(content)).drafts).toEqual([[{ name: 'a', text: 'b,c' }, 2]]);
  });

  it('takes a table of one column for what it is, whatever its cells contain', async () => {
    expect((await outline('\nname\na;b;c\n')).drafts).toEqual([[{ name: 'a;b;c' }, 3]]);
  });

  it('gives no field to an empty cell, and no record to an empty row', async () => {
    expect(await outline('a,b,c\n,1,\n\n,,\r\n"","",""\n,,2')).toEqual({
      drafts: [
        [{ b: '1' }, 2],
        [{ c: '2' }, 6],
      ],
      problems: [],
    });
  });

  it('skips a byte order mark, and white space around the names of the columns', async () => {
    expect((await outline('\ufeffname , version\na, 1 \n')).drafts).toEqual([[{ name: 'a', version: ' 1 ' }, 2]]);
  });

  it.each(['', '\n', 'name,version\n'])('reads %j as no records', async (content) => {
    expect(await outline(content)).toEqual({ drafts: [], problems: [] });
  });

  it.each([
    [
      'a row that is too short',
      'a,b\n1\n2,3\n',
      [[{ a: '2', b: '3' }, 3]],
      '2: row: expected 2 cells, as in the header, found 1',
    ],
    ['a row that is too long', 'a,b\n1,2,3\n', [], '2: row: expected 2 cells, as in the header, found 3'],
    ['a column without a name', 'a,,b\n1\n', [], '1: header: expected a name in column 2, found nothing'],
    ['a column twice', '\na,"a "\n1\n', [], '2: header: expected each name once, found "a" again'],
    [
      'carriage returns alone',
      'a,b\r1,2\r3,4\r',
      [],
      '1: header: expected lines that end in a line feed, found a carriage return alone',
    ],
    [
      'a control character in the name of a column',
      'a,b\0\n1,2\n',
      [],
      '1: header: expected a name without control characters, found "b\\u0000"',
    ],
    ['a column __proto__', '__proto__\n1\n', [], '1: header: expected a different name, found "__proto__"'],
    [
      'a quotation mark that is never closed',
      'a,b\n1,2\n3,"4\n5,6\n',
      [[{ a: '1', b: '2' }, 2]],
      '3:3 cell: expected a second quotation mark, found the end of the file',
    ],
    [
      'a quotation mark inside a cell',
      'a,b\n5" disk,1\n2,3\n',
      [[{ a: '2', b: '3' }, 3]],
      '2:2 cell: expected quotation marks around it, and two for each inside, found one inside',
    ],
    [
      'something after a cell in quotation marks',
      'a,b\n"1\n2" x,3\n4,5\n',
      [[{ a: '4', b: '5' }, 4]],
      '3:3 cell: expected "," or the end of the line after it, found " "',
    ],
  ])('reports %s, and continues', async (_title, content, drafts, problem) => {
    expect(await outline(content)).toEqual({ drafts, problems: [problem] });
  });

  it('reports every bad column, and no row below them', async () => {
    expect(await outline('a,,a\n1\n2\n')).toEqual({
      drafts: [],
      problems: [
        '1: header: expected a name in column 2, found nothing',
        '1: header: expected each name once, found "a" again',
      ],
    });
  });

  it('reports bytes that are not UTF-8 with their place, and continues', async () => {
    const { drafts, problems } = await read(Buffer.from('a,b\n1,h\xe9\n2,3\n', 'latin1'));
    expect(drafts).toEqual([{ line: 3, fields: { a: '2', b: '3' } }]);
    expect(problems).toMatchObject([{ line: 2, column: 4 }]);
  });

  it('reads any texts as they were written, however the file is divided', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r\n', ' ', '🔧'),
      minLength: 1,
      maxLength: 6,
    });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';'),
        fc.integer({ min: 1, max: 9 }),
        async (rows, separator, size) => {
          const lines = [['x', 'y'], ...rows].map((row) => row.map(quoted).join(separator));
          const { drafts, problems } = await read(lines.join('\r\n'), size);
          expect(drafts.map(({ fields }) => [fields.x, fields.y])).toEqual(rows);
          expect(problems).toEqual([]);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('the TSV reader', () => {
  it('reads rows of cells between tabs', async () => {
    expect(await outline('name\ttext\na\tb, c; d\ne\t"f\tg"\n', tsv)).toEqual({
      drafts: [
        [{ name: 'a', text: 'b, c; d' }, 2],
        [{ name: 'e', text: 'f\tg' }, 3],
      ],
      problems: [],
    });
  });

  it('names the tab in messages', async () => {
    expect((await outline('a\tb\n"1"2\t3\n', tsv)).problems).toEqual([
      '2:4 cell: expected "\\t" or the end of the line after it, found "2"',
    ]);
  });
});
