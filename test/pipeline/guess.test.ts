/**
 * Metadata in forms that repomill has no preset for: what `init --from` guesses builds, and its records are the right ones; or it
 * says in one line what a person must decide.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { previewRecords } from '../../src/explain.ts';
import { guessConfig } from '../../src/guess.ts';
import { controlOf, makeDeb } from '../debian-package.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { contentsOf, type Files, recordsIn } from './registry-files.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const A = 'ab'.repeat(32);
const B = 'cd'.repeat(32);
const C = 'ef'.repeat(32);

const inputOf = (files: Files): string => writeFiles(join(freshPath(), 'tools'), contentsOf(files));

/** What a client reads of each record, of a tree that was built with the guess. */
async function publishedBy(files: Files, fields: readonly string[]): Promise<readonly unknown[]> {
  const input = inputOf(files);
  const { text, undecided } = await guessConfig(input);
  expect(undecided, text).toEqual([]);
  const config = join(writeFiles(freshPath(), { 'repomill.yaml': text }), 'repomill.yaml');
  const out = freshPath();
  const { warnings, packages } = await build({ input, config, out });
  expect(warnings, text).toEqual([]);
  const records: readonly Readonly<Record<string, unknown>>[] = await recordsIn(out);
  expect(records).toHaveLength(packages);
  return records.map((record) => fields.map((field) => record[field]));
}

async function questionsAbout(files: Files): Promise<readonly string[]> {
  return (await guessConfig(inputOf(files))).undecided;
}

