/**
 * Every problem of the input is reported in one run, wherever it is: in any chunk of a large file, in any of the small files of a
 * batch, in compressed files.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatProblem, type Problem } from '../../src/errors.ts';
import { MAX_RECORD_SIZE } from '../../src/model/limits.ts';
import { deb822 } from '../../src/readers/deb822/deb822.ts';
import { jsonLines } from '../../src/readers/json/json.ts';
import type { Reader } from '../../src/readers/reader.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { memoryFile, readAll } from '../unit/readers/memory-file.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** The problems of a build that must fail, as a person reads them. Fails if the build wrote anything. */
async function problemsOf(files: Files, cache?: string): Promise<readonly string[]> {
  const out = freshPath();
  const input = writeFiles(freshPath(), files);
  const error = await failureOf(build({ input, out, ...(cache === undefined ? {} : { cache }) }));
  expect(error.code).toBe('metadata');
  expect(listPaths(out)).toEqual([]);
  return error.problems.map(formatProblem);
}

/** The problems that the reader finds in the whole file at once. */
async function readWhole(reader: Reader, path: string, content: string): Promise<readonly string[]> {
  const { problems } = await readAll(reader, memoryFile(path, content));
  return problems.map((problem: Problem) => formatProblem({ ...problem, file: path }));
}

/** Puts a text that no reader can read before every so many lines. */
function broken(lines: readonly string[], every: number, put: string): readonly string[] {
  return lines.flatMap((line, i) => (i % every === every - 1 ? [put, line] : [line]));
}

const LINES = asLines(sampleRelease(3000, 0)).trimEnd().split('\n');
const STANZAS = Array.from({ length: 6000 }, (_, i) => [
  `Package: package-${i}`,
  'Version: 1',
  'Architecture: amd64',
  `Description: number ${i}`,
  ' and more',
  '',
]).flat();

describe('a large file has the same problems as if its reader had read it whole', () => {
  it.each<[string, Reader, string, string]>([
    ['JSON Lines', jsonLines, 'large.jsonl', broken(LINES, 211, '{"name": 1,, }').join('\n')],
    ['JSON Lines with CRLF', jsonLines, 'large.jsonl', broken(LINES, 211, '{"name": 1,, }').join('\r\n')],
    ['JSON Lines with empty lines', jsonLines, 'large.jsonl', broken(broken(LINES, 3, ''), 401, '{').join('\n')],
    [
      'JSON Lines with a mark before each line',
      jsonLines,
      'large.jsonl',
      LINES.map((line, i) => (i % 500 ? line : `\ufeff${line}`)).join('\n'),
    ],
    ['stanzas', deb822, 'Packages', broken(STANZAS, 503, 'no colon here').join('\n')],
    ['stanzas with CRLF', deb822, 'Packages', broken(STANZAS, 503, 'no colon here').join('\r\n')],
    ['stanzas apart by several empty lines', deb822, 'Packages', broken(STANZAS, 504, '\n\n \nno colon').join('\n')],
    ['stanzas after a mark', deb822, 'Packages', `\ufeff${broken(STANZAS, 503, 'no colon here').join('\n')}`],
    [
      'stanzas with a mark within',
      deb822,
      'Packages',
      STANZAS.map((line, i) => (i % 600 ? line : `\ufeff${line}`)).join('\n'),
    ],
  ])('%s, plain and compressed, with a cache and without', async (_title, reader, name, content) => {
    expect(content.length).toBeGreaterThan(400_000);
    const expected = await readWhole(reader, name, content);
    expect(expected.length).toBeGreaterThan(5);
    expect(expected.length).toBeLessThan(1000);
    expect(await problemsOf({ [name]: content })).toEqual(expected);
    const cache = freshPath();
    for (let run = 0; run < 2; run++) expect(await problemsOf({ [name]: content }, cache)).toEqual(expected);
    const compressed = `${name}.gz`;
    expect(await problemsOf({ [compressed]: gzipSync(content) })).toEqual(
      expected.map((problem) => problem.replace(name, compressed)),
    );
  });

  it('a clear-signed file has one problem', async () => {
    const signed = [
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'Hash: SHA512',
      '',
      ...STANZAS,
      '-----BEGIN PGP SIGNATURE-----',
      '',
      'iQ==',
      '-----END PGP SIGNATURE-----',
      '',
    ];
    for (const content of [signed.join('\n'), [...signed.slice(0, 300), ...signed.slice(-5)].join('\n')]) {
      expect(await problemsOf({ Packages: content })).toEqual([
        'Packages:1: expected a stanza, found PGP armour; verify the signature yourself and remove it',
      ]);
    }
  });
});

