/**
 * Whole builds with `packages:` — the files of packages are found, hashed, compared, published, kept and removed.
 */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { openRepository } from '../../src/client/repository.ts';
import { formatProblem } from '../../src/errors.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { fileStampOf, isSettled } from '../../src/platform/files/file-stamp.ts';
import { verify } from '../../src/verify.ts';
import { allFindings, onlyLayout } from '../audited.ts';
import { failureOf } from '../failure.ts';
import { requireProgram } from '../interop/programs.ts';
import { asLines } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../workspace.ts';
import { cachedBuild } from './cached-build.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

type Fields = Readonly<Record<string, unknown>>;

/** A record of a package whose file is `pool/<name>-<version>.pkg`. */
function record(name: string, version: string, fields: Fields = {}): Fields {
  return { name, version, arch: 'x', path: `pool/${name}-${version}.pkg`, ...fields };
}

interface Repository {
  readonly input: string;
  readonly out: string;
  readonly cache: string;
}

/** An input with a configuration, records and files, and places for its output and cache. */
function repository(publish: string, records: readonly Fields[], files: Readonly<Record<string, string>>): Repository {
  const input = writeFiles(freshPath(), files);
  writeFiles(input, {
    'repomill.yaml': `name: test\ninputs: [records.jsonl]\nhistory: 2\npackages:\n  root: .\n  publish: ${publish}\n`,
  });
  const made = { input, out: freshPath(), cache: freshPath() };
  setRecords(made, records);
  return made;
}

function setRecords({ input }: Repository, records: readonly Fields[]): void {
  writeFiles(input, { 'records.jsonl': asLines(records) });
}

async function problemsOf(request: BuildRequest): Promise<readonly string[]> {
  return (await failureOf(build(request))).problems.map(formatProblem);
}

async function recordOf(out: string, name: string): Promise<Fields | undefined> {
  const opened = await openRepository({ source: directorySource(out) });
  return (await opened.show(name, { arch: 'x' }))[0]?.record;
}

/** The paths of packages in a tree. */
const packagesIn = (out: string): readonly string[] => listPaths(out).filter((path) => path.startsWith('pool/'));

