/**
 * Records as people have them: in several formats, in encodings other than UTF-8, and with versions that look like numbers.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client.ts';
import { formatProblem } from '../../src/errors.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { failureOf } from '../failure.ts';
import { digestsOf, makeWorkspace, writeFiles } from '../workspace.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** The tree that a build makes of files. */
async function buildOf(files: Files, cache?: string): Promise<string> {
  const out = freshPath();
  await build({
    input: writeFiles(freshPath(), { 'repomill.yaml': 'name: test\n', ...files }),
    out,
    ...(cache && { cache }),
  });
  return out;
}

/** The problems of a build that must be refused. */
async function problemsOf(files: Files): Promise<readonly string[]> {
  const input = writeFiles(freshPath(), { 'repomill.yaml': 'name: test\n', ...files });
  return (await failureOf(build({ input, out: freshPath() }))).problems.map(formatProblem);
}

/** The records of a tree, by name. */
async function recordsOf(tree: string, names: readonly string[]): Promise<readonly unknown[]> {
  const repository = await openRepository({ source: directorySource(tree) });
  const found = await Promise.all(names.map((name) => repository.show(name, { arch: 'all' })));
  return found.map(([first]) => first?.record);
}

describe('the same records', () => {
  const records = [
    { name: 'a', version: '1.10', arch: 'all', summary: 'says "hé, you"', homepage: 'https://example.org/a' },
    { name: 'b', version: '2', arch: 'all' },
  ];
  const csv = 'name,version,arch,summary,homepage\na,1.10,all,"says ""hé, you""",https://example.org/a\nb,2,all,,\n';
  const toml = [
    'name = "a"\nversion = "1.10"\narch = "all"\nsummary = "says \\"hé, you\\""\nhomepage = "https://example.org/a"\n',
    'name = "b"\nversion = "2"\narch = "all"\n',
  ];
  const yaml = records.map((record) => `- ${JSON.stringify(record)}\n`).join('');
  const utf16 = Buffer.from(`\ufeff${yaml}`, 'utf16le');

  it.each<[string, Files]>([
    ['CSV', { 'a.csv': csv }],
    ['CSV with semicolons', { 'a.csv': csv.replaceAll(',', ';').replace('hé; you', 'hé, you') }],
    ['TSV', { 'a.tsv': csv.replaceAll(',', '\t').replace('hé\t you', 'hé, you') }],
    ['TOML', { 'a.toml': toml[0] ?? '', 'b.toml': toml[1] ?? '' }],
    [
      'JSON with comments',
      { 'a.jsonc': `[ // all\n${records.map((record) => JSON.stringify(record)).join(',\n')},\n]` },
    ],
    ['YAML', { 'a.yaml': yaml }],
    ['YAML with carriage returns', { 'a.yaml': yaml.replaceAll('\n', '\r\n') }],
    ['YAML without quotation marks', { 'a.yaml': yaml.replaceAll(/"(1.10|2)"/g, '$1') }],
    ['YAML in UTF-16', { 'a.yaml': utf16 }],
    ['YAML in UTF-16, the other way round', { 'a.yaml': Buffer.from(utf16).swap16() }],
    ['CSV in UTF-16 without a byte order mark', { 'a.csv': Buffer.from(csv, 'utf16le') }],
    [
      'CSV in Latin-1',
      { 'a.csv': latin1(csv), 'repomill.yaml': 'name: test\ninputs: [{files: "*", encoding: latin1}]\n' },
    ],
    [
      'TOML in Latin-1',
      {
        'a.toml': latin1(toml[0] ?? ''),
        'b.toml': latin1(toml[1] ?? ''),
        'repomill.yaml': 'name: test\ninputs: [{files: "*", encoding: latin1}]\n',
      },
    ],
    [
      'YAML in Latin-1',
      { 'a.yaml': latin1(yaml), 'repomill.yaml': 'name: test\ninputs: [{files: "*", encoding: latin1}]\n' },
    ],
  ])('make the same tree in %s', async (_format, files) => {
    const expected = await buildOf({ 'a.json': JSON.stringify(records) });
    expect(digestsOf(await buildOf(files))).toEqual(digestsOf(expected));
  });
});

describe('a version that YAML takes for a number', () => {
  it('is published as it is written', async () => {
    const versions = [
      ...['1.20', '72551e2', '23.01', '2024-01-02', '010', '0x10', '1_000', '1.0.0'],
      ...['0o10', '.5', '1.', '+1', '.inf', '1e400', '123456789012345678901', 'yes', '12:30:45'],
    ];
    const text = versions.map(
      (version, i) => `---\nname: p${i}\nversion: ${version}\narch: all\n${i < 8 ? `mine: ${version}\n` : ''}`,
    );
    const records = await recordsOf(
      await buildOf({ 'a.yaml': text.join('') }),
      versions.map((_, i) => `p${i}`),
    );
    expect(records).toMatchObject(versions.map((version) => ({ version })));
    // A field of the user keeps the type that YAML gives it.
    expect(records.slice(0, 8).map((record) => Object(record).mine)).toEqual([
      ...[1.2, 7255100, 23.01, '2024-01-02'],
      ...[10, 16, '1_000', '1.0.0'],
    ]);
  });

  it('is none if YAML takes it for true, a list or a map', async () => {
    const yaml = ['true', '[1.0]', '{ a: 1 }'].map((version) => `name: a\nversion: ${version}\narch: all\n`);
    expect(await problemsOf({ 'a.yaml': yaml.join('---\n') })).toEqual([
      'a.yaml:1: field "version": expected a string, found true; put it in quotation marks',
      'a.yaml:5: field "version": expected a string, found a list',
      'a.yaml:9: field "version": expected a string, found an object',
    ]);
  });

  it('is refused in JSON and in TOML, which tell texts from numbers', async () => {
    const files = {
      'a.json': '[\n{"name": "a", "version": 1.20, "arch": "all"}]',
      'b.toml': '\nname = "b"\nversion = 1.20\narch = "all"\n',
    };
    expect(await problemsOf(files)).toEqual([
      'a.json:2: field "version": expected a string, found 1.2; put it in quotation marks',
      'b.toml:2: field "version": expected a string, found 1.2; put it in quotation marks',
    ]);
  });
});

