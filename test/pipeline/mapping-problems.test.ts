/**
 * What a person is told about records that do not fit: each kind of problem once, by the names of the file, with a mapping that
 * helps. Every mapping of a hint is tried.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatProblem } from '../../src/errors.ts';
import { failureOf } from '../failure.ts';
import { asLines } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { contentsOf, type Files, recordsIn } from './registry-files.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const inputOf = (config: string | undefined, files: Files): string =>
  writeFiles(freshPath(), contentsOf(files, config));

/** What a person sees of a build that must fail: warnings, problems, the error and the hint. */
async function refusalOf(config: string | undefined, files: Files) {
  const input = inputOf(config, files);
  const warnings: string[] = [];
  const progress = { warn: (message: string) => void warnings.push(message.replace(`${input}/`, '')) };
  const { message, hint, problems } = await failureOf(build({ input, out: freshPath(), progress }));
  return { warnings, problems: problems.map(formatProblem), message, hint };
}

/** What a person sees of a build that works. */
async function built(config: string, files: Files) {
  const input = inputOf(config, files);
  const out = freshPath();
  const warnings: string[] = [];
  await build({ input, out, progress: { warn: (message) => void warnings.push(message.replace(`${input}/`, '')) } });
  return { warnings, records: await recordsIn(out) };
}

/** The mapping that a hint shows, as a configuration. */
function shownIn(hint: string | undefined): string {
  const [, shown = ''] = /`(inputs: .*?)`/.exec(hint ?? '') ?? [];
  return shown;
}

const plugin = (id: number, fields: object) => ({ name: `p${id}`, version: '1', arch: 'all', ...fields });
const plugins = (count: number, fieldsOf: (id: number) => object) =>
  Array.from({ length: count }, (_, i) => plugin(i, fieldsOf(i)));
const SIZE = 'expected an integer from 0 to 9007199254740991';

describe('a known field with a value of another type', () => {
  const files = { 'a.jsonl': asLines(plugins(1000, (i) => ({ dependencies: { [`x${i}`]: '^1' } }))) };

  it('is one problem for all records, and the mapping of the hint gives it another name', async () => {
    const { problems, hint, message } = await refusalOf(undefined, files);
    expect(problems).toEqual([
      'a.jsonl:1: field "dependencies": expected a list of strings, found an object (1,000 records)',
    ]);
    expect(message).toBe('1 problem in the input; nothing was written');
    expect(hint).toBe(
      'map them in repomill.yaml, such as `inputs: [{ files: "**/*.jsonl", fields: { their-dependencies: dependencies } }]`',
    );
    const { records, warnings } = await built(shownIn(hint), files);
    expect(records).toHaveLength(1000);
    expect(records[0]).toEqual({ name: 'p0', version: '1', arch: 'all', 'their-dependencies': { x0: '^1' } });
    expect(warnings).toEqual([]);
  });

  it('is named as the file names it, and the hint replaces the line that does not fit', async () => {
    const config = 'inputs: [{ files: "*", fields: { dependencies: depends, size: dl.bytes } }]';
    const own = { 'a.json': plugins(2, () => ({ depends: { x: '1' }, dl: { bytes: 5 } })) };
    const { problems, hint } = await refusalOf(config, own);
    expect(problems).toEqual(['a.json:1: field "depends": expected a list of strings, found an object (2 records)']);
    expect(hint).toBe(
      'map them in repomill.yaml, such as `inputs: [{ files: "*", fields: { size: dl.bytes, their-depends: depends } }]`',
    );
    const { records } = await built(shownIn(hint), own);
    expect(records[0]).toEqual({ name: 'p0', version: '1', arch: 'all', size: 5, 'their-depends': { x: '1' } });
  });

  it.each<[string, object, string, object]>([
    [
      'a number for a text becomes a text',
      { version: 5 },
      'inputs: [{ files: "**/*.json", fields: { version: "{version}" } }]',
      { version: '5' },
    ],
    [
      'a map of names gives one of them',
      { name: { en: 'Clock', de: 'Uhr' } },
      'inputs: [{ files: "**/*.json", fields: { name: name.en } }]',
      { name: 'Clock' },
    ],
    [
      'a list of names gives its first',
      { name: ['clock', 'time'] },
      'inputs: [{ files: "**/*.json", fields: { name: name.0 } }]',
      { name: 'clock' },
    ],
    [
      'several fields are in one hint',
      { licence: { spdx: 'MIT' }, summary: ['a'], tags: { a: true } },
      'inputs: [{ files: "**/*.json", fields: { their-licence: licence, their-summary: summary, their-tags: tags } }]',
      { 'their-licence': { spdx: 'MIT' }, 'their-summary': ['a'], 'their-tags': { a: true } },
    ],
  ])('%s', async (_title, fields, shown, expected) => {
    const own = { 'a.json': plugin(0, fields) };
    const { hint } = await refusalOf(undefined, own);
    expect(shownIn(hint)).toBe(shown);
    const { records } = await built(shown, own);
    expect(records).toEqual([expect.objectContaining(expected)]);
  });

  it('has no hint if another value would be needed', async () => {
    expect((await refusalOf(undefined, { 'a.json': plugin(0, { version: [] }) })).hint).toBeUndefined();
  });
});

