/**
 * Which indexes an archive has, and which records are in each: by paths of the input, by settings, by the records' own
 * architectures.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../src/verify.ts';
import { buildArchive, packagesOf, readIndex, releaseOf } from '../../apt-archive.ts';
import { allFindings } from '../../audited.ts';
import { failureOf } from '../../failure.ts';
import { asLines, sampleRecord } from '../../sample-records.ts';
import { listPaths, makeWorkspace, sha256Of, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const inputOf = (files: Readonly<Record<string, string>>): string => writeFiles(freshPath(), files);
const unsigned = 'not signed: apt takes it only from sources with [trusted=yes]; sign it with --sign KEY';

/** A stanza of a list. */
const stanza = (name: string, version: string, arch: string): string =>
  `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\nFilename: pool/${name}_${version}_${arch}.deb\nSize: 3\n` +
  `SHA256: ${sha256Of(`${name} ${version} ${arch}`)}\n\n`;

describe('without any configuration', () => {
  const records = [
    sampleRecord('beta', '2.0', 'arm64'),
    sampleRecord('beta', '2.0', 'amd64'),
    sampleRecord('alpha', '1.0', 'all', { Section: 'net' }),
  ];

  it('there is a suite stable with the component main', async () => {
    const out = freshPath();
    const report = await buildArchive(inputOf({ 'all.jsonl': asLines(records) }), out);
    expect(report).toMatchObject({ layout: 'apt', changed: true, packages: 3, names: 2, warnings: [unsigned] });
    const { fields, lists } = releaseOf(out);
    expect(fields).toEqual({
      ...{ Suite: 'stable', Codename: 'stable', Date: 'Tue, 14 Nov 2023 22:13:20 UTC' },
      ...{ 'Acquire-By-Hash': 'yes', 'No-Support-for-Architecture-all': 'Packages' },
      ...{ Architectures: 'amd64 arm64', Components: 'main', SHA256: '' },
    });
    expect(lists.SHA256?.map(({ path }) => path)).toEqual(
      ['amd64', 'arm64'].flatMap((arch) => ['', '.gz', '.xz'].map((suffix) => `main/binary-${arch}/Packages${suffix}`)),
    );
  });

  it('packages for every arch are in the index of each', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records) }), out);
    expect(await packagesOf(out, 'stable/main/binary-amd64')).toEqual(['alpha 1.0 all', 'beta 2.0 amd64']);
    expect(await packagesOf(out, 'stable/main/binary-arm64')).toEqual(['alpha 1.0 all', 'beta 2.0 arm64']);
  });

  it('a stanza has the fields of its record under the names that apt knows', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records) }), out);
    const expected = `Package: alpha
Version: 1.0
Architecture: all
Size: 1005
SHA256: ${sha256Of('alpha 1.0 all')}
Filename: pool/alpha_1.0_all.pkg
Description: The package alpha
Section: net

Package: beta
Version: 2.0
Architecture: amd64
Size: 1004
SHA256: ${sha256Of('beta 2.0 amd64')}
Filename: pool/beta_2.0_amd64.pkg
Description: The package beta

`;
    for (const suffix of ['', '.gz', '.xz']) {
      expect(await readIndex(out, `stable/main/binary-amd64/Packages${suffix}`)).toBe(expected);
    }
  });

  it('every index is also served by its digest, and so is the Release file', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': 'name: sample\n' }), out);
    const files = releaseOf(out).lists.SHA256 ?? [];
    expect(listPaths(join(out, 'dists'))).toEqual(
      [
        ...files.map(({ path, sha256 }) => `stable/${dirname(path)}/by-hash/SHA256/${sha256}`),
        ...files.map(({ path }) => `stable/${path}`),
        ...['repomill.json', 'stable/Release', 'stable/sample.sources'],
        `stable/by-hash/SHA256/${sha256Of(readFileSync(join(out, 'dists/stable/Release')))}`,
      ].sort(),
    );
    expect(listPaths(out)).toHaveLength(listPaths(join(out, 'dists')).length);
  });

  it('an archive of nothing but packages for every arch has an index of them, and says so', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines([sampleRecord('alpha', '1.0', 'all')]) }), out);
    const { fields, lists } = releaseOf(out);
    expect(fields.Architectures).toBe('all');
    expect(fields['No-Support-for-Architecture-all']).toBeUndefined();
    expect(lists.SHA256?.map(({ path }) => path)).toEqual(
      ['', '.gz', '.xz'].map((suffix) => `main/binary-all/Packages${suffix}`),
    );
    expect(await packagesOf(out, 'stable/main/binary-all')).toEqual(['alpha 1.0 all']);
  });

  it('a record of two architectures is a stanza of each', async () => {
    const out = freshPath();
    const record = { ...sampleRecord('alpha', '1.0', 'amd64'), arch: ['amd64', 'arm64'] };
    await buildArchive(inputOf({ 'all.jsonl': asLines([record]) }), out);
    expect(await packagesOf(out, 'stable/main/binary-amd64')).toEqual(['alpha 1.0 amd64']);
    expect(await packagesOf(out, 'stable/main/binary-arm64')).toEqual(['alpha 1.0 arm64']);
  });
});

