/**
 * Metadata of other registries, from files of their shape to the records that a client reads.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatProblem } from '../../src/errors.ts';
import { verify } from '../../src/verify.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, writeFiles } from '../workspace.ts';
import { contentsOf, type Files, recordsIn } from './registry-files.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const A = 'ab'.repeat(32);
const B = 'cd'.repeat(32);

const inputOf = (config: string | undefined, files: Files): string =>
  writeFiles(freshPath(), contentsOf(files, config));

async function warningsOf(input: string, out: string, cache: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  await build({ input, out, cache, progress: { warn: (message) => void warnings.push(message) } });
  return warnings.map((warning) => warning.replace(`${input}/`, ''));
}

/** Builds twice with one cache: both builds say the same and publish the same. */
async function built(config: string | undefined, files: Files) {
  const input = inputOf(config, files);
  const [cache, first, second] = [freshPath(), freshPath(), freshPath()];
  const warnings = await warningsOf(input, first, cache);
  expect(await warningsOf(input, second, cache)).toEqual(warnings);
  expect(digestsOf(second)).toEqual(digestsOf(first));
  return { records: await recordsIn(first), warnings };
}

/** The records of a build without warnings. */
async function recordsOf(config: string | undefined, files: Files): Promise<readonly unknown[]> {
  const { records, warnings } = await built(config, files);
  expect(warnings).toEqual([]);
  return records;
}

/** Why an input is refused. A second build, from the cache, refuses it for the same reasons. */
async function refusalOf(config: string | undefined, files: Files) {
  const input = inputOf(config, files);
  const cache = freshPath();
  const once = async () => {
    const { code, hint, problems } = await failureOf(build({ input, out: freshPath(), cache }));
    return { code, problems: problems.map(formatProblem), ...(hint === undefined ? {} : { hint }) };
  };
  const refusal = await once();
  expect(await once()).toEqual(refusal);
  return refusal;
}