describe('a field of a package manager', () => {
  const unsafe = 'expected a relative path without empty, "." or ".." segments, backslashes or control characters';
  const digits = 'expected 64 lower-case hexadecimal digits';

  it.each<[string, string, readonly string[]]>([
    [
      'Packages',
      'Package: a\nVersion: 1\nArchitecture: all\nFilename: ../a.deb\nSHA256: x\n',
      [`field "Filename": ${unsafe}, found "../a.deb"`, `field "SHA256": ${digits}, found "x"`],
    ],
    ['Packages', 'Package: a\nFilename: a.deb\n', ['expected Version and Architecture, found Package, Filename']],
    [
      'Packages',
      'Package: a/b\nVersion: 1\nArchitecture: all\nDescription: \ud83d\n',
      ['field "Package": expected no slash, backslash or control character, found "a/b"'],
    ],
    [
      'Packages',
      'Package: a\nVersion: 1\nArchitecture: all\nFilename: a.ipk\nSHA256sum: x\n',
      [`field "SHA256sum": ${digits}, found "x"`],
    ],
    [
      'APKINDEX',
      'P:a/b\nV:1\n\n',
      ['expected A, found P, V, path', 'field "P": expected no slash, backslash or control character, found "a/b"'],
    ],
    [
      'desc',
      '%NAME%\na\n\n%VERSION%\n1\n\n%FILENAME%\n/a.pkg\n\n%SHA256SUM%\nx\n',
      [
        'expected %ARCH%, found %NAME%, %VERSION%, %FILENAME%, %SHA256SUM%',
        `field "%FILENAME%": ${unsafe}, found "/a.pkg"`,
        `field "%SHA256SUM%": ${digits}, found "x"`,
      ],
    ],
    [
      'Packages',
      'ARCH: amd64\n\nCPV: app-misc/a-1\nPATH: /a.tbz2\n\nCPV: app-misc/b-1\nSIZE: 9007199254740993\n',
      [
        `field "PATH": ${unsafe}, found "/a.tbz2"`,
        'field "SIZE": expected a whole number of at most 9007199254740991, found "9007199254740993"',
      ],
    ],
  ])('is named as in %s: %j', async (name, content, problems) => {
    const found = (await refusalOf(undefined, { [name]: content })).problems;
    expect(found.map((problem) => problem.replace(/^\w+:\d+: /, ''))).toEqual(problems);
  });

  it('is named so behind a mapping, too, and where it differs from the path', async () => {
    const stanza = 'Package: a\nVersion: 1\nArchitecture: amd64\nFilename: a.deb\nSource: ../x\n';
    const config = 'inputs: [{ files: "<arch>/<name>_Packages", fields: { path: "{Source}", size: path } }]';
    expect((await refusalOf(config, { 'i386/b_Packages': stanza })).problems).toEqual([
      'i386/b_Packages:1: field "Package": expected b, as in the path, found "a"',
      'i386/b_Packages:1: field "Architecture": expected i386, as in the path, found amd64',
      `i386/b_Packages:1: field "Source": ${unsafe}, found "../x"`,
      `i386/b_Packages:1: field "Filename": ${SIZE}, found "a.deb"`,
    ]);
    expect((await refusalOf('inputs: ["<arch>/Packages"]', { 'i386/Packages': stanza })).problems).toEqual([
      'i386/Packages:1: field "Architecture": expected i386, as in the path, found amd64',
    ]);
  });
});

