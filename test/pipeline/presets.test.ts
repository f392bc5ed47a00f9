/**
 * Directories as registries really are, without a configuration: with what is beside the metadata, and with the odd values that
 * a few of many thousand records have.
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { contentsOf, type Files } from './registry-files.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const A = 'ab'.repeat(32);
const B = 'cd'.repeat(32);

const inputOf = (files: Files): string => writeFiles(freshPath(), contentsOf(files));

/** What a directory is published as, and what the build says. */
async function publish(files: Files) {
  const input = inputOf(files);
  const out = freshPath();
  const { warnings, packages } = await build({ input, out });
  const repository = await openRepository({ source: directorySource(out) });
  return {
    packages,
    warnings: warnings.map((warning) => warning.replace(`${input}/`, '')),
    versions: repository.status().versions,
    show: async (name: string) => (await repository.show(name)).map(({ record }) => record),
  };
}

const told = (preset: string, file: string, words = `preset: ${preset}`): string =>
  `no repomill.yaml: read with the preset ${preset}, because of ${file}; to choose, write \`${words}\` there`;

describe('a bucket of Scoop', () => {
  const app = { version: '1.0', url: 'https://example.org/app.zip', hash: A, bin: 'app.exe' };
  const record = { name: 'app', version: '1.0', arch: 'all', url: app.url, sha256: A, bin: 'app.exe' };

  it('is read without what else is in the checkout', async () => {
    const { packages, warnings, show } = await publish({
      'bucket/app.json': app,
      'deprecated/old.json': app,
      'package.json': { name: 'tools', version: '1.0', private: true },
      '.github/workflows/ci.yml': 'on: push\n',
      '.git/HEAD': 'ref: refs/heads/master\n',
      'bin/auto-pr.ps1': 'x',
    });
    expect([packages, warnings]).toEqual([1, [told('scoop', 'bucket/app.json')]]);
    expect(await show('app')).toEqual([record]);
  });

  it('is read from its folder alone, and the words to choose it work', async () => {
    const files = { 'app.json': app, 'other.json': { ...app, url: 'ftp://example.org/other.zip' } };
    const words = 'inputs: [{ preset: scoop, files: "<name>.json" }]';
    const found = await publish(files);
    expect(found.warnings).toEqual([told('scoop', 'app.json', words)]);
    expect(await found.show('other')).toMatchObject([{ 'their-url': 'ftp://example.org/other.zip' }]);
    const chosen = await publish({ ...files, 'repomill.yaml': words });
    expect([chosen.warnings, chosen.versions, found.versions]).toEqual([[], 'loose', 'loose']);
    expect(await chosen.show('app')).toEqual(await found.show('app'));
  });
});

describe('a channel of conda', () => {
  it('is read with an architecture of null, signatures of packages, and compressed copies that are older', async () => {
    const one = { name: 'a', version: '1.0', build: 'h0', arch: null, platform: null, subdir: 'noarch', depends: [] };
    const two = { ...one, build: 'h1', arch: 'x86_64', subdir: 'linux-64', sha256: A };
    const document = {
      metadata: { subdir: 'linux-64' },
      packages: { 'a-1.0-h0.tar.bz2': one },
      'packages.conda': { 'a-1.0-h1.conda': two },
      signatures: { 'a-1.0-h1.conda': { key: { signature: 'x' } } },
    };
    const { warnings, show } = await publish({
      'linux-64/repodata.json': document,
      'linux-64/repodata.json.gz': gzipSync(JSON.stringify({ packages: { 'gone-1-0.tar.bz2': one } })),
      'linux-64/current_repodata.json': document,
      'channeldata.json': { packages: {} },
    });
    expect(warnings).toEqual([told('conda', 'linux-64/repodata.json')]);
    expect(await show('a')).toEqual([
      {
        name: 'a',
        version: '1.0-h1',
        arch: 'linux-64',
        build: 'h1',
        cpu: 'x86_64',
        platform: null,
        subdir: 'linux-64',
        dependencies: [],
        sha256: A,
        path: 'linux-64/a-1.0-h1.conda',
      },
      {
        name: 'a',
        version: '1.0-h0',
        arch: 'all',
        build: 'h0',
        platform: null,
        subdir: 'noarch',
        dependencies: [],
        path: 'noarch/a-1.0-h0.tar.bz2',
      },
    ]);
  });
});