describe('a preset', () => {
  it('reads a bucket of Scoop', async () => {
    const files = {
      'bucket/one.json': {
        version: '26.02',
        description: 'An archiver.',
        license: { identifier: 'MIT', url: 'https://example.org/licence' },
        architecture: {
          '64bit': {
            url: ['https://example.org/one-64.msi', 'https://example.org/one.cmd'],
            hash: [A.toUpperCase(), B],
          },
          arm64: { url: 'https://example.org/one-arm64.exe', hash: `sha1:${B.slice(24)}` },
        },
        depends: 'git',
        bin: ['one.exe'],
        checkver: 'github',
        autoupdate: { url: 'x' },
      },
      'bucket/two.json': {
        version: '1.0',
        license: 'MIT',
        url: 'https://example.org/two.zip',
        hash: A,
        homepage: 'https://example.org/',
      },
      'README.md': '# A bucket\n',
    };
    const one = {
      name: 'one',
      version: '26.02',
      summary: 'An archiver.',
      licence: 'MIT',
      dependencies: ['git'],
      bin: ['one.exe'],
    };
    expect(await recordsOf('preset: scoop', files)).toEqual([
      {
        ...one,
        arch: '64bit',
        url: 'https://example.org/one-64.msi',
        urls: ['https://example.org/one-64.msi', 'https://example.org/one.cmd'],
        sha256: A,
        hashes: [A.toUpperCase(), B],
        license: { url: 'https://example.org/licence' },
      },
      {
        ...one,
        arch: 'arm64',
        url: 'https://example.org/one-arm64.exe',
        hash: `sha1:${B.slice(24)}`,
        license: { url: 'https://example.org/licence' },
      },
      {
        name: 'two',
        version: '1.0',
        arch: 'all',
        licence: 'MIT',
        url: 'https://example.org/two.zip',
        sha256: A,
        homepage: 'https://example.org/',
      },
    ]);
  });

  it('reads a channel of conda', async () => {
    const build = (fields: object) => ({ name: 'lib', version: '0.8', license: 'MIT', size: 7, ...fields });
    const files = {
      'linux-64/repodata.json': {
        info: { subdir: 'linux-64' },
        packages: {
          'lib-0.8-h1_0.tar.bz2': build({ build: 'h1_0', depends: ['libgcc >=15'], sha256: A, subdir: 'linux-64' }),
        },
        'packages.conda': {
          'lib-0.8-h2_0.conda': build({ build: 'h2_0', depends: [], sha256: B, subdir: 'linux-64' }),
        },
        removed: [],
        repodata_version: 1,
      },
      'noarch/repodata.json': {
        info: { subdir: 'noarch' },
        packages: {},
        'packages.conda': { 'pure-1-py_0.conda': { name: 'pure', version: '1', build: 'py_0', subdir: 'noarch' } },
      },
    };
    const lib = { name: 'lib', arch: 'linux-64', subdir: 'linux-64', licence: 'MIT', size: 7 };
    expect(await recordsOf('preset: conda', files)).toEqual([
      {
        ...lib,
        version: '0.8-h1_0',
        build: 'h1_0',
        dependencies: ['libgcc >=15'],
        sha256: A,
        path: 'linux-64/lib-0.8-h1_0.tar.bz2',
      },
      { ...lib, version: '0.8-h2_0', build: 'h2_0', dependencies: [], sha256: B, path: 'linux-64/lib-0.8-h2_0.conda' },
      {
        name: 'pure',
        version: '1-py_0',
        arch: 'all',
        subdir: 'noarch',
        build: 'py_0',
        path: 'noarch/pure-1-py_0.conda',
      },
    ]);
  });

  it('reads the index of a chart repository', async () => {
    const files = {
      'index.yaml': `apiVersion: v1
entries:
  proxy:
  - apiVersion: v2
    name: proxy
    version: 10.7.0
    description: A proxy
    digest: ${A}
    home: https://example.org/proxy
    keywords: [web]
    dependencies:
    - name: redis
      version: 4.35.10
    urls:
    - https://example.org/proxy-10.7.0.tgz
  - name: proxy
    version: 10.6.0
    digest: sha256:${B.toUpperCase()}
    home: none
    urls:
    - charts/proxy-10.6.0.tgz
generated: "2026-06-09T15:46:56Z"
`,
    };
    expect(await recordsOf('preset: helm', files)).toEqual([
      { name: 'proxy', version: '10.6.0', arch: 'all', sha256: B, path: 'charts/proxy-10.6.0.tgz', home: 'none' },
      {
        name: 'proxy',
        version: '10.7.0',
        arch: 'all',
        summary: 'A proxy',
        sha256: A,
        homepage: 'https://example.org/proxy',
        tags: ['web'],
        charts: [{ name: 'redis', version: '4.35.10' }],
        url: 'https://example.org/proxy-10.7.0.tgz',
      },
    ]);
  });

  it('reads the index of a Cargo registry', async () => {
    const crate = (name: string, vers: string, fields: object = {}) => ({
      name,
      vers,
      deps: [],
      cksum: A,
      yanked: false,
      ...fields,
    });
    const files = {
      'config.json': { dl: 'https://example.org/crates' },
      'README.md': '# An index\n',
      '1/a': asLines([crate('a', '0.1.0')]),
      '3/a/abc': asLines([crate('abc', '1.0.0')]),
      'sa/mp/sample': asLines([
        crate('sample', '1.0.0'),
        crate('sample', '1.1.0', { yanked: true, deps: [{ name: 'abc' }] }),
      ]),
    };
    const record = { arch: 'all', sha256: A, deps: [], yanked: false };
    expect(await recordsOf('preset: crates', files)).toEqual([
      { ...record, name: 'a', version: '0.1.0', path: 'a/a-0.1.0.crate' },
      { ...record, name: 'abc', version: '1.0.0', path: 'abc/abc-1.0.0.crate' },
      { ...record, name: 'sample', version: '1.0.0', path: 'sample/sample-1.0.0.crate' },
      {
        ...record,
        name: 'sample',
        version: '1.1.0',
        path: 'sample/sample-1.1.0.crate',
        yanked: true,
        deps: [{ name: 'abc' }],
      },
    ]);
  });

  it('reads mods of CKAN, and names those that it leaves out', async () => {
    const mod = { identifier: 'Demo', name: 'Demo / Example for Others ', abstract: 'An example', version: '2.1 ' };
    const files = {
      'Demo/Demo-2.1.ckan': {
        ...mod,
        license: ['MIT', 'GPL-3.0'],
        download: ['https://example.org/1.zip', 'https://example.org/2.zip'],
        download_size: 5,
        download_hash: { sha1: 'X', sha256: A.toUpperCase() },
        depends: [{ name: 'Other' }],
      },
      'Demo/Demo-2.0.ckan': { ...mod, version: '2.0', license: 'MIT', download: 'https://example.org/0.zip' },
      'Demo/Demo-1.0.ckan': '{"identifier": "Demo",\n"version": "1:',
      'Demo/Demo-1.1.ckan': { ...mod, version: 'a/b', license: 'MIT' },
    };
    const demo = { name: 'Demo', title: 'Demo / Example for Others ', summary: 'An example', arch: 'all' };
    expect(await built('preset: ckan', files)).toEqual({
      records: [
        { ...demo, version: '2.0', licence: 'MIT', url: 'https://example.org/0.zip' },
        {
          ...demo,
          version: '2.1',
          licences: ['MIT', 'GPL-3.0'],
          url: 'https://example.org/1.zip',
          downloads: ['https://example.org/1.zip', 'https://example.org/2.zip'],
          size: 5,
          sha256: A,
          download_hash: { sha1: 'X' },
          dependencies: ['Other'],
          depends: [{ name: 'Other' }],
        },
      ],
      warnings: [
        '2 bad records left out (`invalid: skip`)',
        'Demo/Demo-1.0.ckan:2:15: invalid JSON: expected the end of a string, found the end of the file',
        'Demo/Demo-1.1.ckan:1: field "version": expected no slash, backslash or control character, found "a/b"',
      ],
    });
  });

  it('reads the index of an F-Droid repository', async () => {
    const file = (digest: string) => ({ name: `/clock_${digest.slice(0, 2)}.apk`, sha256: digest, size: 100 });
    const files = {
      'repo/index-v2.json': {
        repo: { name: { 'en-US': 'Sample' }, timestamp: 1 },
        packages: {
          'org.sample.clock': {
            metadata: {
              name: { 'en-US': 'Clock' },
              summary: { 'en-US': 'Shows the time' },
              license: 'GPL-3.0-only',
              webSite: 'https://example.org/clock',
              added: 5,
            },
            versions: {
              [A]: {
                file: file(A),
                manifest: { versionName: '1.2', versionCode: 12, nativecode: ['arm64-v8a', 'x86_64'] },
              },
              [B]: { file: file(B), manifest: { versionName: '1.1', versionCode: 11 } },
            },
          },
        },
      },
    };
    const clock = {
      name: 'org.sample.clock',
      title: 'Clock',
      summary: 'Shows the time',
      licence: 'GPL-3.0-only',
      homepage: 'https://example.org/clock',
      size: 100,
    };
    expect(await recordsOf('preset: fdroid', files)).toEqual([
      expect.objectContaining({ ...clock, version: '1.1-11', arch: 'all', path: 'clock_cd.apk', sha256: B }),
      expect.objectContaining({
        ...clock,
        version: '1.2-12',
        arch: ['arm64-v8a', 'x86_64'],
        path: 'clock_ab.apk',
        sha256: A,
      }),
    ]);
  });

  it('reads formulae of Homebrew, in files of one and of many', async () => {
    const files = {
      'plain.json': {
        name: 'plain',
        full_name: 'plain',
        revision: 0,
        desc: 'A filter',
        license: 'MIT',
        versions: { stable: '4.14' },
        urls: { stable: { url: 'https://example.org/plain.tar.gz', checksum: A } },
        dependencies: [],
      },
      'formula.json': [
        {
          name: 'poured',
          full_name: 'sample/tap/poured',
          license: 'GPL-3.0',
          homepage: 'https://example.org/',
          versions: { stable: '1.6', head: 'HEAD' },
          revision: 2,
          bottle: { stable: { rebuild: 1, files: { x86_64_linux: { url: 'https://example.org/1', sha256: B } } } },
          dependencies: ['plain'],
        },
        {
          name: 'source',
          full_name: 'source',
          versions: { stable: null, head: 'HEAD' },
          urls: { stable: { url: 'ftp://example.org/source.tar.gz' } },
        },
      ],
      'cask.json': [
        {
          token: 'viewer',
          full_token: 'viewer',
          name: ['Viewer', 'The Viewer'],
          version: '1.2,345',
          url: 'https://example.org/viewer.dmg',
          sha256: 'no_check',
        },
      ],
      'tap_migrations.json': { gone: 'sample/tap' },
    };
    expect(await recordsOf('preset: homebrew', files)).toEqual([
      {
        name: 'plain',
        full_name: 'plain',
        revision: 0,
        versions: { stable: '4.14' },
        version: '4.14',
        arch: 'all',
        summary: 'A filter',
        licence: 'MIT',
        url: 'https://example.org/plain.tar.gz',
        sha256: A,
        dependencies: [],
      },
      {
        name: 'poured',
        full_name: 'sample/tap/poured',
        revision: 2,
        versions: { stable: '1.6', head: 'HEAD' },
        version: '1.6_2',
        arch: 'x86_64_linux',
        licence: 'GPL-3.0',
        homepage: 'https://example.org/',
        url: 'https://example.org/1',
        sha256: B,
        rebuild: 1,
        dependencies: ['plain'],
      },
      {
        name: 'source',
        full_name: 'source',
        version: 'HEAD',
        arch: 'all',
        versions: { stable: null, head: 'HEAD' },
        urls: { stable: { url: 'ftp://example.org/source.tar.gz' } },
      },
      {
        name: 'viewer',
        full_token: 'viewer',
        names: ['Viewer', 'The Viewer'],
        version: '1.2,345',
        arch: 'all',
        url: 'https://example.org/viewer.dmg',
        'their-sha256': 'no_check',
      },
    ]);
  });

  it('reads ports of vcpkg, whatever they call their version', async () => {
    const files = {
      'ports/a/vcpkg.json': {
        name: 'a',
        'version-semver': '1.0.0',
        description: ['One line', 'More'],
        dependencies: ['b', { name: 'c' }],
      },
      'ports/a/portfile.cmake': 'x\n',
      'ports/b/vcpkg.json': {
        $schema: 'https://example.org/s',
        name: 'b',
        version: '2',
        description: 'B',
        license: 'MIT',
      },
      'ports/c/vcpkg.json': { name: 'c', 'version-date': '2024-01-02', 'port-version': 3 },
      'ports/d/vcpkg.json': {
        name: 'd',
        'version-string': 'v9',
        'port-version': 0,
        summary: 'D',
        description: 'All of D',
      },
    };
    expect(await recordsOf('preset: vcpkg', files)).toEqual([
      {
        name: 'a',
        version: '1.0.0',
        arch: 'all',
        summary: 'One line',
        'long-description': ['One line', 'More'],
        ports: ['b', { name: 'c' }],
      },
      { name: 'b', version: '2', arch: 'all', summary: 'B', 'long-description': 'B', licence: 'MIT' },
      { name: 'c', version: '2024-01-02#3', arch: 'all', 'port-version': 3 },
      { name: 'd', version: 'v9', arch: 'all', 'port-version': 0, summary: 'D', 'long-description': 'All of D' },
    ]);
  });

  it('reads manifests of winget: one record for a version', async () => {
    const installer = (arch: string) => ({ Architecture: arch, InstallerSha256: A.toUpperCase() });
    const one = { PackageIdentifier: 'Sample.One', PackageVersion: '1.0', ManifestVersion: '1.6.0' };
    const files = {
      'manifests/s/Sample/One/1.0/Sample.One.yaml': { ...one, ManifestType: 'version' },
      'manifests/s/Sample/One/1.0/Sample.One.locale.en-US.yaml': { ...one, ManifestType: 'defaultLocale' },
      'manifests/s/Sample/One/1.0/Sample.One.installer.yaml': {
        ...one,
        ManifestType: 'installer',
        Installers: ['x64', 'x86', 'x86'].map(installer),
      },
      'manifests/s/Sample/Two/2/Sample.Two.yaml': {
        PackageIdentifier: 'Sample.Two',
        PackageVersion: '2',
        PackageName: 'Two',
        License: 'MIT',
        ShortDescription: 'The second',
        PackageUrl: 'https://example.org/two',
        Tags: ['a'],
        Installers: [installer('x64'), installer('neutral')],
        ManifestType: 'singleton',
      },
    };
    expect(await recordsOf('preset: winget', files)).toEqual([
      { name: 'Sample.One', version: '1.0', arch: ['x64', 'x86'], Installers: ['x64', 'x86', 'x86'].map(installer) },
      {
        name: 'Sample.Two',
        version: '2',
        arch: 'all',
        title: 'Two',
        licence: 'MIT',
        summary: 'The second',
        homepage: 'https://example.org/two',
        tags: ['a'],
        Installers: [installer('x64'), installer('neutral')],
      },
    ]);
  });

  it('reads a flat repository of Cydia', async () => {
    const packages = `Package: org.sample.tweak
Version: 1.0
Architecture: iphoneos-arm
Filename: ./debs//tweak.deb
Size: 10
MD5sum: x
SHA1: y
SHA256: ${A}
Name: Tweak
Description: A tweak
`;
    expect(await recordsOf('preset: cydia', { Packages: packages })).toEqual([
      {
        name: 'org.sample.tweak',
        version: '1.0',
        arch: 'iphoneos-arm',
        path: 'debs/tweak.deb',
        size: 10,
        sha256: A,
        summary: 'A tweak',
        Name: 'Tweak',
      },
    ]);
  });

  it('can be used for other files, and changed', async () => {
    const config = 'inputs:\n  - files: apps/**/<name>.json\n    preset: scoop\n    defaults: { arch: any }';
    expect(await recordsOf(config, { 'apps/x/one.json': { version: '1', checkver: 'github' } })).toEqual([
      { name: 'one', version: '1', arch: 'any' },
    ]);
  });

  it('says what it expected of files that are something else', async () => {
    expect(await refusalOf('preset: helm', { 'index.yaml': 'name: a\nversion: "1"\n' })).toMatchObject({
      code: 'metadata',
      problems: ['index.yaml:1: records: expected `entries.*`, found a map with name, version'],
    });
    const failure = await failureOf(
      build({ input: inputOf('preset: scoop', { 'a.yaml': 'name: a\n' }), out: freshPath() }),
    );
    expect(failure).toMatchObject({
      code: 'metadata',
      message: 'no package records found with the preset scoop; nothing was written',
    });
  });
});