describe('lists of an input', () => {
  const config = (pattern: string, more = ''): string => `name: sample\ninputs: [{ files: "${pattern}" }]\n${more}`;

  it('give packages for every arch a different version for each', async () => {
    const out = freshPath();
    await buildArchive(
      inputOf({
        'repomill.yaml': config('<component>/<arch>/Packages'),
        'main/amd64/Packages': stanza('alpha', '2.0', 'all') + stanza('beta', '1.0', 'amd64'),
        'main/arm64/Packages': stanza('alpha', '1.0', 'all'),
        'contrib/arm64/Packages': stanza('gamma', '1.0', 'arm64') + stanza('delta', '1.0', 'all'),
      }),
      out,
    );
    expect(releaseOf(out).fields).toMatchObject({ Architectures: 'amd64 arm64', Components: 'main contrib' });
    expect(await packagesOf(out, 'stable/main/binary-amd64')).toEqual(['alpha 2.0 all', 'beta 1.0 amd64']);
    expect(await packagesOf(out, 'stable/main/binary-arm64')).toEqual(['alpha 1.0 all']);
    expect(await packagesOf(out, 'stable/contrib/binary-amd64')).toEqual([]);
    expect(await packagesOf(out, 'stable/contrib/binary-arm64')).toEqual(['delta 1.0 all', 'gamma 1.0 arm64']);
  });

  it('give suites of their own, which share the content of indexes and packages', async () => {
    const out = freshPath();
    const same = stanza('alpha', '1.0', 'amd64');
    await buildArchive(
      inputOf({
        'repomill.yaml': config('<suite>/<component>/<arch>/Packages'),
        'bookworm/main/amd64/Packages': same,
        'trixie/main/amd64/Packages': same,
        'sid/main/amd64/Packages': same + stanza('beta', '1.0', 'amd64'),
      }),
      out,
    );
    const suites = ['bookworm', 'sid', 'trixie'];
    expect(await Promise.all(suites.map((suite) => packagesOf(out, `${suite}/main/binary-amd64`)))).toEqual([
      ['alpha 1.0 amd64'],
      ['alpha 1.0 amd64', 'beta 1.0 amd64'],
      ['alpha 1.0 amd64'],
    ]);
    for (const suite of suites) {
      expect(releaseOf(out, suite).fields).toMatchObject({ Suite: suite, Codename: suite, Components: 'main' });
    }
    expect(releaseOf(out, 'bookworm').lists).toEqual(releaseOf(out, 'trixie').lists);
  });

  it('leave out what no configured suite has, with a warning that gives an example', async () => {
    const out = freshPath();
    const report = await buildArchive(
      inputOf({
        'repomill.yaml': config('<suite>/<component>/<arch>/Packages', 'apt:\n  suites: { bookworm: {} }\n'),
        'bookworm/main/amd64/Packages': stanza('alpha', '1.0', 'amd64'),
        'sid/main/amd64/Packages': stanza('beta', '1.0', 'amd64') + stanza('gamma', '1.0', 'amd64'),
      }),
      out,
    );
    expect(report.warnings).toEqual([
      unsigned,
      expect.stringMatching(
        /\/repomill\.yaml:4: apt\.suites: no suite has the component and arch of 2 packages, such as (beta|gamma) 1\.0 \(amd64\)$/,
      ),
    ]);
    expect(listPaths(join(out, 'dists')).filter((path) => !path.startsWith('bookworm/'))).toEqual(['repomill.json']);
  });

  it('have no stanza of one arch in the index of another', async () => {
    const out = freshPath();
    const report = await buildArchive(
      inputOf({
        'repomill.yaml': config('<arch>/*.jsonl'),
        'amd64/all.jsonl': asLines([{ ...sampleRecord('alpha', '1.0', 'amd64'), arch: ['amd64', 'arm64'] }]),
      }),
      out,
    );
    expect(await packagesOf(out, 'stable/main/binary-amd64')).toEqual(['alpha 1.0 amd64']);
    expect(existsSync(join(out, 'dists/stable/main/binary-arm64'))).toBe(false);
    expect(report.warnings[1]).toContain('no suite has the component and arch of 1 package, such as alpha 1.0 (arm64)');
  });

  it.each([
    ['<component>/<arch>/Packages', 'my things/amd64/Packages', 'component', 'my things'],
    ['<suite>/<component>/<arch>/Packages', 'my suite/main/amd64/Packages', 'suite', 'my suite'],
    ['<component>/<arch>/Packages', '-x/amd64/Packages', 'component', '-x'],
  ])('are refused where %s would make %s a path', async (pattern, path, what, name) => {
    const out = freshPath();
    const input = inputOf({ 'repomill.yaml': config(pattern), [path]: stanza('alpha', '1.0', 'amd64') });
    expect(await failureOf(buildArchive(input, out))).toMatchObject({
      code: 'metadata',
      message: `expected the name of a ${what}, without "/": letters, digits, ".", "-", "_", "+" and "~", starting with a letter or digit, found "${name}"`,
      hint: 'it is from a path that `inputs:` matches: rename the directory, or match it without <suite> or <component>',
    });
    expect(existsSync(out)).toBe(false);
  });
});