describe('a repository of F-Droid', () => {
  const file = (name: string) => ({ file: { name: `/${name}`, sha256: name === 'a.apk' ? A : B, size: 5 } });

  it('is read from its second index, with odd architectures and several files of one version', async () => {
    const versions = {
      [A]: { ...file('a.apk'), manifest: { versionName: '1/2', versionCode: 1, nativecode: ['x86_64/darwin'] } },
      [B]: { ...file('b.apk'), manifest: { versionName: '1/2', versionCode: 1, nativecode: ['x86_64/darwin'] } },
      c: { ...file('c.apk'), manifest: { versionCode: 2, nativecode: [] } },
    };
    const metadata = { name: { 'en-GB': 'Clock' }, sourceCode: 'https://example.org/clock' };
    const { warnings, show } = await publish({
      'repo/index-v2.json': { repo: {}, packages: { 'org.sample.clock': { metadata, versions } } },
      'repo/index-v1.json': { repo: {}, packages: {} },
      'repo/entry.json': { timestamp: 1 },
      '_config.yml': 'title: x\n',
    });
    expect(warnings).toEqual([
      told('fdroid', 'repo/index-v2.json'),
      '1 record left out, because a different one has the same name, version and arch (`duplicates`)',
      'repo/index-v2.json:1: org.sample.clock 1-2-1 (x86_64-darwin) is also defined at repo/index-v2.json:1, with different content',
    ]);
    const clock = { name: 'org.sample.clock', title: 'Clock', homepage: 'https://example.org/clock', size: 5 };
    expect(await show('org.sample.clock')).toMatchObject([
      { ...clock, version: '2', arch: 'all', path: 'c.apk' },
      { ...clock, version: '1-2-1', arch: ['x86_64-darwin'], path: 'a.apk', sha256: A },
    ]);
  });

  it('is read from its first index if it has no other', async () => {
    const version = { versionName: '1.0', versionCode: 7, hash: A, hashType: 'sha256', size: 5, apkName: 'a.apk' };
    const { warnings, show } = await publish({
      'index-v1.json': { repo: {}, requests: {}, apps: [], packages: { 'org.sample.clock': [version] } },
    });
    expect(warnings).toEqual([told('fdroid-v1', 'index-v1.json')]);
    expect(await show('org.sample.clock')).toEqual([
      {
        ...{ name: 'org.sample.clock', version: '1.0-7', versionName: '1.0', versionCode: 7, arch: 'all' },
        ...{ sha256: A, hashType: 'sha256', size: 5, path: 'a.apk' },
      },
    ]);
  });
});

describe('mods of CKAN', () => {
  it('are read with spaces in a URL, and with two files about one version', async () => {
    const mod = { spec_version: 'v1.4', identifier: 'Chop', version: '1:0.10', license: 'MIT' };
    const { warnings, show } = await publish({
      'Chop/Chop-0.10.ckan': { ...mod, download: 'https://example.org/old.zip' },
      'Chop/Chop-1-0.10.ckan': {
        ...mod,
        download: 'https://example.org/a part.zip',
        resources: { homepage: 'https://example.org/', repository: 'https://example.org/r' },
      },
      'Chop/Chop-9.ckan': { ...mod, version: '0.9', download: 'https://example.org/9.zip' },
      'repositories.json': { repositories: [] },
    });
    expect(warnings).toEqual([
      told('ckan', 'Chop/Chop-0.10.ckan'),
      '1 record left out, because a different one has the same name, version and arch (`duplicates`)',
      'Chop/Chop-0.10.ckan:1: Chop 1:0.10 (all) is also defined at Chop/Chop-1-0.10.ckan:1, with different content',
    ]);
    expect(await show('Chop')).toEqual([
      {
        ...{ name: 'Chop', version: '1:0.10', arch: 'all', spec_version: 'v1.4', licence: 'MIT' },
        url: 'https://example.org/a%20part.zip',
        homepage: 'https://example.org/',
        resources: { repository: 'https://example.org/r' },
      },
      {
        ...{ name: 'Chop', version: '0.9', arch: 'all', spec_version: 'v1.4', licence: 'MIT' },
        url: 'https://example.org/9.zip',
      },
    ]);
  });
});

describe('a Cargo registry', () => {
  it('is read without a config.json, in folders of any length', async () => {
    const crate = (name: string) => `{"name":"${name}","vers":"1.0.0","cksum":"${A}"}\n`;
    const files = { '1/a': crate('a'), '3/a/abc': crate('abc'), 'pr/oc/process_control': crate('process_control') };
    const { packages, warnings, show } = await publish({ ...files, 'update.sh': 'x', 'README.md': '#' });
    expect([packages, warnings]).toEqual([3, [told('crates', '1/a')]]);
    expect(await show('process_control')).toEqual([
      {
        ...{ name: 'process_control', version: '1.0.0', arch: 'all', sha256: A },
        path: 'process_control/process_control-1.0.0.crate',
      },
    ]);
  });
});