describe('a mapping', () => {
  it('gives records the arch of their directory', async () => {
    const files = { 'amd64/a.yaml': 'name: a\nversion: "1"\n', 'arm64/b.yaml': 'name: b\nversion: "1"\n' };
    expect(await recordsOf('inputs:\n  - files: <arch>/*.yaml', files)).toEqual([
      { name: 'a', version: '1', arch: 'amd64' },
      { name: 'b', version: '1', arch: 'arm64' },
    ]);
    expect(await recordsOf('inputs:\n  - files: <arch>/*.yaml', { 'all/b.yaml': 'name: b\nversion: "1"\n' })).toEqual([
      { name: 'b', version: '1', arch: 'all' },
    ]);
  });

  it('selects records by the names of the file and by ours', async () => {
    const record = (id: string, type: string) => ({ id, type, version: '1', arch: 'all' });
    const files = { 'a.json': [record('a1', 'app'), record('b1', 'app'), record('a2', 'library')] };
    for (const where of ['type = app and id ~ "a*"', 'type = app and name ~ "a*"']) {
      expect(await recordsOf(`inputs: [{ files: "*", where: '${where}', fields: { name: id } }]`, files)).toEqual([
        { name: 'a1', type: 'app', version: '1', arch: 'all' },
      ]);
    }
  });

  it('reads records within the lines of a file and the documents of a file', async () => {
    const config = 'inputs: [{ files: "*", records: list.<name>, defaults: { arch: all } }]';
    const files = {
      'a.jsonl': '{"list":{"a":{"version":"1"}}}\n{"list":{"b":{"version":"1"}}}\n',
      'b.yaml': 'list:\n  c: { version: "1" }\n---\nlist:\n  d: { version: "1" }\n',
    };
    expect(await recordsOf(config, files)).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => ({ name, version: '1', arch: 'all' })),
    );
  });

  it('reads the tables of a TOML file, whose names are versions', async () => {
    const config = 'inputs: [{ files: "*/<name>/Versions.toml", records: <version>, defaults: { arch: all } }]';
    const files = {
      'J/JSON/Package.toml': 'name = "JSON"\n',
      'J/JSON/Versions.toml': '["0.18.0"]\ngit-tree-sha1 = "723a"\n\n["0.19.0"]\ngit-tree-sha1 = "8e9b"\n',
    };
    expect(await recordsOf(config, files)).toEqual([
      { name: 'JSON', version: '0.18.0', arch: 'all', 'git-tree-sha1': '723a' },
      { name: 'JSON', version: '0.19.0', arch: 'all', 'git-tree-sha1': '8e9b' },
    ]);
  });

  it('takes the keys of a map as names, also odd ones, and numbers of YAML as they are written', async () => {
    const config = 'inputs: [{ files: "*", records: list.<name>.<version>, defaults: { arch: all } }]';
    const names = ['7', 'a b', 'a:b', 'constructor', 'toString', '%41', '-x', 'é'];
    const json = { list: Object.fromEntries(names.map((name) => [name, { '1': {} }])) };
    const made = (name: string, version: string) => ({ name, version, arch: 'all' });
    expect(await recordsOf(config, { 'a.json': json })).toEqual(names.toSorted().map((name) => made(name, '1')));
    const yaml = 'list:\n  no: { 1.10: {}, 1.1: {} }\n  0x10: { 1e3: {}, 2024-01-02: {} }\n  " x ": { 1: {} }\n';
    expect(await recordsOf(config, { 'a.yaml': yaml })).toEqual([
      ...[made('0x10', '1e3'), made('0x10', '2024-01-02')],
      ...[made('no', '1.1'), made('no', '1.10'), made('x', '1')],
    ]);
  });

  it('refuses keys that are no names', async () => {
    const config = 'inputs: [{ files: "*", records: list.<name>, defaults: { arch: all, version: "1" } }]';
    const list = ['""', '"__proto__"', '".."', '"a/b"', '"a\\nb"'].map((key) => `${key}: {}`).join(',\n');
    const slash = 'field "name": expected no slash, backslash or control character';
    expect(await refusalOf(config, { 'a.json': `{"list": {\n${list}\n}}` })).toMatchObject({
      code: 'metadata',
      problems: [
        'a.json:2: field "name": expected at least one character, found "" as the key of the map',
        'a.json:3: field "name": expected a different name, found "__proto__" as the key of the map',
        'a.json:4: field "name": expected a different name, found ".." as the key of the map',
        `a.json:5: ${slash}, found "a/b" as the key of the map`,
        `a.json:6: ${slash}, found "a\\nb" as the key of the map`,
      ],
    });
  });

  it('keeps the fields of its only list, under either name', async () => {
    const config = 'inputs: [{ files: "*", fields: { name: id }, only: [id, version, arch] }]';
    expect(await recordsOf(config, { 'a.json': { id: 'a', version: '1', arch: 'all', x: 1 } })).toEqual([
      { name: 'a', version: '1', arch: 'all' },
    ]);
  });
});