describe('problems of one kind', () => {
  it('are each shown if they are few, and are told of once if they are many', async () => {
    const few = await refusalOf(undefined, { 'a.jsonl': asLines(plugins(10, (i) => ({ size: `${i} MB` }))) });
    expect(few.problems).toEqual(
      Array.from({ length: 10 }, (_, i) => `a.jsonl:${i + 1}: field "size": ${SIZE}, found "${i} MB"`),
    );
    expect(few.hint).toBeUndefined();
    const files = { 'a.jsonl': asLines(plugins(11, (i) => ({ size: `${i} MB` }))) };
    const many = await refusalOf(undefined, files);
    expect(many.problems).toEqual([`a.jsonl:1: field "size": ${SIZE}, found "0 MB" (11 records)`]);
    expect(shownIn(many.hint)).toBe('inputs: [{ files: "**/*.jsonl", fields: { their-size: size } }]');
    expect((await built(shownIn(many.hint), files)).records).toHaveLength(11);
  });

  it('are counted across files, chunks and positions, each rule and each kind by itself', async () => {
    const files = {
      ...Object.fromEntries(plugins(300, () => ({ size: 'big' })).map((record, i) => [`a/${i + 100}.json`, record])),
      'b/b.json': plugins(20, (i) => ({ dependencies: [...Array(i).fill('x'), 7, 8] })),
      'b/c.jsonl': asLines(plugins(20_000, () => ({ size: 'big' }))),
    };
    const { problems, hint } = await refusalOf('inputs: ["a/*", "b/*"]', files);
    expect(problems).toEqual([
      `a/100.json:1: field "size": ${SIZE}, found "big" (300 records)`,
      'b/b.json:1: field "dependencies[0]": expected a string, found 7; put it in quotation marks (20 records)',
      `b/c.jsonl:1: field "size": ${SIZE}, found "big" (20,000 records)`,
    ]);
    expect(hint).toBe(
      'map them in repomill.yaml, such as `{ files: "a/*", fields: { their-size: size } }` as inputs[0]',
    );
  });

  it('are numbers in some records for a field that others lack', async () => {
    const config = 'inputs: [{ files: "*", fields: { version: latest.version }, defaults: { arch: all } }]';
    const files = {
      'a.json': [
        { name: 'a', latest: { version: 2.5 } },
        { name: 'b', latest: null },
      ],
    };
    const { problems, hint } = await refusalOf(config, files);
    expect(problems).toEqual([
      'a.json:1: expected version (from latest.version), found name, latest',
      'a.json:1: field "latest.version": expected a string, found 2.5; put it in quotation marks',
    ]);
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "*", fields: { version: "{latest.version}" }, defaults: { arch: all } }]',
    );
  });

  it('are a second value for a field in each record', async () => {
    const files = {
      'a.jsonl': asLines(plugins(1000, (i) => (i % 2 === 0 ? { id: `i${i}` } : { id: `i${i}`, name: undefined }))),
    };
    const config = 'inputs: [{ files: "*", fields: { name: id } }]';
    const { problems, hint } = await refusalOf(config, files);
    expect(problems).toEqual([
      'a.jsonl:1: field "name": comes from "id", but the record has a field of this name, too (500 records)',
    ]);
    expect(shownIn(hint)).toBe('inputs: [{ files: "*", fields: { name: id, title: name } }]');
    const { records } = await built(shownIn(hint), files);
    expect(records).toHaveLength(1000);
    expect(records[0]).toEqual({ name: 'i0', title: 'p0', version: '1', arch: 'all' });
  });

  it('are in the same run as fields that are missing, and in one hint', async () => {
    const chart = { id: 'c', label: 'C', version: 3, dependencies: [{ name: 'redis' }], size: -1 };
    const { problems, hint } = await refusalOf(undefined, { 'a.json': chart });
    expect(problems).toEqual([
      'a.json:1: expected name and arch, found id, label, version, dependencies, size',
      'a.json:1: field "version": expected a string, found 3; put it in quotation marks',
      'a.json:1: field "dependencies[0]": expected a string, found an object',
      `a.json:1: field "size": ${SIZE}, found -1`,
    ]);
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "**/*.json", ' +
        'fields: { name: id, version: "{version}", their-dependencies: dependencies }, defaults: { arch: all } }]',
    );
    const { records } = await built(shownIn(hint), { 'a.json': { ...chart, size: 1 } });
    expect(records).toEqual([
      { name: 'c', label: 'C', version: '3', arch: 'all', size: 1, 'their-dependencies': [{ name: 'redis' }] },
    ]);
  });
});