describe('sizes and digests', () => {
  it('are computed where records lack them, and decide on subsets', async () => {
    const files = { 'pool/small-1.pkg': 'tiny', 'pool/large-1.pkg': 'x'.repeat(2000), 'pool/half-1.pkg': 'half' };
    const records = [
      record('small', '1', { note: 'kept', changelog: 'long' }),
      record('large', '1'),
      record('half', '1', { sha256: sha256Of('half') }),
    ];
    const { input, out } = repository('none', records, files);
    appendFileSync(join(input, 'repomill.yaml'), 'details: [changelog]\nsubsets:\n  small: size < 1kB\n');
    const report = await build({ input, out });
    expect(report.packageFiles).toEqual({
      files: 3,
      size: 2008,
      hashed: { files: 3, bytes: 2008 },
      copied: [],
      linked: [],
      removed: [],
    });
    expect(report.summaries.map(({ subset, packages }) => [subset, packages])).toEqual([
      [undefined, 3],
      ['small', 2],
    ]);
    expect(await recordOf(out, 'small')).toMatchObject({ size: 4, sha256: sha256Of('tiny'), note: 'kept' });
    expect(await recordOf(out, 'half')).toMatchObject({ size: 4, sha256: sha256Of('half') });
    expect(packagesIn(out)).toEqual([]);
  });

  it('give the same tree as records that have them', async () => {
    const files = { 'pool/a-1.pkg': 'aaaa' };
    const lacking = repository('none', [record('a', '1')], files);
    const stated = repository('none', [record('a', '1', { size: 4, sha256: sha256Of('aaaa') })], files);
    for (const { input, out } of [lacking, stated]) await build({ input, out });
    expect(digestsOf(lacking.out)).toEqual(digestsOf(stated.out));
  });

  it('that differ, files that are missing, and what is no file are problems of their records, all in one run', async () => {
    const { input, out } = repository(
      'copy',
      [
        record('fine', '1'),
        record('larger', '1', { size: 5 }),
        record('other', '1', { size: 4, sha256: sha256Of('else') }),
        record('missing', '1'),
        record('folder', '1', { path: 'pool' }),
        record('outside', '1', { path: 'pool/outside' }),
        record('elsewhere', '1', { url: 'https://example.org/elsewhere', path: undefined }),
        record('index', '1', { path: 'index.json' }),
        record('two', '1', { path: 'pool/fine-1.pkg', size: 9 }),
      ],
      { 'pool/fine-1.pkg': 'fine', 'pool/larger-1.pkg': 'four', 'pool/other-1.pkg': 'four', 'index.json': '{}' },
    );
    symlinkSync('/etc/passwd', join(input, 'pool/outside'));
    const error = await failureOf(build({ input, out }));
    expect(error.problems.map(formatProblem)).toEqual([
      'records.jsonl:2: pool/larger-1.pkg: expected 5 bytes, found 4',
      `records.jsonl:3: pool/other-1.pkg: expected sha256 ${sha256Of('else')}, found ${sha256Of('four')}`,
      'records.jsonl:4: pool/missing-1.pkg: expected a file, found nothing',
      'records.jsonl:5: pool: expected a file, found a directory',
      'records.jsonl:6: pool/outside: expected a file, found a link to /etc/passwd',
      'records.jsonl:8: path "index.json": repomill writes a file of its own there; publish packages in a directory of their own',
      'records.jsonl:9: pool/fine-1.pkg: expected 9 bytes, found 4',
    ]);
    expect(error.code).toBe('metadata');
    expect(error.hint).toBe(
      `paths are relative to \`packages.root\` of repomill.yaml, here ${input}; ` +
        'a record may leave out size and sha256: repomill computes them from the file',
    );
    expect(listPaths(out)).toEqual([]);
  });

  it('are not those of a pointer of Git LFS, which is not the package', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const { input, out } = repository('copy', [record('a', '1'), record('b', '1')], {
      'pool/a-1.pkg': pointer,
      'pool/b-1.pkg': 'b',
    });
    expect(await problemsOf({ input, out })).toEqual([
      'records.jsonl:1: pool/a-1.pkg: expected a package, found a pointer of Git LFS; fetch the file with `git lfs pull`',
    ]);
  });

  it('are not computed if the records have problems already, but what is missing is reported with them', async () => {
    const { input, out } = repository('none', [{ name: 'bad' }, record('a', '1'), record('b', '1', { size: 2 })], {
      'pool/b-1.pkg': 'b',
    });
    expect(await problemsOf({ input, out })).toEqual(['records.jsonl:1: expected version and arch, found name']);
    setRecords({ input, out, cache: '' }, [
      record('a', '1'),
      record('b', '1', { size: 2, sha256: sha256Of('1') }),
      record('c', '1', { path: 'pool/b-1.pkg', sha256: sha256Of('2') }),
    ]);
    expect(await problemsOf({ input, out })).toEqual([
      'records.jsonl:1: pool/a-1.pkg: expected a file, found nothing',
      'records.jsonl:2: pool/b-1.pkg: expected 2 bytes, found 1',
      'records.jsonl:3: c 1 (x): path "pool/b-1.pkg" is also that of b 1 (x) at records.jsonl:2, with a different sha256',
    ]);
  });

  it('of a wrong root are one problem, and a root that does not exist is an error of its own', async () => {
    const records = Array.from({ length: 1200 }, (_, i) => record(`p${i}`, '1'));
    const { input, out } = repository('none', records, {});
    expect(await problemsOf({ input, out })).toEqual([
      'records.jsonl:1: pool/p0-1.pkg: expected a file, found nothing, as for all 1,200 files that records name',
    ]);
    writeFiles(input, { 'repomill.yaml': 'name: test\ninputs: [records.jsonl]\npackages: { root: files }\n' });
    expect(await failureOf(build({ input, out }))).toMatchObject({
      code: 'not-found',
      path: join(input, 'files'),
      message: 'no such directory',
      hint: '`packages.root` of repomill.yaml names it, relative to the input',
    });
  });

  it('are those of package deltas, too', async () => {
    const delta = { from: '0', size: 3, sha256: sha256Of('abc'), path: 'pool/a-0-1.delta' };
    const { input, out } = repository('copy', [record('a', '1', { packageDeltas: [delta] })], {
      'pool/a-1.pkg': 'a',
      'pool/a-0-1.delta': 'abd',
    });
    expect(await problemsOf({ input, out })).toEqual([
      `records.jsonl:1: pool/a-0-1.delta: expected sha256 ${sha256Of('abc')}, found ${sha256Of('abd')}`,
    ]);
    writeFiles(input, { 'pool/a-0-1.delta': 'abc' });
    await build({ input, out });
    expect(packagesIn(out)).toEqual(['pool/a-0-1.delta', 'pool/a-1.pkg']);
  });

  it('are taken from below an absolute root, through links that stay inside, with any name that a file can have', async () => {
    const root = writeFiles(freshPath(), { 'real/g++ 1.0~rc1 größe.pkg': 'content' });
    symlinkSync('real', join(root, 'pool'));
    const { input, out } = repository('copy', [record('g++', '1.0~rc1', { path: 'pool/g++ 1.0~rc1 größe.pkg' })], {});
    writeFiles(input, {
      'repomill.yaml': `name: test\ninputs: [records.jsonl]\npackages: { root: ${root}, publish: copy }\n`,
    });
    await build({ input, out });
    expect(readFileSync(join(out, 'pool/g++ 1.0~rc1 größe.pkg'), 'utf8')).toBe('content');
    expect(allFindings(await verify({ tree: out, full: true }))).toEqual([]);
  });

  it('without a record that has a path are a warning', async () => {
    const { input, out, cache } = repository('copy', [{ name: 'a', version: '1', arch: 'x' }], {});
    const { warnings } = await cachedBuild({ input, out, cache });
    expect(warnings).toEqual([`${join(input, 'repomill.yaml')}:4: packages: no record has the field "path"`]);
  });
});

