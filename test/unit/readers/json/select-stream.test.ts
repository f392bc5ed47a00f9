import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecordsPath, type RecordsPath } from '../../../../src/mapping/records-path.ts';
import { type Selected, selectItem, selectRecords, selectWithin } from '../../../../src/mapping/select-records.ts';
import { linesOfValues } from '../../../../src/readers/json/locate-values.ts';
import { selectParts } from '../../../../src/readers/json/select-stream.ts';
import { memoryFile } from '../memory-file.ts';

/** Records and problems with their lines, in an order that does not depend on how they were found. */
interface Found {
  readonly records: readonly string[];
  readonly problems: readonly string[];
}

/** A value as text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** What was selected from a text that begins on a line. */
function found(text: string, firstLine: number, { records, problems }: Selected): Found {
  const locations = [...records, ...problems].map(({ location }) => location);
  const lines = linesOfValues(text, locations, firstLine);
  return {
    records: records.map(({ fields, inherited, keys }, i) => canonical({ line: lines[i], fields, inherited, keys })),
    problems: problems.map(({ message }, i) => `${lines[records.length + i]}: ${message}`),
  };
}

function inMemory(text: string, paths: readonly RecordsPath[]): Found {
  const { records, problems } = found(text, 1, selectRecords(JSON.parse(text), paths));
  return { records: records.toSorted(), problems: problems.toSorted() };
}

async function inStream(text: string, paths: readonly RecordsPath[], chunkSize: number): Promise<Found> {
  const records: string[] = [];
  const problems: string[] = [];
  for await (const part of selectParts(memoryFile('a.json', text, chunkSize), { paths, ignores: () => false })) {
    const bad = 'problem' in part ? part : 'problem' in part.value ? part.value : undefined;
    if (bad !== undefined) problems.push(`${[bad.line, bad.column].filter(Boolean).join(':')}: ${bad.problem}`);
    else if ('paths' in part && 'text' in part.value) {
      const { text: own, line } = part.value;
      const select = part.isItem ? selectItem : selectWithin;
      const here = found(own, line, select(JSON.parse(own), part.paths, part.surroundings));
      records.push(...here.records);
      problems.push(...here.problems);
    }
  }
  return { records: records.toSorted(), problems: problems.toSorted() };
}

const key = fc.constantFrom('a', 'b', 'c', 'v.1', 'é', '__proto__');
const leaf = fc.constantFrom<unknown>(1, -2.5e3, 'text', 'x"]}\\,', 'é🔧', '', true, null);
const record = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })), { maxKeys: 3 });
// Lists of texts and of records, maps of them, three levels deep: what registries publish.
const level = (below: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: leaf },
    { weight: 2, arbitrary: fc.array(record, { maxLength: 3 }) },
    { weight: 4, arbitrary: fc.dictionary(key, below, { maxKeys: 3 }) },
  );
const document = fc.dictionary(key, level(level(record)), { minKeys: 1, maxKeys: 4 });
const step = fc.constantFrom('a', 'b', 'c', '"v.1"', 'é', '*', '<field>');
const path = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map((steps) => steps.join('.'))
  .filter((text) => text.split('<field>').length < 3);
const paths = fc.uniqueArray(path, { minLength: 1, maxLength: 3 });
const indentation = fc.constantFrom(undefined, 2, '\t', '\r\n ');