describe('the mapping of a hint', () => {
  const lacking = { id: 'a', version: '1' };

  it('reads all files that were read without it', async () => {
    const files = {
      'a/a.json': lacking,
      'b.yaml': 'name: b\nversion: "1"\narch: all\n',
      'c/Packages': 'Package: c\nVersion: 1\nArchitecture: all\n',
      'README.md': '# Not read\n',
    };
    const { hint } = await refusalOf(undefined, files);
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "**/*.json", fields: { name: id }, defaults: { arch: all } }, "**/*.yaml", "**/Packages"]',
    );
    expect((await built(shownIn(hint), files)).records).toHaveLength(3);
  });

  it('takes the name from the path if every file lacks one', async () => {
    const files = { 'apps/a.json': { version: '1', url: ['x'] }, 'apps/b.json': { version: '2' } };
    const { hint } = await refusalOf(undefined, { ...files, 'c.yaml': 'name: c\nversion: "1"\narch: all\n' });
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "apps/<name>.json", fields: { their-url: url }, defaults: { arch: all } }, "**/*.yaml"]',
    );
    const { records } = await built(shownIn(hint), files);
    expect(records).toEqual([
      { name: 'a', version: '1', arch: 'all', 'their-url': ['x'] },
      { name: 'b', version: '2', arch: 'all' },
    ]);
    const own = await refusalOf(undefined, { 'a.json': { version: '1' }, 'b.json': plugin(1, {}) });
    expect(shownIn(own.hint)).toBe('inputs: [{ files: "**/*.json", fields: { name: … }, defaults: { arch: all } }]');
  });

  it('names the records within a document', async () => {
    const chart = (version: string) => ({
      name: 'a',
      version,
      dependencies: [{ name: 'b' }],
      urls: ['https://x.org/a'],
    });
    const files = { 'charts.json': { apiVersion: 'v1', entries: { a: [chart('1'), chart('2')], b: [chart('3')] } } };
    const { problems, hint } = await refusalOf(undefined, files);
    expect(problems).toEqual(['charts.json:1: expected name, version and arch, found apiVersion, entries']);
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "**/*.json", records: entries.*.*, ' +
        'fields: { url: urls.0, their-dependencies: dependencies }, defaults: { arch: all } }]',
    );
    expect((await built(shownIn(hint), files)).records).toHaveLength(3);
  });

  it('takes another field for the name if `name` is a title', async () => {
    const mod = { identifier: 'Demo', name: 'Demo / Example', version: '1', arch: 'all' };
    const { problems, hint } = await refusalOf(undefined, { 'a.json': mod });
    expect(problems).toEqual([
      'a.json:1: field "name": expected no slash, backslash or control character, found "Demo / Example"',
    ]);
    expect(shownIn(hint)).toBe('inputs: [{ files: "**/*.json", fields: { name: identifier, title: name } }]');
    expect((await built(shownIn(hint), { 'a.json': mod })).records).toEqual([
      { name: 'Demo', title: 'Demo / Example', version: '1', arch: 'all' },
    ]);
    expect((await refusalOf(undefined, { 'a.json': { ...mod, identifier: 'a/b' } })).hint).toBeUndefined();
  });

  it('keeps the other keys of the rule', async () => {
    const config =
      'inputs: [{ files: "*", reader: json, records: [list.<name>, \'"x.y".*\'], where: size > 1, ' +
      'fields: { url: dl.u }, defaults: { section: main }, omit: [noise], invalid: fail }]';
    const { hint } = await refusalOf(config, {
      'a.txt': { list: { a: { version: '1', size: 2, dl: { u: 'https://x.org/' }, noise: 1 } } },
    });
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "*", reader: json, where: "size > 1", records: [list.<name>, "\\"x.y\\".*"], ' +
        'fields: { url: dl.u }, defaults: { section: main, arch: all }, omit: [noise] }]',
    );
  });

  it('is for a copy of the preset if a preset is used', async () => {
    const { hint } = await refusalOf('preset: helm', { 'index.yaml': { entries: { a: [{ name: 'a' }] } } });
    expect(hint).toBe(
      'say in repomill.yaml where they are, such as `fields: { version: … }` in a copy of the preset ' +
        '(templates/presets/helm.yaml), or let `repomill init DIR --from INPUT` guess',
    );
  });
});