describe('a mistake in the input', () => {
  it('is named as the file names the field, with its line, and every mistake in one run', async () => {
    const config = 'inputs: [{ files: "*.json", fields: { size: download_size, sha256: hash.sha256 } }]';
    const files = {
      'a.json':
        '[\n{"name": "a", "version": "1", "arch": "all", "download_size": "big",\n"hash": {"sha256": "zz"}},\n{"name": "b/c", "version": "1", "arch": "all"}]',
      'b.json': '{"name": "b",',
    };
    expect(await refusalOf(config, files)).toEqual({
      code: 'metadata',
      problems: [
        'a.json:2: field "download_size": expected an integer from 0 to 9007199254740991, found "big"',
        'a.json:2: field "hash.sha256": expected 64 lower-case hexadecimal digits, found "zz"',
        'a.json:4: field "name": expected no slash, backslash or control character, found "b/c"',
        'b.json:1:14: invalid JSON: expected a key in quotation marks, found the end of the file',
      ],
    });
  });

  it('has the line of the record within its document', async () => {
    const config = 'inputs: [{ files: "*", records: list.<name>, defaults: { arch: all } }]';
    const files = {
      'a.json': '{"list": {\n"a": {"version": "1"},\n"b": {\n"version": "1", "size": -1}}}',
      'b.yaml': 'list:\n  c: { version: "1" }\n  d:\n    version: "1"\n    size: big\n---\nlist:\n  e: text\n',
    };
    expect((await refusalOf(config, files)).problems).toEqual([
      'a.json:3: field "size": expected an integer from 0 to 9007199254740991, found -1',
      'b.yaml:3: field "size": expected an integer from 0 to 9007199254740991, found "big"',
      'b.yaml:8: records `list.<name>`: expected a record, found "text"',
    ]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a.b', { a: 'text' }, ['a.json:1: records `a.b`: expected a map with the key b, found "text"']],
    ['a.*', { a: 5 }, ['a.json:1: records `a.*`: expected a list or a map, found 5']],
    ['a', { b: 1, c: 2 }, ['a.json:1: records: expected `a`, found a map with b, c']],
    [
      'a.<name>',
      { a: { 'p/q': { version: '1', arch: 'all' } } },
      ['a.json:1: field "name": expected no slash, backslash or control character, found "p/q" as the key of the map'],
    ],
    [
      'a.<name>',
      { a: { '': { version: '1', arch: 'all' } } },
      ['a.json:1: field "name": expected at least one character, found "" as the key of the map'],
    ],
    [
      'a.<name>',
      { a: { x: { name: 'y', version: '1', arch: 'all' } } },
      ['a.json:1: field "name": expected x, as in the key of the map, found "y"'],
    ],
  ])('is on the way to records: %s in %j', async (records, document, problems) => {
    const config = `inputs: [{ files: "*.json", records: "${records}" }]`;
    expect((await refusalOf(config, { 'a.json': document })).problems).toEqual(problems);
  });

  it('is `records` for a reader without records in records', async () => {
    const files = { Packages: 'Package: a\nVersion: 1\nArchitecture: all\n' };
    expect((await refusalOf('inputs: [{ files: Packages, records: a.b }]', files)).problems).toEqual([
      'Packages: records: the reader deb822 has no records within records',
    ]);
  });

  it('is a second value for a field', async () => {
    const config = 'inputs: [{ files: "*.json", fields: { name: id }, defaults: { arch: all } }]';
    expect((await refusalOf(config, { 'a.json': { id: 'i', name: 'N', version: '1' } })).problems).toEqual([
      'a.json:1: field "name": comes from "id", but the record has a field of this name, too',
    ]);
  });

  it('is a record whose own field differs from the path', async () => {
    const files = { 'i386/a.json': sampleRecord('b', '1', 'all') };
    expect((await refusalOf('inputs: ["<arch>/<name>.json"]', files)).problems).toEqual([
      'i386/a.json:1: field "name": expected a, as in the path, found "b"',
    ]);
  });

  it('is one name, version and arch with different content', async () => {
    const stanza = (digest: string) => `Package: tool\nVersion: 1.0\nArchitecture: amd64\nSHA256: ${digest}\n`;
    expect(await refusalOf(undefined, { 'a/Packages': stanza(A), 'b/Packages': stanza(B) })).toEqual({
      code: 'metadata',
      problems: ['b/Packages:1: tool 1.0 (amd64) is also defined at a/Packages:1, with different content'],
      hint: 'if both are right, make what tells them apart a part of the version; to keep one of them, set `duplicates: first` or `duplicates: last` in the input rule',
    });
  });

  it('is not a version that YAML reads as a number: it is published as it is written', async () => {
    const versions = ['1.20', '72551e2', '2024-01-02', '010', '1.0.0'];
    const charts = versions.map((version, i) => `name: chart-${i}\nversion: ${version}\narch: all\n`);
    const records = await recordsOf(undefined, { 'charts.yaml': charts.join('---\n') });
    expect(records.map((record) => Object(record).version)).toEqual(versions);
  });
});

describe('records that lack a name, a version or an arch', () => {
  it('are told of once, with what they have and a mapping that helps', async () => {
    const plugin = (id: string) => ({ id, vers: '1', label: id });
    const files = { 'a.json': [plugin('a'), plugin('b')], 'b.json': [plugin('c')] };
    expect(await refusalOf('inputs: ["*.json"]', files)).toEqual({
      code: 'metadata',
      problems: ['a.json:1: expected name, version and arch, found id, vers, label (3 records)'],
      hint:
        'say in repomill.yaml where they are, such as ' +
        '`inputs: [{ files: "*.json", fields: { name: id, version: vers }, defaults: { arch: all } }]`, ' +
        'or let `repomill init DIR --from INPUT` guess',
    });
    const config = 'inputs: [{ files: "*.json", fields: { name: id, version: vers }, defaults: { arch: all } }]';
    expect(await recordsOf(config, files)).toHaveLength(3);
  });

  it('are told of once for each set of fields that they lack, besides other problems', async () => {
    const files = {
      'a.json':
        '[\n{"name": "a"},\n{"name": "b", "version": "1"},\n{"name": "c"},\n{"name": "d/e", "version": "1", "arch": "all"}]',
    };
    expect((await refusalOf('inputs: ["*.json"]', files)).problems).toEqual([
      'a.json:2: expected version and arch, found name (2 records)',
      'a.json:3: expected arch, found name, version',
      'a.json:5: field "name": expected no slash, backslash or control character, found "d/e"',
    ]);
  });

  it('are ten thousand in one line', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `p${i}`, version: '1' }));
    expect((await refusalOf('inputs: ["*.jsonl"]', { 'a.jsonl': asLines(many) })).problems).toEqual([
      'a.jsonl:1: expected arch, found name, version (10,000 records)',
    ]);
  });

  it.each<[string, unknown, string]>([
    [
      'crates',
      { name: 'a', vers: '1', deps: [], cksum: A },
      '{ files: "*.json", fields: { version: vers }, defaults: { arch: all } }',
    ],
    [
      'mods',
      { identifier: 'a', version: '1' },
      '{ files: "*.json", fields: { name: identifier }, defaults: { arch: all } }',
    ],
    ['builds', { name: 'a', version: '1', subdir: 'linux-64' }, '{ files: "*.json", fields: { arch: subdir } }'],
    [
      'manifests',
      { PackageIdentifier: 'a', PackageVersion: '1' },
      '{ files: "*.json", fields: { name: PackageIdentifier, version: PackageVersion }, defaults: { arch: all } }',
    ],
  ])('get the mapping of %s as a hint', async (_title, record, rule) => {
    expect((await refusalOf('inputs: ["*.json"]', { 'a.json': record })).hint).toBe(
      `say in repomill.yaml where they are, such as \`inputs: [${rule}]\`, or let \`repomill init DIR --from INPUT\` guess`,
    );
    expect(await recordsOf(`inputs: [${rule}]`, { 'a.json': record })).toHaveLength(1);
  });
});