describe('a chart repository', () => {
  it('is read with a version that is listed twice: the first counts, as for Helm', async () => {
    const { warnings, show } = await publish({
      'docs/index.yaml': `apiVersion: v1
entries:
  demo:
    - { name: demo, version: 1.0.0, digest: ${A}, urls: [demo-1.0.0.tgz] }
    - { name: demo, version: 1.0.0-rc.1, urls: ['https://example.org/demo-1.0.0-rc.1.tgz'] }
    - { name: demo, version: 1.0.0, digest: ${B}, urls: [demo-1.0.0.tgz] }
`,
      'artifacthub-repo.yml': 'repositoryID: x\n',
      'charts/demo/values.yaml': 'a: 1\n',
    });
    expect(warnings).toEqual([
      told('helm', 'docs/index.yaml'),
      '1 record left out, because a different one has the same name, version and arch (`duplicates`)',
      'docs/index.yaml:6: demo 1.0.0 (all) is also defined at docs/index.yaml:4, with different content',
    ]);
    expect(await show('demo')).toEqual([
      { name: 'demo', version: '1.0.0', arch: 'all', sha256: A, path: 'demo-1.0.0.tgz' },
      { name: 'demo', version: '1.0.0-rc.1', arch: 'all', url: 'https://example.org/demo-1.0.0-rc.1.tgz' },
    ]);
  });
});

describe('manifests of winget', () => {
  it('are read from any folder', async () => {
    const manifest = (type: string) => `PackageIdentifier: A.B\nPackageVersion: 23.01\nManifestType: ${type}\n`;
    const { warnings, show } = await publish({
      'A/B/23.01/A.B.installer.yaml': `${manifest('installer')}Installers: [{ Architecture: x64 }]\n`,
      'A/B/23.01/A.B.locale.en-US.yaml': manifest('defaultLocale'),
      'A/B/23.01/A.B.yaml': manifest('version'),
    });
    const words = 'inputs: [{ preset: winget, files: "**/*.yaml" }]';
    expect(warnings).toEqual([told('winget', 'A/B/23.01/A.B.installer.yaml', words)]);
    expect(await show('A.B')).toEqual([
      { name: 'A.B', version: '23.01', arch: ['x64'], Installers: [{ Architecture: 'x64' }] },
    ]);
  });
});

describe('manifests of winget of the first schema', () => {
  it('are read with their own names', async () => {
    const { show } = await publish({
      'A/B.yaml': `Id: A.B\nName: B\nVersion: 1.10\nLicense: MIT\nTags: a, b\nInstallers: [{ Arch: x86, Url: u }, { Arch: x64 }]\n`,
      'A/C.yaml':
        'PackageIdentifier: A.C\nPackageVersion: 1\nManifestType: merged\nInstallers: [{ Architecture: neutral }]\n',
    });
    expect(await show('A.B')).toEqual([
      {
        ...{ name: 'A.B', version: '1.10', arch: ['x86', 'x64'], title: 'B', licence: 'MIT' },
        ...{ Tags: 'a, b', Installers: [{ Arch: 'x86', Url: 'u' }, { Arch: 'x64' }] },
      },
    ]);
    expect(await show('A.C')).toMatchObject([{ name: 'A.C', version: '1', arch: 'all' }]);
  });
});

describe('a configuration with a preset', () => {
  const files = { 'bucket/app.json': { version: '1.0', url: 'https://example.org/a.zip', shortcuts: 'x' } };

  it('needs no name: the repository is named after the directory', async () => {
    const input = inputOf({ ...files, 'repomill.yaml': 'preset: scoop\n' });
    const out = freshPath();
    await build({ input, out });
    const repository = await openRepository({ source: directorySource(out) });
    expect(repository.status().name).toBe(input.split('/').at(-1));
  });

  it('reads what the preset reads, with what is beside it', async () => {
    const { warnings, show } = await publish({
      ...files,
      'repomill.yaml': 'inputs: [{ preset: scoop, fields: { links: shortcuts }, defaults: { tags: [app] } }]\n',
    });
    expect(warnings).toEqual([]);
    expect(await show('app')).toEqual([
      { name: 'app', version: '1.0', arch: 'all', url: 'https://example.org/a.zip', links: 'x', tags: ['app'] },
    ]);
  });
});

describe('a directory with two registries', () => {
  it('is refused until a configuration names them, and then read', async () => {
    const files = {
      'bucket/app.json': { version: '1.0', url: 'https://example.org/a.zip' },
      'index.yaml': 'apiVersion: v1\nentries: { demo: [{ name: demo, version: 1.0.0 }] }\n',
    };
    const input = inputOf(files);
    expect(await failureOf(build({ input, out: freshPath() }))).toMatchObject({
      code: 'usage',
      path: input,
      message: 'looks like several registries: scoop (bucket/app.json) and helm (index.yaml)',
    });
    const config = 'versions: loose\ninputs: [{ preset: scoop }, { preset: helm }]\n';
    const { packages, warnings } = await publish({ ...files, 'repomill.yaml': config });
    expect([packages, warnings]).toEqual([2, []]);
  });
});
