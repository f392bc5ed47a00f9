/**
 * A setting that has no effect is a warning, in a first build and in one that reads nothing again.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { native } from '../../src/layouts/native/layout.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { DEBIAN, DEBIAN_CONFIG, DEBIAN_UPDATE, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const records = asLines([
  sampleRecord('one', '1', 'amd64', { licence: 'MIT', MD5sum: 'x', changelog: 'long', subsets: ['stable'] }),
  sampleRecord('two', '1', 'arm64', { licence: 'MIT' }),
]);

const openwrtStanza = `Package: a\nVersion: 1\nArchitecture: x86_64\nFilename: a.ipk\nSize: 1\nSHA256sum: ${'a'.repeat(64)}\n`;

/** The warnings of a build of an input directory, without the directory. */
async function warningsOfOne(request: Omit<BuildRequest, 'progress'>): Promise<readonly string[]> {
  const warnings: string[] = [];
  await build({ ...request, progress: { warn: (message) => warnings.push(message) } });
  return warnings.map((warning) => warning.replace(`${request.input}/`, ''));
}

/** The warnings of two builds with one cache, which are the same. The configuration begins in the second line of its file. */
async function warningsOf(
  config: string,
  files: Readonly<Record<string, string>> = { 'a.jsonl': records },
): Promise<readonly string[]> {
  const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': `name: test\n${config}\n` });
  const cache = freshPath();
  const warnings = await warningsOfOne({ input, out: freshPath(), cache });
  expect(await warningsOfOne({ input, out: freshPath(), cache })).toEqual(warnings);
  return warnings;
}

/** The warnings of two builds of one OSTree repository, in its own place, as the flatpak layout. */
async function flatpakWarningsOf(config: string): Promise<readonly string[]> {
  const repository = new OstreeRepository(freshPath());
  repository.commit('app/org.a.App/x86_64/stable', { timestamp: 0n, text: '[Application]\nname=org.a.App\n' });
  const input = writeFiles(repository.directory, { 'repomill.yaml': `name: test\n${config}\n` });
  const cache = freshPath();
  const warnings = await warningsOfOne({ input, out: input, layout: 'flatpak', cache });
  expect(await warningsOfOne({ input, out: input, layout: 'flatpak', cache })).toEqual(warnings);
  return warnings;
}