describe('digests that are known from an earlier build', () => {
  const sources = { 'pool/a-1.pkg': 'aaaa', 'pool/b-1.pkg': 'bbbb' };
  const records = [record('a', '1'), record('b', '1')];
  const hashed = async (one: Repository, more: Partial<BuildRequest> = {}): Promise<unknown> => {
    const { report, cacheLookup } = await cachedBuild({ ...one, ...more });
    return { files: report.packageFiles?.hashed.files, known: cacheLookup.package.hits };
  };
  /** Waits until the clock of the file system has moved on: only then can it tell a later change from the last one. */
  const settle = async ({ input }: Repository): Promise<void> => {
    const stamps = packagesIn(input).map((path) => fileStampOf(statSync(join(input, path), { bigint: true })));
    const now = (): bigint => statSync(writeFiles(freshPath(), {}), { bigint: true }).mtimeNs;
    while (!stamps.every((stamp) => isSettled(stamp, now()))) await new Promise((resolve) => setImmediate(resolve));
  };

  it('are not computed again, unless somebody asks for it or a file has changed', async () => {
    const one = repository('none', records, sources);
    await settle(one);
    expect(await hashed(one)).toEqual({ files: 2, known: 0 });
    expect(await hashed(one)).toEqual({ files: 0, known: 2 });
    expect(await hashed(one, { rehash: true })).toEqual({ files: 2, known: 0 });
    // As long as before, and of the same age.
    const file = join(one.input, 'pool/a-1.pkg');
    const { mtime } = statSync(file);
    writeFileSync(file, 'AAAA');
    utimesSync(file, mtime, mtime);
    expect(await hashed(one)).toEqual({ files: 1, known: 1 });
    expect(await recordOf(one.out, 'a')).toMatchObject({ sha256: sha256Of('AAAA') });
  });

  it('are not believed of a file that may be changing still, by its time', async () => {
    const one = repository('none', records, sources);
    const tomorrow = new Date(4_000_000_000_000);
    utimesSync(join(one.input, 'pool/b-1.pkg'), tomorrow, tomorrow);
    const probe = writeFiles(freshPath(), { 'pool/probe.pkg': '' });
    await settle({ ...one, input: probe });
    for (const files of [2, 1, 1]) expect(await hashed(one)).toEqual({ files, known: 2 - files });
  });

  it('are kept from a build that failed', async () => {
    const one = repository('none', [...records, record('c', '1', { size: 9 })], { ...sources, 'pool/c-1.pkg': 'c' });
    await settle(one);
    await failureOf(build(one));
    setRecords(one, [...records, record('c', '1')]);
    expect(await hashed(one)).toEqual({ files: 0, known: 3 });
  });

  it('are computed again after the input was copied, or by a different cache', async () => {
    const one = repository('none', records, sources);
    await settle(one);
    await hashed(one);
    const copy = freshPath();
    cpSync(one.input, copy, { recursive: true, preserveTimestamps: true });
    renameSync(one.input, `${one.input}-old`);
    renameSync(copy, one.input);
    expect(await hashed(one)).toEqual({ files: 2, known: 0 });
    expect(await hashed({ ...one, cache: freshPath() })).toEqual({ files: 2, known: 0 });
  });

  it('survive the links that a build makes', async () => {
    const one = repository('link', records, sources);
    await settle(one);
    expect(await hashed(one)).toEqual({ files: 2, known: 0 });
    expect(await hashed(one)).toEqual({ files: 0, known: 2 });
  });
});