describe('selectParts', () => {
  it.each([1, 2, 7, 64, 100_000])('finds what a search in memory finds, with chunks of %i bytes', async (chunkSize) => {
    const text = JSON.stringify(
      {
        info: { subdir: 'linux-64' },
        packages: { 'a-1.conda': { name: 'a', n: [1, 2, 'x}"'] }, 'b-1.conda': { name: 'b\n', é: '🔧' } },
        removed: ['x', 'y'],
        'packages.conda': { 'c-1.conda': { name: 'c' }, broken: 7 },
        version: 1,
      },
      null,
      2,
    );
    const paths = ['packages.<file>', '"packages.conda".<file>'].map(parseRecordsPath);
    const streamed = await inStream(text, paths, chunkSize);
    expect(streamed).toEqual(inMemory(text, paths));
    expect(streamed.records).toHaveLength(3);
    expect(streamed.problems).toEqual(['27: records `"packages.conda".<file>`: expected a record, found 7']);
  });

  it('finds the records that a search in memory finds, in any document', async () => {
    await fc.assert(
      fc.asyncProperty(
        document,
        paths,
        indentation,
        fc.integer({ min: 1, max: 20 }),
        async (value, ways, space, size) => {
          const text = JSON.stringify(value, null, space);
          const parsed = ways.map(parseRecordsPath);
          const expected = inMemory(text, parsed);
          const streamed = await inStream(text, parsed, size);
          if (expected.records.length === 0) expect(streamed.records).toEqual([]);
          else expect(streamed).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives records what comes after them in the document', async () => {
    const text = '{"before": 1, "list": {"x": {"n": 1}}, "after": 2}';
    const { records } = await inStream(text, [parseRecordsPath('list.<name>')], 5);
    expect(records.map((one) => JSON.parse(one))).toEqual([
      { fields: { n: 1 }, inherited: { before: 1, after: 2 }, keys: { name: 'x' }, line: 1 },
    ]);
  });

  it('keeps no values of fields that the mapping leaves out', async () => {
    const text = `{"big": "${'x'.repeat(1000)}", "list": {"x": {"n": 1}}}`;
    const selection = { paths: [parseRecordsPath('list.*')], ignores: (field: string) => field === 'big' };
    for await (const part of selectParts(memoryFile('a.json', text, 10), selection)) {
      expect(part).toMatchObject({ surroundings: { inherited: { big: null } } });
    }
  });

  it('says what is there if no way leads to records', async () => {
    expect(await inStream('{"v": 1, "w": {"x": 2}}', ['a.*', 'b'].map(parseRecordsPath), 3)).toEqual({
      records: [],
      problems: ['1: records: expected `a.*` or `b`, found a map with v, w'],
    });
  });

  it.each([
    ['{"a": {"x": {"n": 1}}} x', '1:24: invalid JSON: expected the end of the file, found "x"'],
    ['{"a": {"x": {"n": 1}},\n}', '2:1: invalid JSON: expected a key in quotation marks, found "}"'],
    ['{"a": {"x": {"n": 1}}\n"b": 1}', '2:1: invalid JSON: expected "," or "}", found "\\""'],
    ['{"a"\n{}}', '2:1: invalid JSON: expected ":", found "{"'],
    ['{"a": {"x": {"n": 1}', '1:21: invalid JSON: expected "," or "}", found the end of the file'],
    ["{'a': 1}", `1:2: invalid JSON: expected a key in quotation marks, found "'"`],
    ['', '1:1: invalid JSON: expected a map, found the end of the file'],
  ])('reports what is wrong between records: %j', async (text, problem) => {
    for (const chunkSize of [1, 5, 1000]) {
      expect((await inStream(text, [parseRecordsPath('a.<name>')], chunkSize)).problems).toEqual([problem]);
    }
  });

  it('reports a problem with a line and a column wherever a document is cut, and ends', async () => {
    const bytes = new TextEncoder().encode(
      '{"v": [1, "x"], "a": {"x": {"n": 1},\n "y\\u00e9": {"n": "é\\n"}}, "w": -1.5e3, "z": null}',
    );
    for (let cut = 0; cut < bytes.length; cut++) {
      for (const chunkSize of [1, 7, 1000]) {
        const file = memoryFile('a.json', bytes.slice(0, cut), chunkSize);
        const problems: unknown[] = [];
        for await (const part of selectParts(file, { paths: [parseRecordsPath('a.*')], ignores: () => false })) {
          if ('problem' in part) problems.push(part);
          else if ('problem' in part.value) problems.push(part.value);
        }
        expect(problems[0], `cut at ${cut}`).toEqual({
          line: expect.any(Number),
          column: expect.any(Number),
          problem: expect.stringMatching(/invalid JSON: |invalid UTF-8/),
        });
      }
    }
  });
});
