import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { exitCodes } from '../../src/cli/exit-code.ts';
import { formatProblem } from '../../src/errors.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const workspace = makeWorkspace();
/** A tree that was published before, which bad input must not change. */
const out = join(workspace, 'public');
const good = { 'good.json': JSON.stringify(sampleRecord('good', '1', 'amd64')) };
await build({ input: writeFiles(join(workspace, 'good'), good), out });
let counter = 0;
const freshInput = (files: Files): string => writeFiles(join(workspace, `input-${counter++}`), files);

/** Builds from an input that must be refused, and returns how. Fails if anything was written. */
async function refusal(input: string): Promise<{ readonly exitCode: number; readonly problems: readonly string[] }> {
  const before = stateOf(out);
  const error = await failureOf(build({ input, out }));
  expect(stateOf(out)).toEqual(before);
  const fresh = join(workspace, `never-${counter++}`);
  await expect(build({ input, out: fresh })).rejects.toThrow();
  expect(listPaths(fresh)).toEqual([]);
  return { exitCode: exitCodes[error.code], problems: error.problems.map(formatProblem) };
}

/** JSON text of a record; `raw` is added as it is. */
function recordWith(fields: Readonly<Record<string, unknown>>, raw = ''): string {
  return JSON.stringify(sampleRecord('bad', '1', 'amd64', fields)).replace(/\}$/, `${raw}}`);
}

describe('broken text is refused with exit code 1, file and line', () => {
  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['broken JSON', 'bad.json', '{"name": "a",\n "version": }', /^bad\.json:2:\d+: .+/],
    ['JSON that ends early', 'bad.json', `[\n${recordWith({})},\n{"name"`, /^bad\.json:3(:\d+)?: .+/],
    ['JSON that is not an object', 'bad.json', '\n"a"', /^bad\.json:2: expected a record, found .+/],
    ['broken JSON Lines', 'bad.jsonl', `${recordWith({})}\n{"name" 1}\n`, /^bad\.jsonl:2:\d+: .+/],
    ['broken YAML', 'bad.yaml', 'name: a\nversion: [1\narch: b\n', /^bad\.yaml:[23]:\d+: .+/],
    ['a key twice in YAML', 'bad.yaml', 'name: a\nversion: "1"\narch: b\nname: c\n', /^bad\.yaml:4:\d+: .+/],
    ['a broken stanza', 'Packages', 'Package: a\nVersion: 1\nno colon here\n', /^Packages:3: .+/],
    ['a stanza without a first field', 'Packages', ' continued\nPackage: a\n', /^Packages:1: .+/],
    ['a field twice in a stanza', 'Packages', 'Package: a\nVersion: 1\nVersion: 2\n', /^Packages:3: .+/],
    ['invalid UTF-8 in JSON', 'bad.json', Buffer.from('{\n"name": "\xff"}', 'latin1'), /^bad\.json:2(:\d+)?: .*UTF-8/],
    [
      'invalid UTF-8 in a stanza',
      'Packages',
      Buffer.from('Package: a\nVersion: \xc3\x28\n', 'latin1'),
      /^Packages:[12](:\d+)?: .*UTF-8/,
    ],
    [
      'invalid UTF-8 in YAML',
      'bad.yaml',
      Buffer.from('name: a\nversion: "\xc0\x80"\n', 'latin1'),
      /^bad\.yaml:[12](:\d+)?: .*UTF-8/,
    ],
    [
      'gzip that ends early',
      'Packages.gz',
      gzipSync('Package: a\n'.repeat(500)).subarray(0, 30),
      /^Packages\.gz(:\d+)?: .+/,
    ],
    ['a file named .gz that is neither gzip nor text', 'Packages.gz', 'Package: a\n\0', /^Packages\.gz(:\d+)?: .+/],
    ['a file named .xz that is neither xz nor text', 'Packages.xz', 'Package: a\n\0', /^Packages\.xz(:\d+)?: .+/],
    ['a file named .bz2 that is neither', 'Packages.bz2', 'Package: a\n\0', /^Packages\.bz2(:\d+)?: .+/],
    ['a file named .zst that is neither', 'Packages.zst', 'Package: a\n\0', /^Packages\.zst(:\d+)?: .+/],
  ])('%s', async (_, name, text, expected) => {
    const { exitCode, problems } = await refusal(freshInput({ ...good, [name]: text }));
    expect(exitCode).toBe(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });
});