describe('a setting without effect', () => {
  it.each<[string, readonly string[]]>([
    ['inputs: ["*.jsonl", "*.yaml"]', ['inputs[1]: no file matches "*.yaml"']],
    ['inputs: ["*", "a.*"]', ['inputs[1]: "a.*" matches only files that earlier inputs read: inputs[0] reads a.jsonl']],
    [
      'inputs: [{ files: "*", omit: [MD5Sum, MD5sum] }]',
      ['inputs[0].omit: no record has the field "MD5Sum"; did you mean "MD5sum"?'],
    ],
    ['inputs: [{ files: "*", omit: [colour] }]', ['inputs[0].omit: no record has the field "colour"']],
    ['arches: [amd64]', ['arches: "arm64" is not listed, but has records']],
    ['arches: [amd64, arm64, arm63]', ['arches: no records for "arm63"; did you mean "arm64"?']],
    ['arches: [amd64, x]', ['arches: no records for "x"', 'arches: "arm64" is not listed, but has records']],
    ['arches: [amd46, arm64]', ['arches: no records for "amd46"; did you mean "amd64"?']],
    ['combined: [amd64, i386]', ['combined: no records for "i386"']],
    ['subsets: { stabel: }', ['subsets.stabel: no record lists "stabel" under `subsets`; did you mean "stable"?']],
    ['subsets: { mit: lisence = MIT }', ['subsets.mit: no record matches `lisence = MIT`; did you mean "licence"?']],
    ['subsets: { gpl: licence = GPL, mit: licence = MIT }', ['subsets.gpl: no record matches `licence = GPL`']],
    ['details: [changelog, chagelog]', ['details: no record has the field "chagelog"; did you mean "changelog"?']],
    [
      'inputs: ["*.jsonl", "*.json"]\narches: [x]\nsubsets: { y: }\ndetails: [z]',
      [
        'inputs[1]: no file matches "*.json"',
        '3: arches: no records for "x"',
        '3: arches: "amd64" is not listed, but has records',
        '3: arches: "arm64" is not listed, but has records',
        '4: subsets.y: no record lists "y" under `subsets`',
        '5: details: no record has the field "z"',
      ],
    ],
    ['paths: ["{name}.deb", "{pool}/{name}.pkg"]', ['paths: no path follows any of these rules']],
    ['flatpak: { exact: true }', ['flatpak: --layout native does not read it, only --layout flatpak does']],
  ])('is a warning: %s', async (config, warnings) => {
    const expected = warnings.map((warning) => `repomill.yaml:${/^\d/.test(warning) ? '' : '2: '}${warning}`);
    expect(await warningsOf(config)).toEqual(expected);
  });

  it('is named with the line of the list item or the key', async () => {
    const config = 'inputs:\n  - files: "*"\n    omit: [colour]\n  - "*.yaml"\nsubsets:\n  stable:\n  y:';
    expect(await warningsOf(config)).toEqual([
      'repomill.yaml:4: inputs[0].omit: no record has the field "colour"',
      'repomill.yaml:5: inputs[1]: no file matches "*.yaml"',
      'repomill.yaml:8: subsets.y: no record lists "y" under `subsets`',
    ]);
  });

  it('is named with the file as the user typed it', async () => {
    const input = writeFiles(freshPath(), { 'a.jsonl': records });
    const config = join(writeFiles(freshPath(), { 'own.yaml': 'name: test\n\ndetails: [z]\n' }), 'own.yaml');
    expect(await warningsOfOne({ input, out: freshPath(), config })).toEqual([
      `${config}:3: details: no record has the field "z"`,
    ]);
  });

  it.each([
    'inputs: [{ files: "*", omit: [MD5sum] }]',
    'arches: [amd64, arm64]\ncombined: [amd64]\ndetails: [changelog]\nsubsets: { stable: , mit: licence = MIT }',
    'details: [details, packageDeltas]',
    'paths: []',
    'paths: ["{pool}/{name}.pkg", "pool/{name}_{version}_{arch}.pkg"]',
  ])('is not any of %j', async (config) => {
    expect(await warningsOf(config)).toEqual([]);
  });

  it('is one of `arches` if a record misspells it', async () => {
    const files = {
      'a.jsonl': asLines([sampleRecord('one', '1', 'linux-x64'), sampleRecord('two', '1', 'linux-x46')]),
    };
    expect(await warningsOf('arches: [linux-x64]', files)).toEqual([
      'repomill.yaml:2: arches: "linux-x46" is not listed, but has records; did you mean "linux-x64"?',
    ]);
  });

  it('is not an architecture covered by records for all architectures', async () => {
    const files = { 'a.jsonl': asLines([sampleRecord('one', '1', 'all')]) };
    expect(await warningsOf('arches: [amd64, arm64]\ncombined: [amd64]', files)).toEqual([]);
  });

  it('is reported for the rule whose records lack the field, whatever other records have', async () => {
    const files = { 'a/a.jsonl': records, 'b/b.jsonl': asLines([sampleRecord('three', '1', 'amd64')]) };
    const config = 'inputs: [{ files: "a/*", omit: [MD5sum] }, { files: "b/*", omit: [MD5sum] }]';
    expect(await warningsOf(config, files)).toEqual([
      'repomill.yaml:2: inputs[1].omit: no record has the field "MD5sum"',
    ]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'three rules of which the second takes no file that is left',
      { inputs: '["main/*.jsonl", "*/a.jsonl", "**/*.jsonl"]', files: 'main/a extra/b' },
      ['inputs[1]: "*/a.jsonl" matches only files that earlier inputs read: inputs[0] reads main/a.jsonl'],
    ],
    [
      'a rule that takes one of two files that it matches',
      { inputs: '["main/*.jsonl", "*/*.jsonl"]', files: 'main/a extra/b' },
      [],
    ],
    [
      'two rules without files',
      { inputs: '["*/*.jsonl", "*.yml", "pool/*.json"]', files: 'main/a' },
      ['inputs[1]: no file matches "*.yml"', 'inputs[2]: no file matches "pool/*.json"'],
    ],
    [
      'a query that no record of its rule matches, though others do',
      {
        inputs:
          '[{ files: "main/*", where: arch = amd64 }, { files: "extra/*", where: arch = sparc, omit: [MD5sum, z] }]',
        files: 'main/a extra/b',
      },
      ['inputs[1].where: `arch = sparc` matches none of 2 records', 'inputs[1].omit: no record has the field "z"'],
    ],
    [
      'a field that only records have which a query leaves out',
      { inputs: '[{ files: "*/*", where: arch = arm64, omit: [MD5sum] }]', files: 'main/a' },
      [],
    ],
    [
      '`only` with a field that no record has',
      { inputs: '[{ files: "*/*", only: [name, version, arch, licence, license] }]', files: 'main/a' },
      ['inputs[0].only: no record has the field "license"; it is called "licence" here'],
    ],
    [
      '`omit` with paths into fields',
      { inputs: '[{ files: "*/*", omit: [subsets.0, subsets.9, size.x] }]', files: 'main/a' },
      ['inputs[0].omit: no record has a value at "subsets.9"', 'inputs[0].omit: no record has a value at "size.x"'],
    ],
  ])('is reported once, and for the right rule: %s', async (_title, { inputs, files = '' }, expected) => {
    const contents = Object.fromEntries(
      files
        .split(' ')
        .map((path, i) => [`${path}.jsonl`, i === 0 ? records : records.replaceAll('"name":"', '"name":"x')]),
    );
    expect(await warningsOf(`inputs: ${inputs}`, contents)).toEqual(
      expected.map((warning) => `repomill.yaml:2: ${warning}`),
    );
  });

  it('is not one of a preset, which names files and fields that not every registry has', async () => {
    const files = { 'bucket/a.json': '{"version":"1","homepage":"https://example.org"}' };
    expect(await warningsOf('preset: scoop', files)).toEqual([]);
    expect(await warningsOf('preset: openwrt', { Packages: openwrtStanza })).toEqual([]);
  });

  it('is one beside a preset: files that are not there, and fields that no record has', async () => {
    const files = { 'bucket/a.json': '{"version":"1","homepage":"https://example.org","notes":"x"}' };
    const rules =
      '[{ files: bucket/<name>.json, preset: scoop, omit: [notes, nodes] }, { files: b/*.json, preset: scoop }]';
    expect(await warningsOf(`inputs: ${rules}`, files)).toEqual([
      'repomill.yaml:2: inputs[0].omit: no record has the field "nodes"; did you mean "notes"?',
      'repomill.yaml:2: inputs[1]: no file matches "b/*.json"',
    ]);
  });

  it('is found in large files and in files that are read as a whole', async () => {
    const many = Array.from({ length: 6000 }, (_, i) => sampleRecord(`r${i}`, '1', 'amd64', { note: 'x'.repeat(40) }));
    for (const [name, content] of [
      ['a.jsonl', asLines(many)],
      ['a.json', JSON.stringify(many)],
    ] as const) {
      const config = 'inputs: [{ files: "*", omit: [note, nota] }]';
      expect(await warningsOf(config, { [name]: content }), name).toEqual([
        'repomill.yaml:2: inputs[0].omit: no record has the field "nota"; did you mean "note"?',
      ]);
    }
  });

  it('is a path rule if no record has a path', async () => {
    const { path: _, ...record } = sampleRecord('one', '1', 'amd64', { url: 'https://example.org/one.pkg' });
    expect(await warningsOf('paths: ["{name}.deb"]', { 'a.jsonl': asLines([record]) })).toEqual([
      'repomill.yaml:2: paths: no record has the field "path"',
    ]);
  });

  it('is not a path rule that one package of many follows, and is found again after a change of the rules', async () => {
    const many = Array.from({ length: 500 }, (_, i) => sampleRecord(`r${i}`, '1', 'amd64'));
    const last = sampleRecord('last', '1', 'amd64', { path: 'last.deb' });
    const input = writeFiles(freshPath(), { 'a.jsonl': asLines([...many, last]) });
    const cache = freshPath();
    const warningsWith = async (rule: string): Promise<readonly string[]> => {
      writeFiles(input, { 'repomill.yaml': `name: test\npaths: ["${rule}"]\n` });
      return await warningsOfOne({ input, out: freshPath(), cache });
    };
    expect(await warningsWith('{name}.deb')).toEqual([]);
    expect(await warningsWith('{name}.rpm')).toEqual(['repomill.yaml:2: paths: no path follows any of these rules']);
    expect(await warningsWith('{name}.deb')).toEqual([]);
  });

  it.each([
    ['first', DEBIAN],
    ['second', DEBIAN_UPDATE],
  ])('does not exist in the example configuration, in its %s release', async (_title, input) => {
    expect(await warningsOfOne({ input, config: DEBIAN_CONFIG, out: freshPath() })).toEqual([]);
  });
});

