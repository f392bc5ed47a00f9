/**
 * Where a tree is written: among files of others, into its own input, through links, whatever the umask; and what is said about a
 * tree that is too large for a host.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { openRepository, pull } from '../../src/client.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { directoryStore } from '../../src/platform/files/directory-store.ts';
import type { BuildReport } from '../../src/publish/build-report.ts';
import { verify } from '../../src/verify.ts';
import { allFindings } from '../audited.ts';
import { failureOf } from '../failure.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const recordFile = (name: string, version: string): Readonly<Record<string, string>> => ({
  [`packages/${name}.json`]: JSON.stringify(sampleRecord(name, version, 'amd64', { details: { changelog: name } })),
});
const config = { 'repomill.yaml': 'name: sample\ninputs: [packages/*.json]\ncombined: [amd64]\n' };
const release = (version: string): Readonly<Record<string, string>> => ({
  ...config,
  ...Object.assign({}, ...['a', 'b', 'c'].map((name) => recordFile(name, version))),
});

/** The digests of the files of a native tree, whatever else is in its directory. */
function treeOf(directory: string): Readonly<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of ['index.json', 'combined.jsonl.gz']) digests[name] = sha256Of(readFileSync(join(directory, name)));
  for (const name of ['summaries', 'deltas', 'details']) {
    for (const [path, digest] of Object.entries(digestsOf(join(directory, name)))) digests[`${name}/${path}`] = digest;
  }
  return digests;
}

/** The trees of two releases, built where nothing else is. */
async function plainTrees(): Promise<readonly [unknown, unknown]> {
  const out = freshPath();
  const trees: unknown[] = [];
  for (const version of ['1', '2']) {
    await build({ input: writeFiles(freshPath(), release(version)), out });
    trees.push(treeOf(out));
  }
  return [trees[0], trees[1]];
}

const site = {
  '.git/HEAD': 'ref: refs/heads/gh-pages\n',
  '.nojekyll': '',
  CNAME: 'packages.example.org\n',
  'README.md': '# Mine\n',
  'assets/data.json': '{}',
  'pool/main/a.deb': 'a package',
  summary: 'a file of mine with a name of the flatpak layout',
};

describe('a directory with files of others', () => {
  it('takes a tree at the first publication and later, which leave them alone', async () => {
    const [first, second] = await plainTrees();
    const out = writeFiles(freshPath(), site);
    const before = stateOf(join(out, '.git'));
    await build({ input: writeFiles(freshPath(), release('1')), out });
    expect(treeOf(out)).toEqual(first);
    await build({ input: writeFiles(freshPath(), release('2')), out });
    expect(treeOf(out)).toEqual(second);
    for (const [path, content] of Object.entries(site)) expect(readFileSync(join(out, path), 'utf8')).toBe(content);
    expect(stateOf(join(out, '.git'))).toEqual(before);
    expect(listPaths(out)).toEqual([...Object.keys(site), ...Object.keys(treeOf(out))].sort());
  });

  it('is verified without a word about them, except for those in the directories of the tree', async () => {
    const out = writeFiles(freshPath(), site);
    await build({ input: writeFiles(freshPath(), release('1')), out });
    writeFiles(out, { 'summaries/notes.txt': 'mine' });
    const report = await verify({ tree: out });
    expect(allFindings(report)).toEqual([]);
    expect(report.foreign).toEqual(['summaries/notes.txt']);
    await build({ input: writeFiles(freshPath(), release('2')), out });
    expect(readFileSync(join(out, 'summaries/notes.txt'), 'utf8')).toBe('mine');
  });

  it('is written through a link, and so are directories of the tree that are links', async () => {
    const [first, second] = await plainTrees();
    const [real, link, summaries] = [writeFiles(freshPath(), site), freshPath(), writeFiles(freshPath(), {})];
    symlinkSync(real, link);
    symlinkSync(summaries, join(real, 'summaries'));
    const [one, two] = ['1', '2'].map((version) => writeFiles(freshPath(), release(version)));
    if (one === undefined || two === undefined) throw new TypeError('no input');
    await build({ input: one, out: link });
    expect(treeOf(link)).toEqual(first);
    await build({ input: two, out: link });
    expect(treeOf(link)).toEqual(second);
    expect((await build({ input: two, out: link })).changed).toBe(false);
    expect(allFindings(await verify({ tree: link }))).toEqual([]);
  });
});