describe('a bad field is refused with exit code 1, file, line and the name of the field', () => {
  const sha = 'a'.repeat(64);
  it.each<[string, string, string]>([
    ['a name that is a number', recordWith({ name: 1 }), 'name'],
    ['an empty list of arches', recordWith({ arch: [] }), 'arch'],
    ['an arch twice', recordWith({ arch: ['amd64', 'amd64'] }), 'arch'],
    ['`all` next to an arch', recordWith({ arch: ['all', 'amd64'] }), 'arch'],
    ['a negative size', recordWith({ size: -1 }), 'size'],
    ['a fractional size', recordWith({ size: 1.5 }), 'size'],
    ['a size over 2^53', recordWith({ size: undefined }, ',"size":9007199254740993'), 'size'],
    ['a size beyond all numbers', recordWith({ size: undefined }, ',"size":1e999'), 'size'],
    ['a size in words', recordWith({ size: 'twelve' }), 'size'],
    ['a negative installed size', recordWith({ installedSize: -1 }), 'installedSize'],
    ['a digest that is too short', recordWith({ sha256: sha.slice(1) }), 'sha256'],
    ['a digest that is too long', recordWith({ sha256: `${sha}a` }), 'sha256'],
    ['a digest with a letter that is not hexadecimal', recordWith({ sha256: `${sha.slice(1)}g` }), 'sha256'],
    ['a name with a slash', recordWith({ name: 'a/b' }), 'name'],
    ['a name with a backslash', recordWith({ name: 'a\\b' }), 'name'],
    ['the name ..', recordWith({ name: '..' }), 'name'],
    ['an empty name', recordWith({ name: '' }), 'name'],
    ['a name with NUL', recordWith({ name: 'a\0b' }), 'name'],
    ['a name with a control character', recordWith({ name: 'a\u001bb' }), 'name'],
    ['a name with a line break', recordWith({ name: 'a\nb' }), 'name'],
    ['the name __proto__', recordWith({ name: '__proto__' }), 'name'],
    ['a field __proto__', recordWith({}, ',"__proto__":{"polluted":true}'), '__proto__'],
    ['a lone surrogate in a name', recordWith({ name: 'a\ud800' }), 'name'],
    ['a lone surrogate in a text', recordWith({ summary: '\udc00' }), 'summary'],
    ['a lone surrogate in a field of the user’s own', recordWith({ colours: ['\ud800'] }), 'colours'],
    ['a slash in an arch', recordWith({ arch: '../amd64' }), 'arch'],
    ['a slash in a version', recordWith({ version: '../1' }), 'version'],
    ['a path that leads out', recordWith({ path: 'pool/../../secret' }), 'path'],
    ['an absolute path', recordWith({ path: '/etc/passwd' }), 'path'],
    ['a URL that is a script', recordWith({ url: 'javascript:alert(1)' }), 'url'],
    ['dependencies that are a map', recordWith({ dependencies: { a: '1' } }), 'dependencies'],
    ['a field of 300 KB', recordWith({ description: 'x'.repeat(300 * 1024) }), 'description'],
    ['a field of the user’s own of 300 KB', recordWith({ notes: 'x'.repeat(300 * 1024) }), 'notes'],
    ['lists nested too deeply', recordWith({}, `,"deep":${'['.repeat(40)}${']'.repeat(40)}`), 'deep'],
    ['a name of 256 characters', recordWith({ name: 'n'.repeat(256) }), 'name'],
  ])('%s', async (_, text, field) => {
    const { exitCode, problems } = await refusal(freshInput({ 'bad.jsonl': `${good['good.json']}\n${text}\n` }));
    expect(exitCode).toBe(1);
    expect(problems.length).toBeGreaterThanOrEqual(1);
    for (const problem of problems) expect(problem).toMatch(new RegExp(`^bad\\.jsonl:2(:\\d+)?: field "${field}`));
    // A problem is a line for a person: whatever the field held, it neither fills nor commands the terminal.
    for (const problem of problems) expect(problem).toMatch(/^[^\p{Cc}]{1,400}$/u);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['a name', { name: undefined }, 'name', 'version, arch'],
    ['a version', { version: undefined }, 'version', 'name, arch'],
    ['an arch', { arch: undefined }, 'arch', 'name, version'],
    ['a version other than null', { version: null }, 'version', 'name, version, arch'],
  ])('and so is a record without %s', async (_, fields, missing, found) => {
    const { exitCode, problems } = await refusal(freshInput({ 'bad.jsonl': `\n${recordWith(fields)}\n` }));
    expect(exitCode).toBe(1);
    expect(problems).toEqual([`bad.jsonl:2: expected ${missing}, found ${found}, size, sha256, path, summary`]);
  });

  it.each([['details'], ['changelog']])('but 300 KB are accepted in %s, which goes to details/', async (field) => {
    const value = field === 'details' ? { text: 'x'.repeat(300 * 1024) } : 'x'.repeat(300 * 1024);
    const input = freshInput({
      'record.json': JSON.stringify(sampleRecord('heavy', '1', 'amd64', { [field]: value })),
      'repomill.yaml': 'name: heavy\ndetails: [changelog]\n',
    });
    const tree = join(workspace, `heavy-${field}`);
    expect(await build({ input, out: tree })).toMatchObject({ packages: 1 });
    expect(listPaths(tree).filter((path) => path.endsWith('.zz'))).toHaveLength(1);
  });
});