describe('publishing', () => {
  const records = [record('a', '1'), record('b', '1')];
  const files = { 'pool/a-1.pkg': 'aaaa', 'pool/b-1.pkg': 'bbbbb' };

  it('copies files below their paths, and a build without change writes nothing', async () => {
    const one = repository('copy', records, files);
    const { packageFiles, written } = await build(one);
    expect(packageFiles?.copied).toEqual([
      { path: 'pool/a-1.pkg', size: 4, sha256: sha256Of('aaaa') },
      { path: 'pool/b-1.pkg', size: 5, sha256: sha256Of('bbbbb') },
    ]);
    expect(written.map(({ path }) => path.replace(/[0-9a-f]{64}/, 'SHA'))).toEqual([
      'summaries/SHA.files.gz',
      'summaries/SHA.gz',
      'index.json',
    ]);
    expect(readFileSync(join(one.out, 'pool/b-1.pkg'), 'utf8')).toBe('bbbbb');
    expect(statSync(join(one.out, 'pool/a-1.pkg')).ino).not.toBe(statSync(join(one.input, 'pool/a-1.pkg')).ino);
    const before = stateOf(one.out);
    expect(await build(one)).toMatchObject({ changed: false, state: { version: 1 } });
    expect(await build({ ...one, rehash: true, cache: freshPath() })).toMatchObject({ changed: false });
    expect(stateOf(one.out)).toEqual(before);
    expect(allFindings(await verify({ tree: one.out, full: true }))).toEqual([]);
  });

  it('links files, and copies what not everyone may read', async () => {
    const one = repository('link', records, files);
    chmodSync(join(one.input, 'pool/b-1.pkg'), 0o600);
    const { report, warnings } = await cachedBuild(one);
    expect(report.packageFiles?.linked.map(({ path }) => path)).toEqual(['pool/a-1.pkg']);
    expect(report.packageFiles?.copied.map(({ path }) => path)).toEqual(['pool/b-1.pkg']);
    expect(statSync(join(one.out, 'pool/a-1.pkg')).ino).toBe(statSync(join(one.input, 'pool/a-1.pkg')).ino);
    expect(statSync(join(one.out, 'pool/b-1.pkg')).ino).not.toBe(statSync(join(one.input, 'pool/b-1.pkg')).ino);
    expect(warnings).toEqual([
      '1 package file was copied, not linked, such as pool/b-1.pkg: no link could be made, or the original has other read permissions',
    ]);
    const before = stateOf(one.out);
    expect(await build(one)).toMatchObject({ changed: false });
    expect(stateOf(one.out)).toEqual(before);
  });

  it('links one file to all the paths that lead to it', async () => {
    const records = [record('a', '1'), record('b', '1'), record('c', '1')];
    const one = repository('link', records, { 'pool/a-1.pkg': 'same' });
    linkSync(join(one.input, 'pool/a-1.pkg'), join(one.input, 'pool/b-1.pkg'));
    symlinkSync('a-1.pkg', join(one.input, 'pool/c-1.pkg'));
    const { report, warnings } = await cachedBuild(one);
    expect(report.packageFiles?.linked).toHaveLength(3);
    expect(warnings).toEqual([]);
    const inodes = packagesIn(one.out).map((path) => lstatSync(join(one.out, path)).ino);
    expect(new Set(inodes)).toEqual(new Set([statSync(join(one.input, 'pool/a-1.pkg')).ino]));
  });

  it('gives the same tree whether it copies or links', async () => {
    const [copied, linked] = [repository('copy', records, files), repository('link', records, files)];
    await build(copied);
    await build(linked);
    expect(digestsOf(copied.out)).toEqual(digestsOf(linked.out));
  });

  it.skipIf(process.platform === 'win32')(
    'is readable to everyone, or to whom the mode says, whatever the umask',
    async () => {
      const modesIn = (out: string): readonly string[] =>
        ['pool', 'pool/a-1.pkg'].map((path) => (statSync(join(out, path)).mode & 0o777).toString(8));
      const one = repository('copy', records, files);
      const umask = process.umask(0o077);
      try {
        await build(one);
        const group = freshPath();
        await build({ ...one, out: group, cache: freshPath(), mode: 0o640 });
        expect([modesIn(one.out), modesIn(group)]).toEqual([
          ['755', '644'],
          ['750', '640'],
        ]);
      } finally {
        process.umask(umask);
      }
    },
  );

  it('goes on after a first build that was killed before it wrote an index', async () => {
    const one = repository('copy', records, files);
    await build(one);
    const before = digestsOf(one.out);
    rmSync(join(one.out, 'index.json'));
    rmSync(join(one.out, 'pool/b-1.pkg'));
    await build(one);
    expect(digestsOf(one.out)).toEqual(before);
  });

  it('writes nothing in a dry run, and says what it would do', async () => {
    const one = repository('copy', records, files);
    const report = await build({ ...one, dryRun: true });
    expect(report.packageFiles?.copied).toHaveLength(2);
    expect(listPaths(one.out)).toEqual([]);
  });

  it('is refused into the root itself', async () => {
    const { input, cache } = repository('copy', records, {});
    const out = writeFiles(freshPath(), files);
    writeFiles(input, {
      'repomill.yaml': `name: test\ninputs: [records.jsonl]\npackages: { root: ${out}, publish: link }\n`,
    });
    const before = stateOf(out);
    expect(await failureOf(build({ input, out: `${out}/.`, cache }))).toMatchObject({
      code: 'usage',
      path: `${out}/.`,
      message: 'packages.root is the output, so publish: link has nothing to do',
      hint: 'set `publish: none`: repomill then checks the files where they are',
    });
    expect(stateOf(out)).toEqual(before);
  });

  it('refuses a new content at an old path, and takes it at a new one', async () => {
    const one = repository('copy', records, files);
    await build(one);
    const before = stateOf(one.out);
    writeFileSync(join(one.input, 'pool/a-1.pkg'), 'new!');
    const error = await failureOf(build(one));
    expect(error.problems.map(formatProblem)).toEqual([
      `records.jsonl:1: path "pool/a-1.pkg": was published with sha256 ${sha256Of('aaaa')}, and cannot become ${sha256Of('new!')}`,
    ]);
    expect(stateOf(one.out)).toEqual(before);
    renameSync(join(one.input, 'pool/a-1.pkg'), join(one.input, 'pool/a-1-2.pkg'));
    setRecords(one, [record('a', '1', { path: 'pool/a-1-2.pkg' }), record('b', '1')]);
    await build(one);
    expect(packagesIn(one.out)).toEqual(['pool/a-1-2.pkg', 'pool/a-1.pkg', 'pool/b-1.pkg']);
  });

  it('keeps files for as many versions as the history says, and removes only its own', async () => {
    const one = repository('copy', records, files);
    await build(one);
    writeFiles(one.out, { 'pool/foreign.pkg': 'mine', CNAME: 'example.org' });
    const kept: (readonly string[])[] = [];
    for (const version of ['2', '3', '4']) {
      writeFiles(one.input, { [`pool/a-${version}.pkg`]: version });
      rmSync(join(one.input, `pool/a-${Number(version) - 1}.pkg`));
      setRecords(one, [record('a', version), record('b', '1')]);
      await build(one);
      expect(allFindings(await verify({ tree: one.out, full: true }))).toEqual([]);
      kept.push(packagesIn(one.out).filter((path) => path.startsWith('pool/a')));
    }
    expect(kept).toEqual([
      ['pool/a-1.pkg', 'pool/a-2.pkg'],
      ['pool/a-1.pkg', 'pool/a-2.pkg', 'pool/a-3.pkg'],
      ['pool/a-2.pkg', 'pool/a-3.pkg', 'pool/a-4.pkg'],
    ]);
    expect(await build(one)).toMatchObject({ changed: false });
    expect(readFileSync(join(one.out, 'pool/foreign.pkg'), 'utf8')).toBe('mine');
    // Without history, everything old goes at once, but not what is different by now.
    writeFileSync(join(one.out, 'pool/a-3.pkg'), 'x');
    const config = readFileSync(join(one.input, 'repomill.yaml'), 'utf8');
    writeFiles(one.input, { 'repomill.yaml': config.replace('history: 2', 'history: 0') });
    const { report, warnings } = await cachedBuild(one);
    expect(report.packageFiles?.removed).toEqual(['pool/a-2.pkg']);
    expect(warnings).toEqual([`${one.out}/pool/a-3.pkg: not removed, because it is no longer what repomill published`]);
    expect(packagesIn(one.out)).toEqual(['pool/a-3.pkg', 'pool/a-4.pkg', 'pool/b-1.pkg', 'pool/foreign.pkg']);
  });

  it('removes directories that are empty without its files, and no others', async () => {
    const deep = [record('a', '1', { path: 'pool/main/a/a-1.pkg' }), record('b', '1')];
    const one = repository('copy', deep, { 'pool/main/a/a-1.pkg': 'a', 'pool/b-1.pkg': 'b' });
    writeFiles(one.input, {
      'repomill.yaml': readFileSync(join(one.input, 'repomill.yaml'), 'utf8').replace('2', '0'),
    });
    await build(one);
    setRecords(one, [record('b', '1')]);
    await build(one);
    expect(listPaths(join(one.out, 'pool'))).toEqual(['b-1.pkg']);
    expect(statSync(join(one.out, 'pool/main'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('carries older files over from a previous tree into an empty output', async () => {
    const one = repository('copy', records, files);
    await build(one);
    rmSync(join(one.input, 'pool/a-1.pkg'));
    writeFiles(one.input, { 'pool/a-2.pkg': '2' });
    setRecords(one, [record('a', '2'), record('b', '1')]);
    const out = freshPath();
    await build({ ...one, out, previous: one.out });
    expect(packagesIn(out)).toEqual(['pool/a-1.pkg', 'pool/a-2.pkg', 'pool/b-1.pkg']);
    expect(allFindings(await verify({ tree: out, full: true }))).toEqual([]);
  });

  it('refuses an older file that is damaged in the previous tree, and goes on without it', async () => {
    const one = repository('copy', records, files);
    await build(one);
    setRecords(one, [record('b', '1')]);
    writeFileSync(join(one.out, 'pool/a-1.pkg'), 'AAAA');
    const request = { ...one, out: freshPath(), previous: one.out };
    expect(await failureOf(build(request))).toMatchObject({
      code: 'integrity',
      path: join(one.out, 'pool/a-1.pkg'),
      message: `expected the file with sha256 ${sha256Of('aaaa')}, found a different one`,
      hint: 'restore it there, or delete it: without it, the build goes on with a warning',
    });
    rmSync(join(one.out, 'pool/a-1.pkg'));
    const { warnings } = await build(request);
    expect(warnings).toEqual([
      `${one.out}/pool/a-1.pkg: missing: clients that have not pulled since it was dropped will not find it`,
    ]);
    expect(packagesIn(request.out)).toEqual(['pool/b-1.pkg']);
  });

  it('repairs a file that is missing or cut short, without a new version', async () => {
    const one = repository('copy', records, files);
    await build(one);
    rmSync(join(one.out, 'pool/a-1.pkg'));
    writeFileSync(join(one.out, 'pool/b-1.pkg'), 'b');
    const report = await build(one);
    expect(report).toMatchObject({ changed: true, written: [], state: { version: 1 } });
    expect(report.packageFiles?.copied).toHaveLength(2);
    expect(allFindings(await verify({ tree: one.out, full: true }))).toEqual([]);
  });

  it('forgets its files when it is switched off, and does not touch them', async () => {
    const one = repository('copy', records, files);
    await build(one);
    writeFiles(one.input, { 'repomill.yaml': 'name: test\ninputs: [records.jsonl]\npackages: { root: . }\n' });
    setRecords(one, [record('b', '1')]);
    const { report, warnings } = await cachedBuild(one);
    expect(warnings).toEqual([
      'the package files that earlier builds published (2) stay where they are, but are no longer looked after: ' +
        '`packages.publish` is neither `copy` nor `link`',
    ]);
    expect(report.pruned.filter((path) => path.endsWith('.files.gz'))).toHaveLength(1);
    expect(packagesIn(one.out)).toEqual(['pool/a-1.pkg', 'pool/b-1.pkg']);
  });
});

describe('verify', () => {
  it('finds a package that is missing or cut short, and with `full` one that is different', async () => {
    const one = repository('copy', [record('a', '1'), record('b', '1'), record('c', '1')], {
      'pool/a-1.pkg': 'aaaa',
      'pool/b-1.pkg': 'bbbb',
      'pool/c-1.pkg': 'cccc',
    });
    await build(one);
    rmSync(join(one.out, 'pool/a-1.pkg'));
    writeFileSync(join(one.out, 'pool/b-1.pkg'), 'b');
    writeFileSync(join(one.out, 'pool/c-1.pkg'), 'CCCC');
    const found = [
      { path: 'pool/a-1.pkg', message: 'expected a file, found none' },
      { path: 'pool/b-1.pkg', message: 'size: expected 4, found 1' },
    ];
    expect(allFindings(await verify({ tree: one.out }))).toEqual(found);
    expect(allFindings(await verify({ tree: one.out, full: true }))).toEqual([
      ...found,
      { path: 'pool/c-1.pkg', message: `SHA-256: expected ${sha256Of('cccc')}, found ${sha256Of('CCCC')}` },
    ]);
  });

  it('finds a list that is missing, and one that nothing names', async () => {
    const one = repository('copy', [record('a', '1')], { 'pool/a-1.pkg': 'aaaa' });
    await build(one);
    const [list = ''] = listPaths(one.out).filter((path) => path.endsWith('.files.gz'));
    renameSync(join(one.out, list), join(one.out, list.replace(/[0-9a-f]{64}/, 'a'.repeat(64))));
    const { findings, remarks } = onlyLayout(await verify({ tree: one.out }));
    expect(findings).toEqual([{ path: list, message: `named by the index, but missing at ${one.out}` }]);
    expect(remarks).toEqual([
      {
        path: list.replace(/[0-9a-f]{64}/, 'a'.repeat(64)),
        message: 'nothing refers to it: the next build will remove it',
      },
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a build that was killed while it copied', () => {
  it('leaves nothing that the next one does not know to be its own', async () => {
    const one = repository('copy', [record('a', '1'), record('b', '1')], {
      'pool/a-1.pkg': 'aaaa',
      'pool/b-1.pkg': 'bbbb',
    });
    await build(one);
    const before = digestsOf(one.out);
    // What such a build leaves: its list and some of its files, and the old index.
    writeFiles(one.input, { 'pool/c-1.pkg': 'cccc' });
    setRecords(one, [record('a', '1'), record('c', '1')]);
    const next = freshPath();
    cpSync(one.out, next, { recursive: true });
    await build({ ...one, out: next, cache: freshPath() });
    for (const path of listPaths(next).filter((name) => name.endsWith('.files.gz') || name.endsWith('c-1.pkg'))) {
      writeFiles(one.out, { [path]: readFileSync(join(next, path)) });
    }
    // The next build has other plans.
    setRecords(one, [record('a', '1'), record('b', '1')]);
    const report = await build(one);
    expect(report.packageFiles?.removed).toEqual(['pool/c-1.pkg']);
    expect(digestsOf(one.out)).toEqual(before);
  });
});

it.skipIf(!requireProgram('sha256sum'))('the list of files can be checked with sha256sum', async () => {
  const one = repository('copy', [record('a b', '1')], { 'pool/a b-1.pkg': 'aaaa' });
  await build(one);
  const command = `gzip -dc summaries/*.files.gz | sed 's/^\\(.\\{64\\}\\) [0-9]* [-0-9]* /\\1  /' | sha256sum -c`;
  const { stdout } = spawnSync('sh', ['-c', command], { cwd: one.out, encoding: 'utf8' });
  expect(stdout).toBe('pool/a b-1.pkg: OK\n');
});