describe('the guess for', () => {
  const basics = ['name', 'version', 'arch'];

  it('a list of plugins with titles, slugs and values that are missing in different ways', async () => {
    const plugin = (slug: string, fields: object) => ({
      ...{ name: `The ${slug}: plugin`, slug, version: '1.2', requires: '5.8', requires_plugins: [] },
      ...{ homepage: 'https://example.org', download_link: `https://example.org/${slug}.zip`, tags: { a: 'A' } },
      ...fields,
    });
    const plugins = [plugin('one', {}), plugin('two', { homepage: '', tags: [], requires_plugins: ['one'] })];
    expect(
      await publishedBy({ 'plugins.json': { info: { page: 1 }, plugins } }, [
        ...basics,
        'title',
        'url',
        'homepage',
        'dependencies',
      ]),
    ).toEqual([
      ['one', '1.2', 'all', 'The one: plugin', 'https://example.org/one.zip', 'https://example.org', []],
      ['two', '1.2', 'all', 'The two: plugin', 'https://example.org/two.zip', '', ['one']],
    ]);
  });

  it('versions below versions below results, for several platforms', async () => {
    const extension = (publisherName: string, extensionName: string, versions: readonly object[]) => ({
      ...{ publisher: { publisherName, displayName: 'X' }, extensionName, displayName: 'A title' },
      versions,
    });
    const version = (version: string, platform?: string) => ({
      ...{ version, ...(platform === undefined ? {} : { targetPlatform: platform }) },
      files: [{ assetType: 'package', source: `https://example.org/${version}.vsix` }],
    });
    const extensions = [
      extension('acme', 'python', [version('2.0.0'), version('1.0.0')]),
      extension('rust', 'analyzer', [version('0.3.1', 'linux-x64'), version('0.3.1', 'win32-x64')]),
    ];
    expect(await publishedBy({ 'gallery.json': { results: [{ extensions }] } }, [...basics, 'url'])).toEqual([
      ['acme.python', '1.0.0', 'all', 'https://example.org/1.0.0.vsix'],
      ['acme.python', '2.0.0', 'all', 'https://example.org/2.0.0.vsix'],
      ['rust.analyzer', '0.3.1', 'linux-x64', 'https://example.org/0.3.1.vsix'],
      ['rust.analyzer', '0.3.1', 'win32-x64', 'https://example.org/0.3.1.vsix'],
    ]);
  });

  it('one file for each package below a file about all of them, with scopes in the names', async () => {
    const manifest = (name: string, version: string) => ({ name, version, keywords: [], dependencies: { x: '^1' } });
    const files = {
      'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
      'packages/left/package.json': manifest('left', '1.0.0'),
      'packages/@acme/ui/package.json': manifest('@acme/ui', '2.0.0-beta.1'),
      'packages/left/README.md': '# left',
    };
    expect(await publishedBy(files, [...basics, 'title'])).toEqual([
      ['@acme-ui', '2.0.0-beta.1', 'all', '@acme/ui'],
      ['left', '1.0.0', 'all', 'left'],
    ]);
    const { text } = await guessConfig(inputOf(files));
    expect(text).toContain('versions: semver\n');
    expect(text).toContain('  - files: packages/**/package.json\n');
    expect(text).toContain('  # Left out: package.json, of which it is not clear which field is the version.\n');
  });

  it('files without a suffix, with platforms of versions', async () => {
    const versions = (id: string, platforms: readonly object[]) => ({ id, versions: [{ version: '1.0', platforms }] });
    const files = {
      'v1/acme/cloud/versions': versions('acme/cloud', [
        { os: 'linux', arch: 'amd64' },
        { os: 'darwin', arch: 'amd64' },
      ]),
      'v1/acme/dns/versions': versions('acme/dns', [{ os: 'linux', arch: 'arm64' }]),
    };
    expect(await publishedBy(files, basics)).toEqual([
      ['acme-cloud', '1.0', 'darwin-amd64'],
      ['acme-cloud', '1.0', 'linux-amd64'],
      ['acme-dns', '1.0', 'linux-arm64'],
    ]);
  });

  it('namespaces, and versions one level down', async () => {
    const collection = (namespace: string, name: string, version: string) => ({
      ...{ namespace, name, href: '/api/x', highest_version: { href: '/v', version } },
    });
    const data = [collection('community', 'general', '9.4.0'), collection('ansible', 'posix', '1.5.4')];
    expect(await publishedBy({ 'all.json': { meta: { count: 2 }, links: { next: null }, data } }, basics)).toEqual([
      ['ansible.posix', '1.5.4', 'all'],
      ['community.general', '9.4.0', 'all'],
    ]);
    const maven = [
      { groupId: 'org.a', artifactId: 'core', version: '1' },
      { groupId: 'org.b', artifactId: 'core', version: '1' },
    ];
    expect(await publishedBy({ 'index.json': maven }, basics)).toEqual([
      ['org.a:core', '1', 'all'],
      ['org.b:core', '1', 'all'],
    ]);
  });

  it('maps of names, and in them maps of versions', async () => {
    const dist = (version: string) => ({ version, dist: { type: 'zip', url: `https://example.org/${version}.zip` } });
    const packages = {
      'acme/foo': { '1.0.0': { name: 'acme/foo', ...dist('1.0.0') }, '1.1.0': { name: 'acme/foo', ...dist('1.1.0') } },
      'acme/bar': { '2.1.0': { name: 'acme/bar', ...dist('2.1.0') } },
    };
    expect(await publishedBy({ 'packages.json': { packages, 'metadata-url': '/x' } }, [...basics, 'url'])).toEqual([
      ['acme-bar', '2.1.0', 'all', 'https://example.org/2.1.0.zip'],
      ['acme-foo', '1.0.0', 'all', 'https://example.org/1.0.0.zip'],
      ['acme-foo', '1.1.0', 'all', 'https://example.org/1.1.0.zip'],
    ]);
    const repository = {
      lpeg: { '1.0-1': [{ arch: 'rockspec' }, { arch: 'src' }] },
      socket: { '3.1-1': [{ arch: 'linux-x86_64' }] },
    };
    expect(await publishedBy({ 'manifest.json': { commands: {}, modules: {}, repository } }, basics)).toEqual([
      ['lpeg', '1.0-1', 'rockspec'],
      ['lpeg', '1.0-1', 'src'],
      ['socket', '3.1-1', 'linux-x86_64'],
    ]);
  });

  it('a map of addons, of which only the versions have digests', async () => {
    const addons = {
      dark: {
        latest: '1.2',
        versions: [
          { version: '1.2', sha256: A },
          { version: '1.1', sha256: B },
        ],
      },
      light: { latest: '0.1', versions: [{ version: '0.1', sha256: C }] },
    };
    expect(await publishedBy({ 'addons.json': { schema: 1, addons } }, [...basics, 'sha256'])).toEqual([
      ['dark', '1.1', 'all', B],
      ['dark', '1.2', 'all', A],
      ['light', '0.1', 'all', C],
    ]);
  });

  it('assets by architecture', async () => {
    const cores = [
      {
        name: 'snes',
        version: '1.62',
        assets: { 'linux-x86_64': { sha256: A, size: 1 }, 'windows-x86_64': { sha256: B, size: 2 } },
      },
      { name: 'gba', version: '0.10', assets: { 'linux-x86_64': { sha256: C, size: 3 } } },
    ];
    expect(await publishedBy({ 'cores.json': cores }, [...basics, 'sha256', 'size'])).toEqual([
      ['gba', '0.10', 'linux-x86_64', C, 3],
      ['snes', '1.62', 'linux-x86_64', A, 1],
      ['snes', '1.62', 'windows-x86_64', B, 2],
    ]);
  });

  it('the newest version beside all versions, with digests of another name', async () => {
    const version = (name: string, version: string, archive_sha256?: string) => ({
      ...{ version, pubspec: { name, version }, archive_url: `https://example.org/${version}.tgz` },
      ...(archive_sha256 === undefined ? {} : { archive_sha256 }),
    });
    const files = {
      'api/http.json': {
        name: 'http',
        latest: version('http', '1.2'),
        versions: [version('http', '1.1', A), version('http', '1.2', B)],
      },
      'api/path.json': { name: 'path', latest: version('path', '1.9'), versions: [version('path', '1.9', C)] },
    };
    expect(await publishedBy(files, [...basics, 'sha256', 'url', 'latest'])).toEqual([
      ['http', '1.1', 'all', A, 'https://example.org/1.1.tgz', undefined],
      ['http', '1.2', 'all', B, 'https://example.org/1.2.tgz', undefined],
      ['path', '1.9', 'all', C, 'https://example.org/1.9.tgz', undefined],
    ]);
  });

  it('a byte order mark, numbers as versions, sizes as texts, digests in upper case, and null', async () => {
    const games = [
      { id: 1, title: 'Doom', ver: 1.5, platform: 'linux', bytes: '12', sha256: A.toUpperCase() },
      { id: 2, title: 'Tetris', ver: '0.9', platform: null, bytes: '3', sha256: null },
    ];
    expect(
      await publishedBy({ 'games.json': `\ufeff${JSON.stringify({ games })}` }, [...basics, 'size', 'sha256']),
    ).toEqual([
      ['Doom', '1.5', 'linux', 12, A],
      ['Tetris', '0.9', 'all', 3, undefined],
    ]);
    const { text } = await guessConfig(inputOf({ 'games.json': { games } }));
    expect(text).toContain('      # Some are numbers: 1.10 and 1.1 are the same.\n      version: "{ver}"\n');
    const upper = [
      { NAME: 'a', VERSION: 2, ARCH: 'noarch', SHA256: '' },
      { NAME: 'b', VERSION: '1', ARCH: 'x86_64', SHA256: A },
    ];
    expect(await publishedBy({ 'Index.JSON': { PACKAGES: upper } }, [...basics, 'sha256'])).toEqual([
      ['a', '2', 'all', undefined],
      ['b', '1', 'x86_64', A],
    ]);
  });

  it('a table with spaces and brackets in its header', async () => {
    const table = `\ufeffPackage Name,Version,Architektur,Size (bytes),SHA-256,License\r\nhello,1.10,amd64,12,${A.toUpperCase()},MIT\r\nworld,2.0,arm64,3,${B},\r\n`;
    expect(await publishedBy({ 'packages.csv': table }, [...basics, 'size', 'sha256', 'licence'])).toEqual([
      ['hello', '1.10', 'amd64', 12, A, 'MIT'],
      ['world', '2.0', 'arm64', 3, B, undefined],
    ]);
  });

  it('documents of YAML with versions that look like numbers', async () => {
    const documents = '---\nname: fd\nversion: 10.10\nlicense: MIT\n---\nname: bat\nversion: 0.24.0\nlicense:\n...\n';
    expect(await publishedBy({ 'tools.yaml': documents }, [...basics, 'licence'])).toEqual([
      ['bat', '0.24.0', 'all', undefined],
      ['fd', '10.10', 'all', 'MIT'],
    ]);
  });

  it('a folder of TOML for each package', async () => {
    const plugin = (name: string, sha256: string) =>
      `[plugin]\nname = "${name}"\nversion = "0.1"\nauthors = ["A"]\n\n[plugin.download]\nurl = "https://example.org"\nsha256 = "${sha256}"\n`;
    const files = { 'plugins/a/plugin.toml': plugin('a', A), 'plugins/b/plugin.toml': plugin('b', B) };
    expect(await publishedBy(files, [...basics, 'sha256'])).toEqual([
      ['a', '0.1', 'all', A],
      ['b', '0.1', 'all', B],
    ]);
  });

  it('a folder for each package, with its name in one file and its versions in another', async () => {
    const files = Object.fromEntries(
      ['J/JSON', 'H/HTTP'].flatMap((folder) => [
        [`${folder}/Package.toml`, `name = "${folder.slice(2)}"\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\n`],
        [`${folder}/Versions.toml`, '["0.1.0"]\ngit-tree-sha1 = "aa"\n\n["1.0.0"]\ngit-tree-sha1 = "bb"\n'],
      ]),
    );
    expect(await publishedBy(files, basics)).toEqual([
      ['HTTP', '0.1.0', 'all'],
      ['HTTP', '1.0.0', 'all'],
      ['JSON', '0.1.0', 'all'],
      ['JSON', '1.0.0', 'all'],
    ]);
    expect((await guessConfig(inputOf(files))).text).toContain(
      '  # Left out: */*/Package.toml, of which it is not clear which field is the version.\n',
    );
  });

  it('lines of JSON in files that are called like their packages', async () => {
    const lines = (name: string, versions: readonly string[]) =>
      versions
        .map((num) => `${JSON.stringify({ crate_name: name, num, checksum: A, deps: [{ name: 'x' }] })}\n`)
        .join('');
    const files = { 'se/rd/serde': lines('serde', ['1.0', '1.1']), 'to/ki/tokio': lines('tokio', ['2.0']) };
    expect(await publishedBy(files, [...basics, 'sha256'])).toEqual([
      ['serde', '1.0', 'all', A],
      ['serde', '1.1', 'all', A],
      ['tokio', '2.0', 'all', A],
    ]);
  });

  it('packages whose names have the version, and an ID without it', async () => {
    const one = (pname: string, version: string) => ({
      name: `${pname}-${version}`,
      pname,
      version,
      system: 'x86_64-linux',
    });
    const packages = { hello: one('hello', '2.12'), 'py.requests': one('requests', '2.32') };
    expect(await publishedBy({ 'all.json': { version: 2, packages } }, basics)).toEqual([
      ['hello', '2.12', 'x86_64-linux'],
      ['requests', '2.32', 'x86_64-linux'],
    ]);
  });

  it('versions of one package, which takes the name of the directory', async () => {
    expect(await publishedBy({ 'index.json': { '1.0': { date: '2020' }, '1.1': { date: '2021' } } }, basics)).toEqual([
      ['tools', '1.0', 'all'],
      ['tools', '1.1', 'all'],
    ]);
  });

  it('lists of architectures, of which a star means all', async () => {
    const libraries = [
      { name: 'Servo', version: '1.2', architectures: ['avr', 'samd'], checksum: `SHA-256:${A}` },
      { name: 'Servo', version: '1.1', architectures: ['*'], checksum: `SHA-256:${B}` },
    ];
    expect(await publishedBy({ 'index.json': { libraries } }, [...basics, 'sha256'])).toEqual([
      ['Servo', '1.1', 'all', B],
      ['Servo', '1.2', ['avr', 'samd'], A],
    ]);
  });
});