describe('an input of which nothing is left', () => {
  const bad = asLines(plugins(30, () => ({ size: -1 })));

  it('says what was skipped', async () => {
    const { warnings, problems, message, hint } = await refusalOf('inputs: [{ files: "*", invalid: skip }]', {
      'a.jsonl': bad,
    });
    expect(warnings).toEqual([
      '30 bad records left out (`invalid: skip`)',
      ...[1, 2, 3, 4, 5].map((line) => `a.jsonl:${line}: field "size": ${SIZE}, found -1`),
      '… and 25 more bad records',
    ]);
    expect(problems).toEqual([]);
    expect(message).toBe('no package records found; 30 bad records left out (`invalid: skip`); nothing was written');
    expect(hint).toBe(
      '`repomill build --explain FILE` shows how a file is read, or add --allow-empty to publish a repository without packages',
    );
  });

  it('says which query matched nothing', async () => {
    const config = 'inputs: [{ files: "*", where: type = app }]';
    const { warnings, message } = await refusalOf(config, { 'a.jsonl': asLines(plugins(30, () => ({ type: 'lib' }))) });
    expect(warnings).toEqual(['repomill.yaml:2: inputs[0].where: `type = app` matches none of 30 records']);
    expect(message).toBe(
      'no package records found; inputs[0].where: `type = app` matches none of 30 records; nothing was written',
    );
  });

  it('says which files were tried if there is none', async () => {
    expect(await refusalOf('inputs: ["*.json"]', { 'a.yaml': 'name: a\n' })).toMatchObject({
      message: 'no package records found; nothing was written',
      hint:
        'tried: *.json; found a.yaml; set `inputs:` in repomill.yaml to read other files, ' +
        'or add --allow-empty to publish a repository without packages',
    });
  });
});

describe('a record that is left out', () => {
  it('is counted once, with all that is wrong, and what it lacks as without `invalid: skip`', async () => {
    const records = [plugin(0, {}), plugin(1, { size: -1, sha256: 'x' }), { id: 'a', size: -1 }];
    const { warnings } = await built('inputs: [{ files: "*", invalid: skip }]', { 'a.jsonl': asLines(records) });
    const size = `field "size": ${SIZE}, found -1`;
    expect(warnings).toEqual([
      '2 bad records left out (`invalid: skip`)',
      `a.jsonl:2: ${size}; field "sha256": expected 64 lower-case hexadecimal digits, found "x"`,
      `a.jsonl:3: expected name, version and arch, found id, size; ${size}`,
    ]);
  });
});

describe('a query that matches nothing', () => {
  it('is a warning, besides other records', async () => {
    const files = { 'a.json': plugin(0, { type: 'lib' }), 'b.json': plugin(1, {}) };
    const config = 'inputs: [{ files: a.json, where: type = app }, b.json]';
    expect((await built(config, files)).warnings).toEqual([
      'repomill.yaml:2: inputs[0].where: `type = app` matches none of 1 record',
    ]);
  });
});