describe('`invalid: skip`', () => {
  const config = 'inputs: [{ files: "*", invalid: skip }]';

  it('leaves bad records out, and names them', async () => {
    const files = {
      'a.json': `[\n${['good', 'b/c', 'good-2'].map((name) => JSON.stringify(sampleRecord(name, '1', 'all'))).join(',\n')}, 5]`,
      'b.json': '{"name": broken',
    };
    const { records, warnings } = await built(config, files);
    expect(records).toEqual([sampleRecord('good', '1', 'all'), sampleRecord('good-2', '1', 'all')]);
    expect(warnings).toEqual([
      '3 bad records left out (`invalid: skip`)',
      'a.json:3: field "name": expected no slash, backslash or control character, found "b/c"',
      'a.json:4: expected a record, found 5',
      'b.json:1:10: invalid JSON: expected a value, found "b"',
    ]);
  });

  it('says nothing if every record is valid', async () => {
    expect(await recordsOf(config, { 'a.json': sampleRecord('a', '1', 'all') })).toHaveLength(1);
  });

  it('does not decide which of two different records is right', async () => {
    const files = { 'a.json': [sampleRecord('a', '1', 'all'), sampleRecord('a', '1', 'all', { size: 1 })] };
    expect((await refusalOf(config, files)).problems).toEqual([
      'a.json:1: a 1 (all) is also defined at a.json:1, with different content',
    ]);
  });

  it('is for one rule, and not for others', async () => {
    const rules = 'inputs: [{ files: "a.json", invalid: skip }, "b.json"]';
    const bad = sampleRecord('b/c', '1', 'all');
    const files = { 'a.json': [bad, sampleRecord('a', '1', 'all')], 'b.json': bad };
    expect((await refusalOf(rules, files)).problems).toEqual([
      'b.json:1: field "name": expected no slash, backslash or control character, found "b/c"',
    ]);
  });
});