describe('all problems of all files come in one run, sorted', () => {
  const good = asLines(sampleRelease(2000, 0));
  const bad = (name: string): string => JSON.stringify(sampleRecord(name, '1', 'amd64', { size: -1 }));
  const contradiction = (i: number): string => JSON.stringify({ ...JSON.parse(LINES[i] ?? ''), size: 7 });

  it('of large files, small ones, compressed ones, with conflicts among them', async () => {
    const files = {
      'a.jsonl': `${good}${bad('one')}\n`,
      'b/1.json': '{',
      'b/2.json': `\n${bad('two')}`,
      'b/3.yaml': 'name: three\n',
      'c.jsonl.gz': gzipSync(
        `${contradiction(0)}\n${asLines(sampleRelease(4, 0)).replaceAll('package', 'pack')}${bad('four')}\n${contradiction(1500)}\n`,
      ),
      'd.json': JSON.stringify(sampleRecord('good', '1', 'amd64')),
      'z.jsonl': `\n\n${contradiction(1)}\n${bad('five')}\n`,
    };
    const places = (problems: readonly string[]): readonly string[] =>
      problems.map((problem) =>
        problem.replace(/^([^:]+(?::\d+)?).*?(also defined at [^,]+)?(, with.*)?$/, '$1 $2').trim(),
      );
    const problems = places(await problemsOf(files));
    // Conflicts are looked for in all batches except those with a problem.
    expect(problems.filter((problem) => !problem.includes('also defined at'))).toEqual([
      `a.jsonl:${LINES.findIndex((line) => line.includes('package-2000')) + 1}`,
      'b/1.json:1',
      'b/2.json:2',
      'b/3.yaml:1',
      `c.jsonl.gz:${1 + asLines(sampleRelease(4, 0)).split('\n').length}`,
      'z.jsonl:4',
    ]);
    const alone = {
      'a.jsonl': good,
      'c.jsonl': `\n${contradiction(0)}\n`,
      'z.jsonl.gz': gzipSync(`${contradiction(1)}\n${contradiction(1500)}`),
    };
    expect(places(await problemsOf(alone))).toEqual([
      'c.jsonl:2 also defined at a.jsonl:1',
      'z.jsonl.gz:1 also defined at a.jsonl:2',
      'z.jsonl.gz:2 also defined at a.jsonl:1501',
    ]);
  });

  it('up to a thousand, after which reading stops', async () => {
    const lines = (count: number): string => '{\n'.repeat(count);
    expect(await problemsOf({ 'a.jsonl': lines(999) })).toHaveLength(999);
    expect(await problemsOf({ 'a.jsonl': lines(500), 'b/b.jsonl': lines(499) })).toHaveLength(999);
    const many = await failureOf(
      build({ input: writeFiles(freshPath(), { 'a.jsonl': lines(1000), 'b.jsonl': good }), out: freshPath() }),
    );
    expect(many.message).toBe('1000 or more problems in the input; nothing was written');
    const endless = await problemsOf({ 'a.jsonl': `${lines(500_000)}`, 'b.jsonl': good });
    expect(endless).toHaveLength(1000);
    expect(endless[0]).toMatch(/^a\.jsonl:1:/);
    expect(endless[999]).toMatch(/^a\.jsonl:1000:/);
    const [first] = await problemsOf({ 'a.json': `[${'1,\n'.repeat(200_000)}1]` });
    expect(first).toMatch(/^a\.json:1: expected a record/);
  });
});

describe('a record of 16 MiB', () => {
  const frame = JSON.stringify({ name: 'large', version: '1', arch: 'amd64', details: '' }).length;
  const record = (size: number): string =>
    JSON.stringify({ name: 'large', version: '1', arch: 'amd64', details: 'x'.repeat(size - frame) });
  const around = asLines(sampleRelease(1000, 0));

  it('is read or refused by its own size, regardless of its neighbours', async () => {
    const refused = /^f\.jsonl:\d+(:\d+)?: .*(16777216|16 MiB|record)/;
    const line = around.split('\n').length;
    const problems = await problemsOf({ 'f.jsonl': `${around}${record(MAX_RECORD_SIZE + 1)}\n${around}` });
    expect(problems).toEqual([expect.stringMatching(refused)]);
    expect(problems[0]).toContain(`f.jsonl:${line}`);
  });

  it('is refused with its line in a file without any separator', async () => {
    const problems = await problemsOf({ 'f.jsonl': 'x'.repeat(2 * MAX_RECORD_SIZE + 12_345) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^f\.jsonl:1/);
    const stanzas = await problemsOf({ Packages: `Package: a\n${'Field: x\n'.repeat(3_000_000)}` });
    expect(stanzas.length).toBeGreaterThan(0);
    expect(stanzas[0]).toMatch(/^Packages:[123](:\d+)?: /);
  });
});