describe('the same name, version and arch', () => {
  const [one, other] = [sampleRecord('twin', '1', 'amd64'), sampleRecord('twin', '1', 'amd64', { size: 2 })];

  it('with different content is refused with exit code 1 and both places', async () => {
    const { exitCode, problems } = await refusal(
      freshInput({ 'a.jsonl': `\n${asLines([one])}`, 'b/c.jsonl': asLines([sampleRecord('x', '1', 'amd64'), other]) }),
    );
    expect(exitCode).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/^b\/c\.jsonl:2: twin 1 \(amd64\) .*\ba\.jsonl:2\b/)]);
  });

  it.each<[string, Files, string]>([
    ['in one file', { 'a.jsonl': asLines([one, other]) }, 'a.jsonl:2: twin 1 (amd64) is also defined at a.jsonl:1'],
    [
      'with white space around the version',
      { 'a.jsonl': asLines([one, sampleRecord('twin', '1 ', 'amd64', { size: 2 })]) },
      'a.jsonl:2: twin 1 (amd64) is also defined at a.jsonl:1',
    ],
    [
      'in the list of an architecture, and in one for all of them',
      {
        'amd64/a.jsonl': asLines([sampleRecord('twin', '1', 'all')]),
        'b.jsonl': asLines([sampleRecord('twin', '1', 'all', { size: 2 })]),
        'repomill.yaml': 'inputs: ["<arch>/*.jsonl", "*.jsonl"]\n',
      },
      'b.jsonl:1: twin 1 (all) is also defined at amd64/a.jsonl:1',
    ],
  ])('with different content is refused %s', async (_title, files, problem) => {
    const { problems } = await refusal(freshInput(files));
    expect(problems).toEqual([`${problem}, with different content`]);
  });

  it.each<[string, readonly string[], string]>([
    ['for two architectures', ['amd64', 'arm64'], '*.jsonl'],
    ['for one architecture and for all', ['amd64', 'all'], '*.jsonl'],
    ['for all, in the lists of two architectures', ['all', 'all'], '<arch>/*.jsonl'],
  ])('but not %s', async (_title, arches, files) => {
    const records = arches.map((arch, size) => asLines([sampleRecord('twin', '1', arch, { size })]));
    const config = `name: a\ninputs: ["${files}"]\n`;
    const paths = files === '*.jsonl' ? ['a.jsonl', 'b.jsonl'] : ['amd64/a.jsonl', 'arm64/b.jsonl'];
    const input = freshInput({
      ...Object.fromEntries(paths.map((path, i) => [path, records[i] ?? ''])),
      'repomill.yaml': config,
    });
    expect((await build({ input, out: join(workspace, `apart-${counter++}`) })).summaries).toHaveLength(2);
  });

  it('with the same content is accepted once', async () => {
    const reversed = Object.fromEntries(Object.entries(one).reverse());
    const input = freshInput({ 'a.json': JSON.stringify([one, one]), 'b.jsonl': asLines([reversed]) });
    expect(await build({ input, out: join(workspace, 'twins') })).toMatchObject({ packages: 1 });
  });
});