describe('a file in Latin-1', () => {
  const stanza = latin1('Package: umlaut\nVersion: 1.0\nArchitecture: all\nMaintainer: J\xf6rg M\xfcller\n');

  it('is refused with its line, its column, its bytes and a way on', async () => {
    expect(await problemsOf({ Packages: stanza })).toEqual([
      'Packages:4:14: expected UTF-8 text, found the byte f6; if the file has a different encoding, name it, as in `encoding: latin1`',
    ]);
  });

  it('is refused in every format alike', async () => {
    const csv = 'name,version,arch,Maintainer\numlaut,1.0,all,M\xfcller\n';
    const files = {
      'a.csv': latin1(csv),
      'a.toml': latin1('name = "umlaut"\nMaintainer = "M\xfcller"\n'),
      'a.yaml': latin1('name: umlaut\nMaintainer: M\xfcller\n'),
    };
    const expected =
      'expected UTF-8 text, found the byte fc; if the file has a different encoding, name it, as in `encoding: latin1`';
    expect(await problemsOf(files)).toEqual([
      `a.csv:2:17: ${expected}`,
      `a.toml:2:16: ${expected}`,
      `a.yaml:2:14: ${expected}`,
    ]);
  });

  it('is read with the encoding of its rule, in one piece or in chunks, from disk or from the cache', async () => {
    const many = Array.from(
      { length: 8000 },
      (_, i) => `Package: p${i}\nVersion: 1\nArchitecture: all\nMaintainer: M\xfcller\n`,
    );
    const config = 'name: test\ninputs: [{files: Packages, encoding: latin1}]\n';
    const cache = freshPath();
    const tree = await buildOf({ 'repomill.yaml': config, Packages: latin1(many.join('\n')) }, cache);
    expect(await recordsOf(tree, ['p7999'])).toMatchObject([{ Maintainer: 'Müller' }]);
    const again = await buildOf({ 'repomill.yaml': config, Packages: latin1(many.join('\n')) }, cache);
    expect(digestsOf(again)).toEqual(digestsOf(tree));
    expect(await recordsOf(await buildOf({ 'repomill.yaml': config, Packages: stanza }), ['umlaut'])).toMatchObject([
      { Maintainer: 'Jörg Müller' },
    ]);
  });

  it('is not believed to be in an encoding that it is not in', async () => {
    const config = 'name: test\ninputs: [{files: Packages, encoding: euc-jp}]\n';
    expect(await problemsOf({ 'repomill.yaml': config, Packages: stanza })).toEqual([
      'Packages:4:14: expected euc-jp text, found the bytes f6 72',
    ]);
  });
});

describe('JSON that other programs are lenient about', () => {
  const text = '{\n  "name": "mpc",\n  "version": "22.02",\n  "arch": "x64",\n  // comment\n  "bin": ["a.exe",],\n}\n';

  it('is refused with the place, and with a way on', async () => {
    expect(await problemsOf({ 'mpc.json': text })).toEqual([
      'mpc.json:5:3: invalid JSON: expected a key in quotation marks, found "/"; for comments and trailing commas, name the file *.jsonc or set `reader: jsonc`',
    ]);
  });

  it('is read by the reader that the message names', async () => {
    const config = 'name: test\ninputs: [{files: "*.json", reader: jsonc}]\n';
    const repository = await openRepository({
      source: directorySource(await buildOf({ 'repomill.yaml': config, 'mpc.json': text })),
    });
    const [found] = await repository.show('mpc', { arch: 'x64' });
    expect(found?.record).toMatchObject({ version: '22.02', bin: ['a.exe'] });
  });
});

describe('a large table', () => {
  it('is read row by row', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `p${i},1.${i},all,"line one\nline ${i}"`);
    const tree = await buildOf({ 'all.csv': `name,version,arch,note\n${rows.join('\n')}\n` });
    expect(await recordsOf(tree, ['p19999'])).toMatchObject([{ version: '1.19999', note: 'line one\nline 19999' }]);
  });

  it('has its problems reported with their lines', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => (i % 2500 === 999 ? `p${i},1` : `p${i},1,all,"a\nb"`));
    expect(await problemsOf({ 'all.csv': `name,version,arch,note\n${rows.join('\n')}\n` })).toEqual([
      'all.csv:2000: row: expected 4 cells, as in the header, found 2',
      'all.csv:6999: row: expected 4 cells, as in the header, found 2',
    ]);
  });
});