describe('duplicates', () => {
  const files = {
    'a.json': [sampleRecord('a', '1', 'all', { n: 1 }), sampleRecord('b', '1', 'all')],
    'b.json': [sampleRecord('a', '1', 'all', { n: 2 }), sampleRecord('b', '1', 'all')],
    'c.json': [sampleRecord('a', '1', 'amd64', { n: 3 }), sampleRecord('a', '1', 'all', { n: 2 })],
  };
  const others = [sampleRecord('a', '1', 'amd64', { n: 3 }), sampleRecord('b', '1', 'all')];
  const left = (count: string) =>
    `${count} left out, because ${count.endsWith('s') ? 'different ones have' : 'a different one has'} the same name, version and arch (\`duplicates\`)`;
  const also = (file: string, line: number, other: string) =>
    `${file}:${line}: a 1 (all) is also defined at ${other}, with different content`;

  it('keeps the first, and says which others are left out', async () => {
    expect(await built('inputs: [{ files: "*", duplicates: first }]', files)).toEqual({
      records: [sampleRecord('a', '1', 'all', { n: 1 }), ...others],
      warnings: [left('2 records'), also('b.json', 1, 'a.json:1'), also('c.json', 1, 'a.json:1')],
    });
  });

  it('keeps the last', async () => {
    expect(await built('inputs: [{ files: "*", duplicates: last }]', files)).toEqual({
      records: [sampleRecord('a', '1', 'all', { n: 2 }), ...others],
      warnings: [left('1 record'), also('a.json', 1, 'b.json:1')],
    });
  });

  it('does not take equal records for different ones, whatever the order of their fields', async () => {
    const one = sampleRecord('b', '1', 'all');
    const equal = { 'a.json': one, 'b.json': Object.fromEntries(Object.entries(one).reverse()) };
    expect(await recordsOf('inputs: [{ files: "*", duplicates: first }]', equal)).toHaveLength(1);
  });

  it('is asked of the rule of the later record', async () => {
    const rules = (one: string, other: string) =>
      `inputs: [{ files: "a.json", duplicates: ${one} }, { files: "b.json", duplicates: ${other} }]`;
    expect((await built(rules('fail', 'first'), files)).records[0]).toEqual(sampleRecord('a', '1', 'all', { n: 1 }));
    expect((await refusalOf(rules('first', 'fail'), files)).problems).toEqual([also('b.json', 1, 'a.json:1')]);
  });

  it('leaves nothing behind of what is left out: no file at its path, no details', async () => {
    const two = {
      'a.json': sampleRecord('a', '1', 'all', { path: 'a.zip', sha256: A, notes: 'first' }),
      'b.json': sampleRecord('a', '1', 'all', { path: 'a.zip', sha256: B, notes: 'second' }),
    };
    const out = freshPath();
    const config = 'details: [notes]\ninputs: [{ files: "*", duplicates: last }]';
    await build({ input: inputOf(config, two), out });
    expect(listPaths(out).filter((path) => path.startsWith('details/'))).toHaveLength(1);
    expect(await verify({ tree: out })).toMatchObject({ layouts: [{ findings: [] }] });
  });

  it('is worked out again with a cache where something changed: the tree is that of a build without one', async () => {
    const config = 'inputs: [{ files: "*", duplicates: first }]';
    const input = inputOf(config, files);
    const cache = freshPath();
    await warningsOf(input, freshPath(), cache);
    const edits = [
      { 'a.json': [sampleRecord('c', '1', 'all', { n: 9 }), ...files['a.json']] },
      { 'd.json': [sampleRecord('a', '1', 'all', { n: 4 }), sampleRecord('d', '1', 'all')] },
      { 'a.json': [sampleRecord('a', '1', 'all', { n: 2 })] },
    ];
    for (const edit of edits) {
      writeFiles(input, contentsOf(edit));
      const [withCache, without] = [freshPath(), freshPath()];
      const warnings = await warningsOf(input, without, freshPath());
      expect(await warningsOf(input, withCache, cache)).toEqual(warnings);
      expect(digestsOf(withCache)).toEqual(digestsOf(without));
    }
  });

  it('works for lists of architectures, each by itself', async () => {
    const config = 'inputs: [{ files: "<arch>/*", duplicates: first }]';
    const lists = {
      'amd64/a.json': [sampleRecord('a', '1', 'all', { n: 1 }), sampleRecord('a', '1', 'all', { n: 2 })],
      'arm64/a.json': sampleRecord('a', '1', 'all', { n: 3 }),
    };
    const { warnings } = await built(config, lists);
    expect(warnings).toEqual([left('1 record'), also('amd64/a.json', 1, 'amd64/a.json:1')]);
  });
});