describe('all problems of all files', () => {
  it('are reported in one run with file and line, in the order of the files', async () => {
    const input = freshInput({
      'a.json': '{',
      'b.yaml': 'name: [\n',
      'c.jsonl': `${recordWith({ size: -1, sha256: 'x' })}\n${recordWith({ name: '..' })}\n`,
      Packages: 'Package: a\nbroken\n\nPackage: b\nbroken\n',
    });
    const { exitCode, problems } = await refusal(input);
    expect(exitCode).toBe(1);
    expect(problems.map((problem) => /^[^:]+(:\d+)?/.exec(problem)?.[0])).toEqual([
      'Packages:2',
      'Packages:5',
      'a.json:1',
      expect.stringMatching(/^b\.yaml:[12]$/),
      'c.jsonl:1',
      'c.jsonl:1',
      'c.jsonl:2',
    ]);
  });
});

describe('what is nested without end', () => {
  const lists = '['.repeat(5000) + ']'.repeat(5000);
  const objects = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;

  it.each([
    [
      'a.json',
      recordWith({}, `,\n"z":${lists}`),
      /^a\.json:2:1004: expected at most 1000 levels of lists and objects, found more$/,
    ],
    [
      'a.jsonl',
      `{}\n${recordWith({}, `,"z":${objects}`)}`,
      /^a\.jsonl:2:\d+: expected at most 1000 levels of lists and objects, found more$/,
    ],
    [
      'a.jsonc',
      recordWith({}, `,/* x */"z":${objects},`),
      /^a\.jsonc:1:\d+: expected at most 1000 levels of lists and objects, found more$/,
    ],
    ['a.yaml', `name: a\nz: ${lists}\n`, /^a\.yaml:2:67: invalid YAML: nested too deeply$/],
    ['a.toml', `name = "a"\n[${'a.'.repeat(5000)}b]\nc = 1\n`, /^a\.toml:2:2: invalid TOML: nested too deeply$/],
  ])('is refused in %s', async (name, content, problem) => {
    const { exitCode, problems } = await refusal(freshInput({ [name]: content }));
    expect(problems).toContainEqual(expect.stringMatching(problem));
    expect(exitCode).toBe(1);
  });

  it('is refused where it is not part of a record', async () => {
    const input = freshInput({
      'repomill.yaml': 'name: a\ninputs: [{ files: a.json, records: packages.* }]\n',
      'a.json': `{"packages":[${recordWith({})}],"z":${lists}}`,
    });
    expect(await refusal(input)).toEqual({
      exitCode: 1,
      problems: [
        expect.stringMatching(/^a\.json:1:\d+: expected at most 1000 levels of lists and objects, found more$/),
      ],
    });
  });
});

describe('a binary file that begins like UTF-16', () => {
  const binary = Buffer.from('fffe01d80000030405', 'hex');
  const marked = Buffer.from('fffe00000102030405', 'hex');

  it('is skipped without a configuration, like any other that no reader reads', async () => {
    const input = freshInput({
      ...good,
      'x.bin': binary,
      'y.bin': marked,
      'z.bin': Buffer.from('6100d800d800', 'hex'),
    });
    expect((await build({ input, out: join(workspace, `binary-${counter++}`) })).skipped).toEqual([
      'x.bin',
      'y.bin',
      'z.bin',
    ]);
  });

  it('is a problem under a name that a reader reads', async () => {
    expect(await refusal(freshInput({ ...good, 'x.json': binary }))).toEqual({
      exitCode: 1,
      problems: ['x.json:1:1: expected utf-16le text, found the bytes ff fe 01 d8 00 00'],
    });
  });

  it('is a problem if the configuration names it', async () => {
    const config = 'name: a\ninputs: [{ files: x.bin, reader: json }, { files: good.json }]\n';
    const { problems } = await refusal(freshInput({ ...good, 'repomill.yaml': config, 'x.bin': binary }));
    expect(problems).toEqual(['x.bin:1:1: expected utf-16le text, found the bytes ff fe 01 d8 00 00']);
  });
});