describe('a way to records', () => {
  const hint =
    'say in `records:` of repomill.yaml where the records are, or let `repomill init DIR --from INPUT` guess; ' +
    '`invalid: skip` leaves other values out';
  const config = 'inputs: [{ files: "*", records: plugins.*, defaults: { arch: all } }]';

  it('that is almost right is told of once for many documents', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `${i + 10}.json`,
        { plugin: [{ name: `p${i}`, version: '1' }], [`x${i}`]: 1 },
      ]),
    );
    expect(await refusalOf(config, files)).toMatchObject({
      problems: [
        '10.json:1: records: expected `plugins.*`, found a map with plugin, x0; did you mean `plugin.*`? (12 times)',
      ],
      hint,
    });
    expect((await built(config.replace('plugins', 'plugin'), files)).records).toHaveLength(12);
  });

  it('that meets other values says each, and `invalid: skip` leaves them out', async () => {
    const files = { 'a.yaml': 'plugins:\n  a: text\n  b: { name: b, version: "1" }\n  c: [3]\n' };
    expect(await refusalOf(config, files)).toMatchObject({
      problems: [
        'a.yaml:2: records `plugins.*`: expected a record, found "text"',
        'a.yaml:4: records `plugins.*`: expected a record, found 3',
      ],
      hint,
    });
    const { records, warnings } = await built(config.replace(' }]', ', invalid: skip }]'), files);
    expect(records).toHaveLength(1);
    expect(warnings[0]).toBe('2 bad records left out (`invalid: skip`)');
  });

  it.each(['a.json', 'a.yaml'])(
    'that no entry has is an error, and a warning besides other records: %s',
    async (name) => {
      const files = { [name]: { packages: [{ name: 'a' }, { name: 'b' }] } };
      const rule = `{ files: "${name}", records: packages.*.versions.*, defaults: { arch: all } }`;
      const message = 'inputs[0].records: no record is at `packages.*.versions.*`';
      expect(await refusalOf(`inputs: [${rule}]`, files)).toMatchObject({
        warnings: [`repomill.yaml:2: ${message}`],
        message: `no package records found; ${message}; nothing was written`,
      });
      const { warnings } = await built(`inputs: [${rule}, b.jsonl]`, { ...files, 'b.jsonl': asLines([plugin(0, {})]) });
      expect(warnings).toEqual([`repomill.yaml:2: ${message}`]);
    },
  );

  it('that only some entries have gives their records', async () => {
    const files = { 'a.json': { packages: [{ name: 'a' }, { name: 'b', versions: [{ version: '1' }] }] } };
    const { records, warnings } = await built(
      'inputs: [{ files: "*", records: packages.*.versions.*, fields: { name: name }, defaults: { arch: all } }]',
      files,
    );
    expect(records).toEqual([{ name: 'b', version: '1', arch: 'all' }]);
    expect(warnings).toEqual([]);
  });
});

describe('a name or a version that is not in the record', () => {
  it('is refused with where it is', async () => {
    const record = { version: '1', arch: 'all' };
    const keyed = 'inputs: [{ files: "*.json", records: list.<name> }]';
    expect((await refusalOf(keyed, { 'a.json': { list: { 'a/b': record } } })).problems).toEqual([
      'a.json:1: field "name": expected no slash, backslash or control character, found "a/b" as the key of the map',
    ]);
    const named = 'inputs: ["<name>-<size>.json"]';
    expect((await refusalOf(named, { 'a-big.json': record })).problems).toEqual([
      `a-big.json:1: field "size": ${SIZE}, found "big" in the path of the file`,
    ]);
  });

  it('is named with the source that has no value', async () => {
    const config = 'inputs: [{ files: "*.json", fields: { name: idd, version: "{vers.no}", title: name } }]';
    const { problems, hint } = await refusalOf(config, { 'a.json': { id: 'a', vers: '1', arch: 'all' } });
    expect(problems).toEqual(['a.json:1: expected name (from idd) and version (from {vers.no}), found id, vers, arch']);
    expect(shownIn(hint)).toBe('inputs: [{ files: "*.json", fields: { name: id, version: vers, title: name } }]');
  });
});