describe('a key of a mapping without effect', () => {
  const files = { 'a.json': { id: 'a', version: '1', arch: 'all', hash: 'x', licence: 'MIT' } };

  it.each<[string, readonly string[]]>([
    ['fields: { name: id, sha256: hsah }', ['fields.sha256: no record has the field "hsah"; did you mean "hash"?']],
    ['fields: { name: id }, omit: [hsah]', ['omit: no record has the field "hsah"; did you mean "hash"?']],
    [
      'fields: { name: id }, only: [name, version, arch, licnce]',
      ['only: no record has the field "licnce"; did you mean "licence"?'],
    ],
    ['fields: { name: id }, omit: [hash]', []],
    ['fields: { name: id }, only: [name, version, arch, hash]', []],
    ['fields: { name: id }, defaults: { section: main }', []],
  ])('is a warning, also from the cache: %s', async (keys, warnings) => {
    expect((await built(`inputs: [{ files: "*", ${keys} }]`, files)).warnings).toEqual(
      warnings.map((warning) => `repomill.yaml:2: inputs[0].${warning}`),
    );
  });

  it('is not one of a preset, which is for many repositories', async () => {
    expect(await recordsOf('preset: scoop', { 'bucket/a.json': { version: '1' } })).toHaveLength(1);
  });
});