describe('configured suites', () => {
  const settings = `name: sample
apt:
  origin: Example
  label: Example things
  url: https://packages.example.org/debian/
  suites:
    bookworm:
      suite: stable
      components: [main, contrib]
      where: 'not tags = testing'
      description: What is proven
      version: 12
    bookworm-next:
      notAutomatic: true
      butAutomaticUpgrades: true
      origin: Example Next
      arches: [arm64]
  compress: { gz: { piece: 16 kB } }
  validFor: 14 days
  plain: false
`;
  const records = [
    sampleRecord('alpha', '1.0', 'amd64'),
    sampleRecord('beta', '1.0', 'arm64', { tags: ['testing'] }),
    sampleRecord('gamma', '1.0', 'all'),
  ];

  it('say in their Release files what their settings say', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': settings }), out);
    expect(releaseOf(out, 'bookworm').fields).toEqual({
      ...{ Origin: 'Example', Label: 'Example things', Suite: 'stable', Codename: 'bookworm', Version: '12' },
      ...{ Date: 'Tue, 14 Nov 2023 22:13:20 UTC', 'Valid-Until': 'Tue, 28 Nov 2023 22:13:20 UTC' },
      ...{ 'Acquire-By-Hash': 'yes', 'No-Support-for-Architecture-all': 'Packages', Architectures: 'amd64 arm64' },
      ...{ Components: 'main contrib', Description: 'What is proven', SHA256: '' },
    });
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
    expect(releaseOf(out, 'bookworm-next').fields).toMatchObject({
      ...{ Origin: 'Example Next', Suite: 'bookworm-next', Codename: 'bookworm-next' },
      ...{ NotAutomatic: 'yes', ButAutomaticUpgrades: 'yes', Architectures: 'arm64' },
    });
  });

  it('have the records that their queries and architectures let in', async () => {
    const out = freshPath();
    const report = await buildArchive(inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': settings }), out);
    const keys = async (place: string): Promise<readonly string[]> =>
      (await readIndex(out, `${place}/Packages.gz`)).match(/(?<=^Package: ).*$/gm) ?? [];
    expect(await keys('bookworm/main/binary-amd64')).toEqual(['alpha', 'gamma']);
    expect(await keys('bookworm/main/binary-arm64')).toEqual(['gamma']);
    expect(await keys('bookworm/contrib/binary-arm64')).toEqual([]);
    expect(await keys('bookworm-next/main/binary-arm64')).toEqual(['beta', 'gamma']);
    expect(report.warnings).toEqual([unsigned]);
  });

  it('with plain: false have every uncompressed name in the list, and none in the tree', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': settings }), out);
    const paths = releaseOf(out, 'bookworm-next').lists.SHA256?.map(({ path }) => path);
    expect(paths).toEqual(['main/binary-arm64/Packages', 'main/binary-arm64/Packages.gz']);
    expect(listPaths(out).filter((path) => path.endsWith('Packages') || path.endsWith('.xz'))).toEqual([]);
  });

  it('write what clients install, with the address of the archive', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': settings }), out);
    expect(await readIndex(out, 'bookworm/sample.sources')).toBe(
      'Types: deb\nURIs: https://packages.example.org/debian\nSuites: bookworm\nComponents: main contrib\nTrusted: yes\n',
    );
  });

  it('are found wrong all in one run, with the line of each', async () => {
    const bad = `apt:
  suites:
    a/b: {}
    sid: { butAutomaticUpgrades: true, arches: [all], components: ["x/y"] }
    old: { unknown: 1, where: '(' }
  compress: [xz, zstd, xz]
  keep: 3 fortnights
  history: 401
  validFor: 7
  pool: move
  plain: maybe
  colour: red
`;
    const input = inputOf({ 'all.jsonl': asLines(records), 'repomill.yaml': bad });
    const out = freshPath();
    const { code, problems } = await failureOf(buildArchive(input, out));
    expect(code).toBe('usage');
    expect(problems.map(({ line, message }) => `${line} ${message.replace(/:.*/s, '')}`)).toEqual(
      expect.arrayContaining([
        '3 apt.suites.a/b',
        '6 apt.compress[1]',
        '7 apt.keep',
        '8 apt.history',
        '9 apt.validFor',
      ]),
    );
    expect(new Set(problems.map(({ line }) => line))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    expect(existsSync(out)).toBe(false);
  });
});