describe('a record in a file whose path says something else', () => {
  it('is refused with all that differs, by the names of the file', async () => {
    const config = 'inputs: [{ files: "<arch>/<name>-<version>.yaml", fields: { name: id } }]';
    const { problems, hint } = await refusalOf(config, {
      'amd64/x-1.10.yaml': 'id: y\nversion: 1.10\narch: arm64\nsize: big\n',
    });
    expect(problems).toEqual([
      'amd64/x-1.10.yaml:1: field "id": expected x, as in the path, found "y"',
      'amd64/x-1.10.yaml:1: field "arch": expected amd64, as in the path, found arm64',
      `amd64/x-1.10.yaml:1: field "size": ${SIZE}, found "big"`,
    ]);
    expect(hint).toBeUndefined();
  });

  it('is valid if only white space differs, and gets the other name from the hint if many differ', async () => {
    const record = 'name: "a "\nversion: " 1"\narch: all\n';
    expect((await built('inputs: ["<name>-<version>.yaml"]', { 'a-1.yaml': record })).records).toEqual([
      { name: 'a', version: '1', arch: 'all' },
    ]);
    const files = Object.fromEntries(
      plugins(11, () => ({})).map((one, i) => [`${i + 10}.json`, { ...one, name: `P ${i}` }]),
    );
    const { problems, hint } = await refusalOf('inputs: ["<name>.json"]', files);
    expect(problems).toEqual(['10.json:1: field "name": expected 10, as in the path, found "P 0" (11 records)']);
    expect(shownIn(hint)).toBe('inputs: [{ files: "<name>.json", fields: { title: name } }]');
    expect((await built(shownIn(hint), files)).records[0]).toEqual({
      name: '10',
      title: 'P 0',
      version: '1',
      arch: 'all',
    });
  });
});

describe('an own field with the name of a mapped one', () => {
  it('gets a name that nothing else has', async () => {
    const files = { 'a.json': { id: 'a', name: 'A', title: 'x', label: 'y', version: '1', arch: 'all' } };
    const config = 'inputs: [{ files: "*.json", fields: { name: id, title: label } }]';
    const { problems, hint } = await refusalOf(config, files);
    expect(problems).toHaveLength(2);
    expect(shownIn(hint)).toBe(
      'inputs: [{ files: "*.json", fields: { name: id, title: label, their-name: name, their-title: title } }]',
    );
    const { records } = await built(shownIn(hint), files);
    expect(records).toEqual([
      { name: 'a', title: 'y', 'their-name': 'A', 'their-title': 'x', version: '1', arch: 'all' },
    ]);
  });
});

describe('a source without a value in any record', () => {
  const packages = 'Package: a\nVersion: 1\nArchitecture: all\nFilename: a.deb\nhash: x\n';

  it.each([
    ['licence: hsah', 'fields.licence: no record has the field "hsah"; did you mean "hash"?'],
    ['licence: "{hsah}"', 'fields.licence: no record has the field "hsah"; did you mean "hash"?'],
    ['licence: "{hsah:lower}"', 'fields.licence: no record has a value for "{hsah:lower}"'],
    ['licence: hash:list', 'fields.licence: no record has a value for "hash:list"'],
    ['file: Filename', 'fields.file: no record has the field "Filename"; it is called "path" here'],
    ['file: filename', 'fields.file: no record has the field "filename"; it is called "path" here'],
  ])('is a warning: %s', async (line, warning) => {
    const { warnings } = await built(`inputs: [{ files: Packages, fields: { ${line} } }]`, { Packages: packages });
    expect(warnings).toEqual([`repomill.yaml:2: inputs[0].${warning}`]);
  });
});

describe('a setting beside a preset that has no effect', () => {
  const files = { 'bucket/a.json': { version: '1', hash: 'x' } };

  it.each<[string, readonly string[]]>([
    ['fields: { sha512: hsah }', ['fields.sha512: no record has the field "hsah"; did you mean "hash"?']],
    ['omit: [hsah]', ['omit: no record has the field "hsah"; did you mean "hash"?']],
    ['where: type = app or version = 1', []],
    ['defaults: { arch: x64 }', []],
  ])('is a warning if a person wrote it: %s', async (keys, warnings) => {
    const { warnings: found } = await built(`inputs: [{ files: "bucket/<name>.json", preset: scoop, ${keys} }]`, files);
    expect(found).toEqual(warnings.map((warning) => `repomill.yaml:2: inputs[0].${warning}`));
  });

  it('is a warning if no file matches a pattern that a person wrote', async () => {
    const config = 'inputs: ["bucket/<name>.json", { files: "buckets/*", preset: scoop }]';
    const { warnings } = await built(config, { 'bucket/a.json': plugin(0, { name: 'a' }) });
    expect(warnings).toEqual(['repomill.yaml:2: inputs[1]: no file matches "buckets/*"']);
  });
});