/** The first 4 KiB of the document, from which its shape is known, end within one of these characters. */
const LONG_TITLE = `x${'é'.repeat(5000)}`;

describe('a document of 20 MB', { timeout: 120_000 }, () => {
  const count = 60_000;
  const fieldsOf = (i: number) => ({
    version: `1.${i}`,
    subdir: i % 3 === 0 ? 'noarch' : 'linux-64',
    depends: [`dependency-${i % 97} >=1.${i % 13}`],
    note: 'The quick brown fox jumps over the lazy dog. '.repeat(5),
  });

  it('gives the same tree as its records, one a line', async () => {
    const entries = Array.from({ length: count }, (_, i) => `"package-${i}":${JSON.stringify(fieldsOf(i))}`);
    const document = `{"info":{"channel":"sample"},"packages":{${entries.join(',\n')}},"removed":["x"],"format":2}`;
    expect(document.length).toBeGreaterThan(19e6);
    const lines = Array.from({ length: count }, (_, i) => {
      const { subdir, depends, ...fields } = fieldsOf(i);
      const arch = subdir === 'noarch' ? 'all' : subdir;
      return { name: `package-${i}`, arch, dependencies: depends, channel: 'sample', format: 2, ...fields };
    });
    const mapping =
      'inputs: [{ files: "*", records: packages.<name>, omit: [removed], ' +
      'fields: { arch: "subdir:arch", dependencies: depends, channel: info.channel } }]';
    const [mapped, plain] = [freshPath(), freshPath()];
    const report = await build({ input: inputOf(mapping, { 'a.json': document }), out: mapped });
    await build({ input: inputOf('inputs: ["*"]', { 'a.jsonl': asLines(lines) }), out: plain });
    expect(report.packages).toBe(count);
    expect(digestsOf(mapped)).toEqual(digestsOf(plain));
  });

  it.each([
    ['an indented list', 'packages', (records: readonly object[]) => ({ name: LONG_TITLE, packages: records })],
    [
      'an indented list further down',
      'data.packages',
      (records: readonly object[]) => ({ data: { packages: records } }),
    ],
    ['a map at its top', '<file>', (records: readonly object[]) => ({ ...records })],
    [
      'lists in a map at its top',
      '"*"',
      (records: readonly object[]) => ({ first: records.slice(1), second: [records[0]] }),
    ],
  ])('gives the same tree from %s', async (_title, records, wrap) => {
    const note = fieldsOf(0).note.repeat(50);
    const all = Array.from({ length: count / 30 }, (_, i) => ({
      name: `package-${i}`,
      ...fieldsOf(i),
      arch: 'all',
      note,
    }));
    const text = JSON.stringify(wrap(all), null, 1);
    expect(text.length).toBeGreaterThan(19e6);
    const mapping = `inputs: [{ files: "*", records: ${records}, omit: [file] }]`;
    const warnings = { warn: () => undefined };
    const [mapped, plain] = [freshPath(), freshPath()];
    await build({ input: inputOf(mapping, { 'a.json': text }), out: mapped, progress: warnings });
    await build({ input: inputOf('inputs: ["*"]', { 'a.jsonl': asLines(all) }), out: plain });
    expect(digestsOf(mapped)).toEqual(digestsOf(plain));
  });

  it('is refused where JavaScript would lose something, like a small one', async () => {
    const entries = Array.from({ length: count }, (_, i) => `"package-${i}":${JSON.stringify(fieldsOf(i))}`);
    const config = 'inputs: [{ files: "*", records: packages.<name>, fields: { arch: "subdir:arch" } }]';
    const text = (records: readonly string[]) =>
      `{"stamp":\n9007199254740993,"packages":{\n${records.join(',\n')},\n"package-7":{"version":"2","subdir":"noarch"}},"format":1,"format":2}`;
    const { problems } = await refusalOf(config, { 'a.json': text(entries.slice(0, 10)) });
    expect(problems).toEqual([
      'a.json:2:1: field "stamp": expected an integer of at most 9007199254740991, found 9007199254740993; make it a string',
      'a.json:13:1: key "package-7": expected once in an object, found again',
      'a.json:13:59: key "format": expected once in an object, found again',
    ]);
    const ofLarge = (await refusalOf(config, { 'a.json': text(entries) })).problems;
    expect(ofLarge).toEqual(problems.map((problem) => problem.replace(':13:', `:${count + 3}:`)));
  });

  it('has problems with their lines', async () => {
    const entries = Array.from({ length: count }, (_, i) =>
      JSON.stringify(i === 50_000 ? { ...fieldsOf(i), size: 'big' } : fieldsOf(i)),
    ).map((entry, i) => `"package-${i}":${entry}`);
    const config = 'inputs: [{ files: "*", records: packages.<name>, fields: { arch: "subdir:arch" } }]';
    const document = `{"packages":{\n${entries.join(',\n')}\n},"removed":["x"]`;
    expect((await refusalOf(config, { 'a.json': document })).problems).toEqual([
      'a.json:60002:18: invalid JSON: expected "," or "}", found the end of the file',
    ]);
    expect((await refusalOf(config, { 'a.json': `${document}}` })).problems).toEqual([
      'a.json:50002: field "size": expected an integer from 0 to 9007199254740991, found "big"',
    ]);
  });
});