describe('input and output in one directory', () => {
  it('do not mix: a second build reads nothing that the first one wrote', async () => {
    const [first, second] = await plainTrees();
    const directory = writeFiles(freshPath(), { ...release('1'), 'README.md': 'mine', '.git/HEAD': 'mine' });
    await build({ input: directory, out: directory });
    expect(treeOf(directory)).toEqual(first);
    const before = stateOf(directory);
    expect(await build({ input: directory, out: directory })).toMatchObject({ changed: false, files: 3 });
    expect(stateOf(directory)).toEqual(before);
    writeFiles(directory, release('2'));
    expect(await build({ input: directory, out: directory })).toMatchObject({ changed: true, files: 3, skipped: [] });
    expect(treeOf(directory)).toEqual(second);
  });

  it.each<[string, string]>([
    ['no configuration', ''],
    ['patterns that match the tree', 'name: x\ncombined: [amd64]\ninputs: ["**/*.json", "**/*.jsonl"]\n'],
  ])('do not mix with %s', async (_, text) => {
    const files = text === '' ? {} : { 'repomill.yaml': text };
    const directory = writeFiles(freshPath(), { ...files, ...recordFile('a', '1'), ...recordFile('b', '1') });
    const report = await build({ input: directory, out: directory });
    expect(report).toMatchObject({
      files: 2,
      packages: 2,
      skipped: [],
      warnings: text === '' ? [] : [expect.stringContaining('inputs[1]')],
    });
    expect(await build({ input: directory, out: directory })).toMatchObject({ changed: false, files: 2, skipped: [] });
  });

  it('may be one inside the other, and linked', async () => {
    const [first] = await plainTrees();
    const repository = writeFiles(freshPath(), release('1'));
    const rules = writeFiles(freshPath(), { 'repomill.yaml': 'name: sample\ninputs: ["**/*"]\ncombined: [amd64]\n' });
    symlinkSync('public', join(repository, 'again'));
    const inside = { input: repository, out: join(repository, 'public') };
    mkdirSync(inside.out);
    for (const changed of [true, false]) expect(await build(inside)).toMatchObject({ changed });
    expect(treeOf(inside.out)).toEqual(first);
    const all = { input: join(repository, 'packages'), out: repository, config: join(rules, 'repomill.yaml') };
    for (const changed of [true, false]) expect(await build(all)).toMatchObject({ changed, files: 3 });
    expect(treeOf(repository)).toEqual(first);
    // The pattern leads into both trees, and into one of them through a link as well.
    const both = { input: repository, out: inside.out, config: join(rules, 'repomill.yaml') };
    rmSync(join(repository, 'index.json'));
    for (const path of ['summaries', 'details', 'combined.jsonl.gz'])
      rmSync(join(repository, path), { recursive: true });
    rmSync(join(repository, 'repomill.yaml'));
    expect(await build(both)).toMatchObject({ changed: false, files: 3 });
  });

  it('do not mix if the input holds a tree that was built there, and the next one is built elsewhere', async () => {
    const [first] = await plainTrees();
    const text = 'name: sample\ninputs: ["**/*"]\ncombined: [amd64]\n';
    const input = writeFiles(freshPath(), { ...release('1'), 'repomill.yaml': text });
    for (const out of [join(input, 'old'), input, freshPath(), freshPath()]) {
      expect(await build({ input, out })).toMatchObject({ files: 3 });
      expect(treeOf(out)).toEqual(first);
    }
  });

  it('are refused if the input has files in a directory that the tree needs', async () => {
    const directory = writeFiles(freshPath(), {
      'repomill.yaml': 'name: x\ninputs: [details/*.json]\n',
      'details/a.json': JSON.stringify(sampleRecord('a', '1', 'amd64')),
    });
    const { code, problems } = await failureOf(build({ input: directory, out: directory }));
    expect([code, problems]).toEqual([
      'conflict',
      [{ file: `${directory}/details/a.json`, message: 'not written by repomill, in a directory that the tree needs' }],
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('the permissions of a tree', () => {
  const umask = process.umask();
  afterEach(() => void process.umask(umask));

  const buildWith = (mask: number, request: BuildRequest): Promise<BuildReport> => {
    process.umask(mask);
    return build(request).finally(() => process.umask(umask));
  };
  const modesIn = (directory: string): Readonly<Record<string, readonly string[]>> => {
    const modes = { file: new Set<string>(), directory: new Set<string>() };
    for (const entry of [directory, ...readdirSync(directory, { recursive: true, encoding: 'utf8' })]) {
      const stats = statSync(entry === directory ? entry : join(directory, entry));
      modes[stats.isFile() ? 'file' : 'directory'].add((stats.mode & 0o777).toString(8));
    }
    return { file: [...modes.file].sort(), directory: [...modes.directory].sort() };
  };
  const inputs = [release('1'), release('2')].map((files) => writeFiles(freshPath(), files));

  it.each(['077', '022', '000', '027'])('are 0644 and 0755 under umask %s', async (mask) => {
    const top = freshPath();
    for (const input of inputs) await buildWith(Number.parseInt(mask, 8), { input, out: join(top, 'deep/er') });
    expect(modesIn(top)).toEqual({ file: ['644'], directory: ['755'] });
    expect(listPaths(top).some((path) => path.includes('/deltas/'))).toBe(true);
  });

  it('are those of --mode, for files that are replaced too', async () => {
    const [one = '', two = ''] = inputs;
    const out = freshPath();
    await buildWith(0o077, { input: one, out, mode: 0o664 });
    expect(modesIn(out)).toEqual({ file: ['664'], directory: ['775'] });
    await buildWith(0o022, { input: two, out, mode: 0o640 });
    expect((statSync(join(out, 'index.json')).mode & 0o777).toString(8)).toBe('640');
  });

  it('leave a directory its own, and what it passes on to those below', async () => {
    const out = freshPath();
    mkdirSync(out);
    chmodSync(out, 0o2775);
    await buildWith(0o077, { input: inputs[0] ?? '', out });
    const modeOf = (path: string): number => statSync(join(out, path)).mode & 0o7777;
    expect(modeOf('.')).toBe(0o2775);
    // Not every system has directories that pass on their group.
    expect(modeOf('summaries') & 0o777).toBe(0o755);
    expect(modeOf('index.json')).toBe(0o644);
  });

  it('of a file that is replaced stay as they are', async () => {
    const [one = '', two = ''] = inputs;
    const out = freshPath();
    await build({ input: one, out });
    chmodSync(join(out, 'index.json'), 0o664);
    chmodSync(join(out, 'combined.jsonl.gz'), 0o640);
    await buildWith(0o077, { input: two, out });
    expect(['index.json', 'combined.jsonl.gz'].map((path) => statSync(join(out, path)).mode & 0o777)).toEqual([
      0o664, 0o640,
    ]);
  });

  it('do not change in a build without change', async () => {
    const [one = ''] = inputs;
    const out = freshPath();
    await build({ input: one, out });
    chmodSync(join(out, 'index.json'), 0o600);
    chmodSync(join(out, 'summaries'), 0o700);
    const before = stateOf(out);
    expect(await buildWith(0o077, { input: one, out, mode: 0o664 })).toMatchObject({ changed: false });
    expect(stateOf(out)).toEqual(before);
  });

  it('are the same in the flatpak layout, and of no file of OSTree', async () => {
    const repository = new OstreeRepository(freshPath());
    repository.commit('app/org.a.App/x86_64/stable');
    repository.commit('app/_b.Underscore/x86_64/stable');
    chmodSync(join(repository.directory, 'config'), 0o640);
    const before = stateOf(join(repository.directory, 'objects'));
    await buildWith(0o077, { input: repository.directory, out: repository.directory, layout: 'flatpak' });
    for (const path of [
      'summary',
      'summary.idx',
      '.nojekyll',
      ...listPaths(join(repository.directory, 'summaries')).map((name) => `summaries/${name}`),
    ]) {
      expect([path, statSync(join(repository.directory, path)).mode & 0o777]).toEqual([path, 0o644]);
    }
    expect(statSync(join(repository.directory, 'summaries')).mode & 0o777).toBe(0o755);
    expect(statSync(join(repository.directory, 'config')).mode & 0o777).toBe(0o640);
    expect(stateOf(join(repository.directory, 'objects'))).toEqual(before);
  });

  it('are refused, in words, if no later build could write or if files could be executed', async () => {
    const { code, message } = await failureOf(build({ input: inputs[0] ?? '', out: freshPath(), mode: 0o755 }));
    expect([code, message]).toEqual([
      'usage',
      'mode: expected 0600 or more and no execute bits, such as 0664, found 0755',
    ]);
  });
});

describe('a link in the input', () => {
  it('that leads nowhere and that no rule matches is nobody’s business', async () => {
    const input = writeFiles(freshPath(), release('1'));
    symlinkSync('nowhere', join(input, 'result'));
    symlinkSync('nowhere', join(input, 'packages/result'));
    expect(await build({ input, out: freshPath() })).toMatchObject({ packages: 3, warnings: [] });
  });

  it('that leads nowhere is an error with its path if a rule matches it, or the directory that it was', async () => {
    const rules = 'name: sample\ninputs: [packages/*.json, <arch>/all.jsonl]\n';
    const input = writeFiles(freshPath(), { ...release('1'), 'repomill.yaml': rules });
    for (const path of ['packages/d.json', 'amd64']) symlinkSync('nowhere', join(input, path));
    const { code, problems } = await failureOf(build({ input, out: freshPath() }));
    const message = 'broken symbolic link: no such file or directory';
    expect([code, problems]).toEqual([
      'metadata',
      [
        { file: 'amd64', message },
        { file: 'packages/d.json', message },
      ],
    ]);
  });

  it('that leads nowhere is a warning if only ** leads there', async () => {
    const input = writeFiles(freshPath(), { ...release('1'), 'repomill.yaml': 'name: a\ninputs: ["**/*.json"]\n' });
    symlinkSync('nowhere', join(input, 'result'));
    expect(await build({ input, out: freshPath() })).toMatchObject({
      packages: 3,
      warnings: ['result: broken symbolic link: no such file or directory; left out'],
    });
  });
});

describe('an input in which files come and go', () => {
  it('is published whole', async () => {
    const records = sampleRelease(100, 0);
    const files = Object.fromEntries(records.map((record, i) => [`main/${i}.json`, JSON.stringify(record)]));
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': 'name: a\ninputs: ["main/*.json"]\n' });
    const script = `const fs = require('node:fs');
      for (let i = 0; ; i++) { fs.writeFileSync(i + '.json.tmp', ''); fs.rmSync(i + '.json.tmp'); }`;
    const busy = spawn(process.execPath, ['-e', script], { cwd: join(input, 'main'), stdio: 'ignore' });
    try {
      for (let run = 0; run < 10; run++) {
        expect(await build({ input, out: freshPath(), dryRun: true })).toMatchObject({ packages: records.length });
      }
    } finally {
      busy.kill('SIGKILL');
    }
  });
});

describe('an emptied repository', () => {
  it('is refused, and then published if asked for: clients lose all packages', async () => {
    const [out, cache] = [freshPath(), freshPath()];
    await build({ input: writeFiles(freshPath(), release('1')), out });
    await pull({ source: directorySource(out), store: directoryStore(cache), arch: 'amd64' });
    const input = writeFiles(freshPath(), config);
    const { code, message, hint } = await failureOf(build({ input, out }));
    expect([code, message]).toEqual(['metadata', 'no package records found; nothing was written']);
    expect(hint).toBe(
      'tried: packages/*.json; set `inputs:` in repomill.yaml to read other files, or add --allow-empty to publish a ' +
        'repository without packages',
    );
    expect(await build({ input, out, allowEmpty: true })).toMatchObject({
      packages: 0,
      state: { version: 2 },
      summaries: [{ arch: 'amd64', packages: 0 }],
      warnings: [],
    });
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
    expect(gunzipSync(readFileSync(join(out, 'combined.jsonl.gz')))).toHaveLength(0);
    expect((await build({ input, out, allowEmpty: true })).changed).toBe(false);
    await pull({ source: directorySource(out), store: directoryStore(cache), arch: 'amd64' });
    const repository = await openRepository({ store: directoryStore(cache) });
    expect(await repository.search([], { arch: 'amd64' })).toEqual({ total: 0, hits: [], unknownFields: [] });
    await build({ input: writeFiles(freshPath(), release('2')), out });
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
  });

  it('may be the first that is ever published', async () => {
    const [out, cache] = [freshPath(), freshPath()];
    const input = writeFiles(freshPath(), { 'repomill.yaml': 'name: new\n' });
    expect(await build({ input, out, allowEmpty: true })).toMatchObject({ packages: 0, summaries: [], changed: true });
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
    await pull({ source: directorySource(out), store: directoryStore(cache) });
    const arches = writeFiles(freshPath(), { 'repomill.yaml': 'name: new\narches: [amd64, arm64]\n' });
    expect(await build({ input: arches, out, allowEmpty: true })).toMatchObject({ summaries: [{}, {}] });
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
  });

  it('does not hide what is wrong with its input', async () => {
    const input = writeFiles(freshPath(), { 'a.json': '{"name": 1}' });
    const { code } = await failureOf(build({ input, out: freshPath(), allowEmpty: true }));
    expect(code).toBe('metadata');
    const missing = await failureOf(build({ input: freshPath(), out: freshPath(), allowEmpty: true }));
    expect(missing.code).toBe('not-found');
  });

  it('of flatpak’s is one too', async () => {
    const repository = new OstreeRepository(freshPath());
    const [input, name] = [repository.directory, 'app/org.a.App/x86_64/stable'];
    repository.commit(name);
    await build({ input, out: input, layout: 'flatpak' });
    repository.removeRef(name);
    const native = await failureOf(build({ input, out: freshPath() }));
    expect([native.message, native.hint]).toEqual([
      'no refs in refs/heads; nothing was written',
      'to publish a repository without refs, add --allow-empty',
    ]);
    // As flatpak does it, for hosts that take the last app away.
    const request = { input, out: input, layout: 'flatpak' } as const;
    expect(await build(request)).toMatchObject({ packages: 0, summaries: [], changed: true });
    expect(allFindings(await verify({ tree: input }))).toEqual([]);
    // What the index before this one named is kept until the next build.
    expect(await build(request)).toMatchObject({ written: [], pruned: [expect.stringMatching(/^summaries\//)] });
    expect((await build(request)).changed).toBe(false);
  });
});

describe('.nojekyll', () => {
  const repositoryWith = (app: string): OstreeRepository => {
    const repository = new OstreeRepository(freshPath());
    repository.commit(`app/${app}/x86_64/stable`);
    return repository;
  };

  it('is written if a name in a flatpak repository begins with an underscore, and then stays', async () => {
    const repository = repositoryWith('_org.a.App');
    const { directory } = repository;
    const request = { input: directory, out: directory, layout: 'flatpak' } as const;
    expect((await build(request)).written.map(({ path }) => path)).toContain('.nojekyll');
    expect((await build(request)).changed).toBe(false);
    repository.removeRef('app/_org.a.App/x86_64/stable');
    repository.commit('app/org.b.App/x86_64/stable');
    expect((await build(request)).pruned).not.toContain('.nojekyll');
    expect(listPaths(directory)).toContain('.nojekyll');
  });

  it('is not written otherwise, or if flatpak is to be copied exactly, and one of others stays', async () => {
    const plain = repositoryWith('org.a.App').directory;
    await build({ input: plain, out: plain, layout: 'flatpak' });
    expect(listPaths(plain)).not.toContain('.nojekyll');
    const exact = repositoryWith('_org.a.App').directory;
    const foreign = repositoryWith('_org.a.App').directory;
    const file = writeFiles(freshPath(), { 'exact.yaml': 'name: a\nflatpak: { exact: true }\n' });
    await build({ input: exact, out: exact, layout: 'flatpak', config: join(file, 'exact.yaml') });
    expect(listPaths(exact)).not.toContain('.nojekyll');
    writeFiles(foreign, { '.nojekyll': 'mine' });
    await build({ input: foreign, out: foreign, layout: 'flatpak' });
    expect(readFileSync(join(foreign, '.nojekyll'), 'utf8')).toBe('mine');
  });

  it('is never needed by a native tree', async () => {
    const records = asLines([sampleRecord('_a', '_1', 'a_b', { subsets: ['a_s'], _field: 1, details: { _a: 1 } })]);
    const text = 'name: a\nsubsets: { a_s: }\ncombined: [a_b]\n';
    const out = freshPath();
    await build({ input: writeFiles(freshPath(), { 'a.jsonl': records, 'repomill.yaml': text }), out });
    expect(listPaths(out).filter((path) => /(?:^|\/)[_.]/.test(path))).toEqual([]);
  });
});

describe('a tree that is too large for a host', () => {
  it('is published, with one warning that says what makes it large', async () => {
    const out = freshPath();
    const input = writeFiles(freshPath(), release('1'));
    expect((await build({ input, out })).warnings).toEqual([]);
    mkdirSync(join(out, 'details/more'));
    for (let i = 0; i < 20_000; i++) writeFileSync(join(out, 'details/more', String(i)), '');
    const warnings: string[] = [];
    const report = await build({ input, out, progress: { warn: (message) => void warnings.push(message) } });
    expect(report.warnings).toEqual([
      '20,006 files, but Cloudflare Pages (hosts/_headers) accepts 20,000 on its free plan; 20,003 are in details/: each package with a field of ' +
        '`details:` has one; name fewer fields there',
    ]);
    expect(warnings).toEqual(report.warnings);
  });

  it('is one with a large file of a package, too', async () => {
    const record = { name: 'a', version: '1', arch: 'all', path: 'pool/a-1.bin' };
    const config = 'name: a\npackages: { root: files, publish: link }\ninputs: ["*.json"]\n';
    const input = writeFiles(freshPath(), {
      'a.json': JSON.stringify(record),
      'repomill.yaml': config,
      'files/pool/a-1.bin': '',
    });
    truncateSync(join(input, 'files/pool/a-1.bin'), 26 * 1024 * 1024);
    const { warnings } = await build({ input, out: freshPath() });
    expect(warnings).toEqual([
      'pool/a-1.bin: 27.3 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file',
    ]);
  });
});