describe('several kinds of files', () => {
  const basics = ['name', 'version'];

  it('are each an input if they have different packages', async () => {
    const files = {
      'a.json': { name: 'a', version: '1', arch: 'amd64' },
      'b.toml': 'name = "b"\nversion = "2"\narch = "all"\n',
      'README.md': '# x',
    };
    expect(await publishedBy(files, basics)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('are one input if one repeats the packages of the other', async () => {
    const files = {
      'index.json': { packages: [{ id: 'a', version: '1' }] },
      'a.json': { name: 'a', version: '1', homepage: 'https://example.org/a' },
      'b.json': { name: 'b', version: '1', homepage: 'https://example.org/b' },
    };
    expect(await publishedBy(files, basics)).toEqual([
      ['a', '1'],
      ['b', '1'],
    ]);
    const { text } = await guessConfig(inputOf(files));
    expect(text).toContain('  - files: "{a.json,b.json}"\n');
    expect(text).toContain('  # Left out: index.json, which has packages of *.json, too.\n');
  });

  it('of one suffix are told apart by what is in them', async () => {
    const files = {
      'stats.json': { downloads: { a: 100, b: 2 } },
      'plugins.json': [{ id: 'a', version: '1' }],
      'themes.json': [{ slug: 'dark', release: '2', label: 'Dark' }],
    };
    expect(await publishedBy(files, basics)).toEqual([
      ['a', '1'],
      ['dark', '2'],
    ]);
  });

  it('of a feed for OpenWrt are one list and two that accompany it', async () => {
    const stanza = `Package: a\nVersion: 1\nArchitecture: x86_64\nFilename: a.ipk\nSize: 1\nSHA256sum: ${A}\n`;
    const files = {
      Packages: stanza,
      'Packages.manifest': `${stanza}Maintainer: x\n`,
      'index.json': { version: 2, architecture: 'x86_64', packages: { a: '1' } },
    };
    expect(await publishedBy(files, basics)).toEqual([['a', '1']]);
  });

  it('are read in an order in which no pattern takes the files of another', async () => {
    const files = Object.fromEntries(
      ['stable/a', 'testing/live/b', 'testing/live/c'].map((folder) => [
        `${folder}/manifest.toml`,
        '[plugin]\ncommit = "abc1"\n',
      ]),
    );
    const odd = { 'stable/d/odd.toml': '[plugin]\ncommit = "abc2"\n', 'overrides.toml': '[tracks]\nx = "y"\n' };
    expect(await publishedBy({ ...files, ...odd }, ['name', 'version'])).toEqual([
      ['a', 'abc1'],
      ['b', 'abc1'],
      ['c', 'abc1'],
      ['d', 'abc2'],
    ]);
  });
});

describe('what a person must decide', () => {
  it.each<[string, Files, string]>([
    [
      'which field is the version',
      { 'themes.json': [{ name: 'Minimal', author: 'k', modes: ['dark'] }] },
      'themes.json: which field is the version (`fields: { version: … }`): records have name ("Minimal"), author ("k")',
    ],
    [
      'where a version is only part of a text',
      {
        'simple/spam/index.json': {
          name: 'spam',
          files: [
            { filename: 'spam-1.0.whl', hashes: { sha256: A } },
            { filename: 'spam-2.0.whl', hashes: { sha256: B } },
          ],
        },
      },
      'simple/spam/index.json: which field is the version (`fields: { version: … }`): records at files.* have name ("spam"), filename ("spam-1.0.whl")',
    ],
    [
      'where records are, if there are none',
      { 'packages.json': { packages: [] } },
      'packages.json: where the records are (`records:`): the sample has none',
    ],
    [
      'where records are, if all are texts',
      { 'versions.json': { alpha: '1.0', beta: '2.0' } },
      'versions.json: where the records are (`records:`): a record is a map, but the members here are texts, such as alpha: "1.0"',
    ],
    [
      'what tells records apart',
      {
        'all.json': [
          { name: 'a', version: '1', file: 'x' },
          { name: 'a', version: '1', file: 'y' },
        ],
      },
      'all.json: what tells records apart that have the same name, version and arch (`fields: { version: "{version}-{…}" }`)',
    ],
  ])('is said in one line: %s', async (_title, files, question) => {
    expect(await questionsAbout(files)).toEqual([question]);
  });

  it('is that a directory has nothing that a reader reads, with what it has', async () => {
    const refusal = async (files: Files) => (await failureOf(guessConfig(inputOf(files)))).message;
    expect(await refusal({ 'a.md': '---\nversion: 1\n---\ntext\n', 'b.md': 'x' })).toBe(
      'no reader reads a file in this directory; found 2 files **/*.md (such as a.md)',
    );
    expect(await refusal({ 'repo.xml': '<a/>' })).toBe('no reader reads a file in this directory; found repo.xml');
    expect(await refusal({})).toBe('no reader reads a file in this directory; found no files');
  });
});

describe('a preview', () => {
  it('has records of many files', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `p${i}.json`,
        ['1', '2'].map((version) => ({ name: `p${i}`, version, arch: 'all' })),
      ]),
    );
    const records = await previewRecords({ input: inputOf(files) }, 10);
    expect(records.map(({ name }) => name)).toEqual(['p0', 'p1', 'p10', 'p11', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
  });

  it('leaves out what a published tree has', async () => {
    const input = inputOf({ 'a.json': { name: 'a', version: '1', arch: 'all' } });
    await build({ input, out: input });
    expect(await previewRecords({ input }, 10)).toHaveLength(1);
    expect((await guessConfig(input)).text).toContain('  - files: a.json\n');
  });
});

describe('a directory of Debian packages', () => {
  const deb = (name: string): Promise<Uint8Array> => makeDeb({ control: controlOf({ Package: name }) });

  it.each([
    ['side by side', ['one.deb', 'two.deb'], '**/*.{deb,udeb,dsc}', ['main', 'main']],
    [
      'in a pool',
      ['pool/main/o/one.deb', 'pool/extra/two.deb'],
      'pool/<component>/**/*.{deb,udeb,dsc}',
      ['main', 'extra'],
    ],
  ])('%s becomes an apt archive', async (_, [first = '', second = ''], files, components) => {
    const input = writeFiles(freshPath(), { [first]: await deb('one'), [second]: await deb('two') });
    const { text, undecided } = await guessConfig(input);
    expect(undecided).toEqual([]);
    expect(text).toContain(`layout: apt\n`);
    expect(text).toContain(`\n  - files: "${files}"\n`);
    const config = join(writeFiles(freshPath(), { 'repomill.yaml': text }), 'repomill.yaml');
    const out = freshPath();
    expect(await build({ input, config, out })).toMatchObject({ packages: 2 });
    const release = readFileSync(join(out, 'dists/stable/Release'), 'utf8');
    expect(release).toContain(`\nComponents: ${[...new Set(components)].join(' ')}\n`);
  });

  it('is not read twice where a list of them is next to them', async () => {
    const input = writeFiles(freshPath(), { 'one.deb': await deb('one'), Packages: 'Package: one\nVersion: 1\n' });
    expect((await guessConfig(input)).text).toContain('layout: apt\n');
  });

  it('is nothing of the kind where other files describe the packages', async () => {
    const input = writeFiles(freshPath(), { 'one.deb': await deb('one'), 'one.yaml': 'name: one\nversion: 1\n' });
    expect((await guessConfig(input)).text).not.toContain('layout:');
  });
});