describe('a key that the layout does not read', () => {
  const values: Readonly<Record<string, string>> = {
    title: 'Test',
    inputs: '["*"]',
    arches: '[x86_64]',
    versions: 'semver',
    subsets: '{ free: }',
    history: '3',
    combined: '[x86_64]',
    details: '[a, b]',
    paths: '["{name}"]',
    packages: '{ root: . }',
    preset: 'scoop',
  };

  it('is a warning with its line, once for each key, in the order of the file', async () => {
    const config = Object.entries(values).map(([key, value]) => `${key}: ${value}`);
    expect(await flatpakWarningsOf(`flatpak: { exact: true }\n${config.join('\n')}`)).toEqual(
      [
        ['3: title', 'native does'],
        ...['4: inputs', '5: arches', '6: versions'].map((key) => [key, 'native and apt do']),
        ...['7: subsets', '9: combined', '10: details', '11: paths'].map((key) => [key, 'native does']),
        ...['12: packages', '13: preset'].map((key) => [key, 'native and apt do']),
      ].map(([key, others]) => `repomill.yaml:${key}: --layout flatpak does not read it, only --layout ${others}`),
    );
  });

  it('is not a key that it reads', async () => {
    expect(await flatpakWarningsOf('history: 3\nflatpak: { signatures: 1 }')).toEqual([]);
  });

  it('can be any key but the name, which every file must have, and the layout itself', () => {
    expect(native.configKeys.toSorted()).toEqual([...Object.keys(values), 'layout'].toSorted());
  });
});

describe('a file that no reader recognises', () => {
  const files = { 'a.jsonl': records, 'README.md': '# Hello\n' };

  it('is skipped if the configuration names no files', async () => {
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': 'name: test\n' });
    expect((await build({ input, out: freshPath() })).skipped).toEqual(['README.md']);
  });

  it.each(['**/*', '*', '*.md'])('is a problem if the pattern %j names it', async (pattern) => {
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': `name: test\ninputs: ["${pattern}"]\n` });
    await expect(build({ input, out: freshPath() })).rejects.toMatchObject({
      code: 'metadata',
      problems: [{ file: 'README.md', message: 'no reader recognises this file; name one with `reader:`' }],
    });
  });
});
