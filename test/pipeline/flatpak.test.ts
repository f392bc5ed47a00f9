import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { packString } from '../../src/glib/gvariant/pack.ts';
import { Variant } from '../../src/glib/gvariant/variant.ts';
import { parseFlatpakPath, summaryDeltaPath } from '../../src/layouts/flatpak/format/paths.ts';
import { SUMMARY_TYPE } from '../../src/layouts/flatpak/format/summary.ts';
import { parseSummaryIndex, type SummaryIndex } from '../../src/layouts/flatpak/format/summary-index.ts';
import { summaryPath } from '../../src/layouts/native/format/paths.ts';
import { silent } from '../../src/model/progress.ts';
import { publish } from '../../src/publish/publish.ts';
import type { TreePlan } from '../../src/publish/tree-plan.ts';
import { verify } from '../../src/verify.ts';
import { failureOf } from '../failure.ts';
import { baseEnvironment, repomill } from '../launcher.ts';
import { CONFIG, EPOCH, OstreeRepository } from '../ostree-repository.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../workspace.ts';
import { type Fault, faultyTree } from './faulty-tree.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** What the layout writes, and nothing of what was there before. */
const TREE = /^(?:summar|delta-indexes\/|config$)/;

const REFS = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((number) =>
  ['x86_64', 'aarch64', 'i386'].map((arch) => ({ number, name: `app/org.a.App${number}/${arch}/stable` })),
);

/** Commits a release: in each, other apps have changed. */
function commitRelease(repository: OstreeRepository, release: number, refs = REFS): void {
  for (const { number, name } of refs) {
    if (release > 0 && number % 3 !== release % 3) continue;
    repository.commit(name, {
      timestamp: EPOCH + BigInt(release * 100 + number),
      text: `[Application]\nname=org.a.App${number}\nrelease=${release}\n`,
      ...(number % 2 === 0 ? { subsets: ['free'] } : {}),
      ...(number === 1 ? { metadata: [['ostree.endoflife', packString('over')]] } : {}),
    });
  }
}

function repositoryOf(releases: number, refs = REFS, directory = freshPath()): OstreeRepository {
  const repository = new OstreeRepository(directory);
  for (let release = 0; release < releases; release++) commitRelease(repository, release, refs);
  return repository;
}

function buildFlatpak(input: string, request: Partial<BuildRequest> = {}): ReturnType<typeof build> {
  return build({ input, out: input, layout: 'flatpak', ...request });
}

/** Two releases, each built where it was committed. */
async function twoReleases(request: Partial<BuildRequest> = {}, refs = REFS): Promise<OstreeRepository> {
  const repository = repositoryOf(1, refs);
  await buildFlatpak(repository.directory, request);
  commitRelease(repository, 1, refs);
  await buildFlatpak(repository.directory, request);
  return repository;
}

function treeOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(digestsOf(directory)).filter(([path]) => TREE.test(path)));
}

function indexOf(directory: string): SummaryIndex {
  return parseSummaryIndex(readFileSync(join(directory, 'summary.idx')));
}

function refsOf(directory: string, name: string): readonly string[] {
  const entry = indexOf(directory).summaries.find((summary) => summary.name === name);
  const bytes = gunzipSync(readFileSync(join(directory, `summaries/${entry?.sha256}.gz`)));
  expect(sha256Of(bytes)).toBe(entry?.sha256);
  return [...new Variant(SUMMARY_TYPE, bytes).child(0).children()].map((ref) => ref.child(0).string());
}

describe('two releases give the same tree to the byte', () => {
  let expected: Readonly<Record<string, string>>;
  beforeAll(async () => {
    expected = treeOf((await twoReleases()).directory);
  });

  it('with every kind of file', () => {
    const kinds = Object.keys(expected).map((path) => parseFlatpakPath(path)?.kind);
    expect([...new Set(kinds)].sort()).toEqual(['config', 'delta', 'index', 'old-summary', 'summary']);
  });

  it.each([
    ['in a second run', {}],
    ['with a different build time', { now: new Date(4e12) }],
    ['with two workers', { workers: 2 }],
  ])('%s', async (_, request) => {
    expect(treeOf((await twoReleases(request)).directory)).toEqual(expected);
  });

  it('with refs created in a different order', async () => {
    const shuffled = REFS.toSorted((a, b) => (sha256Of(a.name) < sha256Of(b.name) ? -1 : 1));
    expect(treeOf((await twoReleases({}, shuffled)).directory)).toEqual(expected);
  });

  it('with an empty, a full and a damaged cache', async () => {
    const cache = freshPath();
    expect(treeOf((await twoReleases({ cache })).directory)).toEqual(expected);
    expect(treeOf((await twoReleases({ cache })).directory)).toEqual(expected);
    for (const path of listPaths(cache)) {
      const bytes = readFileSync(join(cache, path));
      if (/\/[0-9a-f]{64}/.test(path)) writeFiles(cache, { [path]: bytes.fill(0x20, bytes.length >> 1) });
    }
    expect(treeOf((await twoReleases({ cache })).directory)).toEqual(expected);
  });

  it.each([
    [{ TZ: 'Pacific/Kiritimati', SOURCE_DATE_EPOCH: '0' }],
    [{ LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr', SOURCE_DATE_EPOCH: '1700000000' }],
  ])('in a process with the environment %o', async (environment) => {
    const repository = repositoryOf(1);
    for (const release of [0, 1]) {
      if (release === 1) commitRelease(repository, 1);
      const words = ['build', repository.directory, '--layout', 'flatpak', '--out', repository.directory, '--no-cache'];
      execFileSync(process.execPath, [join(import.meta.dirname, '../../bin/repomill.js'), ...words], {
        env: { ...baseEnvironment(), ...environment },
        stdio: 'ignore',
      });
    }
    expect(treeOf(repository.directory)).toEqual(expected);
  });

  it('in a different directory, and continued from there', async () => {
    const repository = repositoryOf(1);
    const before = stateOf(repository.directory);
    const [first, second] = [freshPath(), freshPath()];
    await buildFlatpak(repository.directory, { out: first });
    expect(stateOf(repository.directory)).toEqual(before);
    commitRelease(repository, 1);
    await buildFlatpak(repository.directory, { out: second, previous: first });
    await buildFlatpak(repository.directory, { out: first });
    expect(digestsOf(first)).toEqual(expected);
    expect(digestsOf(second)).toEqual(expected);
  });
});

describe('a build', () => {
  it('without changes writes nothing: no byte, no time stamp', async () => {
    const { directory } = await twoReleases();
    const before = stateOf(directory);
    for (const now of [1, 2_000_000_000]) {
      expect(await buildFlatpak(directory, { now: new Date(now * 1000) })).toMatchObject({
        changed: false,
        written: [],
        pruned: [],
      });
    }
    expect(stateOf(directory)).toEqual(before);
  });

  it('writes only files of the layout, and no object or ref', async () => {
    const repository = repositoryOf(1);
    const others = (): object =>
      Object.fromEntries(
        Object.entries(stateOf(repository.directory)).filter(([path]) => /^(?:objects|refs|config)/.test(path)),
      );
    const before = others();
    await buildFlatpak(repository.directory);
    expect(others()).toEqual(before);
  });

  it('reports what changed; a dry run reports the same and writes nothing', async () => {
    const repository = repositoryOf(1);
    await buildFlatpak(repository.directory);
    commitRelease(repository, 1);
    const before = stateOf(repository.directory);
    const dry = await buildFlatpak(repository.directory, { dryRun: true });
    expect(stateOf(repository.directory)).toEqual(before);
    const report = await buildFlatpak(repository.directory);
    const byPath = ({ written, ...rest }: typeof report): object => {
      return { ...rest, written: written.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
    };
    expect(byPath(dry)).toEqual(byPath(report));
    expect(report).toMatchObject({ layout: 'flatpak', packages: REFS.length, changed: true });
  });

  it('puts each ref where clients look for it, and i386 refs with x86_64 refs too', async () => {
    const { directory } = repositoryOf(1);
    await buildFlatpak(directory);
    const of = (arches: readonly string[], isListed = (_: number): boolean => true): readonly string[] =>
      REFS.filter(({ name, number }) => isListed(number) && arches.includes(name.split('/')[2] ?? ''))
        .map(({ name }) => name)
        .sort();
    const isFree = (number: number): boolean => number % 2 === 0;
    expect(refsOf(directory, 'x86_64')).toEqual(of(['x86_64', 'i386']));
    expect(refsOf(directory, 'i386')).toEqual(of(['i386']));
    expect(refsOf(directory, 'free-aarch64')).toEqual(of(['aarch64'], isFree));
    expect(indexOf(directory).summaries.map(({ name }) => name)).toEqual([
      'aarch64',
      'free-aarch64',
      'free-i386',
      'free-x86_64',
      'i386',
      'x86_64',
    ]);
  });

  it('keeps the configured number of older versions, and prunes the others', async () => {
    const repository = new OstreeRepository(freshPath(), `${CONFIG}[flatpak]\nsummary-history-length=2\n`);
    for (let release = 0; release < 6; release++) {
      repository.commit('app/org.a.App/x86_64/stable', { timestamp: EPOCH + BigInt(release) });
      await buildFlatpak(repository.directory);
      const [entry] = indexOf(repository.directory).summaries;
      expect(entry?.history).toHaveLength(Math.min(2, release));
      expect(missingFrom(readTree(repository.directory))).toEqual([]);
    }
    expect(
      listPaths(join(repository.directory, 'summaries')).filter((path) => path.endsWith('.gz')).length,
    ).toBeLessThan(6);
  });

  it('has the time of its newest commit, but always later than the previous index', async () => {
    const repository = new OstreeRepository(freshPath());
    const ref = 'app/org.a.App/x86_64/stable';
    const timeAfter = async (timestamp: bigint): Promise<bigint | undefined> => {
      repository.commit(ref, { timestamp });
      await buildFlatpak(repository.directory, { now: new Date(5000) });
      return indexOf(repository.directory).lastModified;
    };
    expect(await timeAfter(EPOCH)).toBe(EPOCH);
    expect(await timeAfter(EPOCH + 100n)).toBe(EPOCH + 100n);
    expect(await timeAfter(EPOCH)).toBe(EPOCH + 101n);
    expect(await timeAfter(EPOCH)).toBe(EPOCH + 101n);
  });
});

describe('publishing that fails at one of its writes', () => {
  let older: ReadonlyMap<string, Uint8Array>;
  let newer: ReadonlyMap<string, Uint8Array>;
  let repository: OstreeRepository;
  beforeAll(async () => {
    const history = `${CONFIG}[flatpak]\nsummary-history-length=1\n`;
    repository = new OstreeRepository(freshPath(), history);
    const { directory } = repository;
    for (let release = 0; release < 4; release++) {
      commitRelease(repository, release);
      if (release === 3) older = readTree(directory);
      await buildFlatpak(directory);
    }
    newer = readTree(directory);
  });

  it.each([true, false])('leaves an index that names only files that are there (write kept: %s)', async (kept) => {
    const { attempts } = await crash(undefined);
    expect(attempts).toBeGreaterThan(10);
    for (let write = 1; write <= attempts; write++) {
      const { files } = await crash({ write, kept, forGood: true });
      expect(missingFrom(files), `after write ${write}`).toEqual([]);
      if (write % 5 !== 0) continue;
      const directory = freshPath();
      cpSync(repository.directory, directory, { recursive: true });
      for (const path of newer.keys()) rmSync(join(directory, path), { force: true });
      await buildFlatpak(writeFiles(directory, Object.fromEntries(files)));
      expect(indexOf(directory).summaries, `after write ${write}`).toEqual(indexOf(repository.directory).summaries);
      expect(missingFrom(readTree(directory))).toEqual([]);
    }
  });

  async function crash(
    fault: Fault | undefined,
  ): Promise<{ readonly files: ReadonlyMap<string, Uint8Array>; readonly attempts: number }> {
    const { tree, files, attempts } = faultyTree(older, fault);
    const work = publish(planNewer(), tree, { progress: silent });
    if (fault === undefined) await work;
    else await expect(work).rejects.toThrow(/^write \d+ failed$/);
    return { files, attempts: attempts() };
  }

  /** The plan that leads to the newer tree. */
  function planNewer(): TreePlan {
    const planned = (path: string, bytes: Uint8Array) => ({ path, content: async () => bytes });
    const isMutable = (path: string): boolean => path === 'summary' || path === 'config';
    const rest = [...newer].filter(([path]) => path !== 'summary.idx');
    return {
      files: rest.filter(([path]) => !isMutable(path)).map(([path, bytes]) => planned(path, bytes)),
      mutable: [
        ...rest.filter(([path]) => isMutable(path)).map(([path, bytes]) => planned(path, bytes)),
        planned('summary.idx', newer.get('summary.idx') ?? new Uint8Array()),
      ],
      directories: ['summaries', 'delta-indexes'],
      owns: (path) => parseFlatpakPath(path) !== undefined,
    };
  }
});

describe('native and flatpak layout in one directory', () => {
  it('are not confused by a foreign index.json', async () => {
    const { directory } = repositoryOf(1);
    writeFiles(directory, { 'index.json': '{"my": "own"}' });
    await buildFlatpak(directory);
    const { layouts } = await verify({ tree: directory });
    expect(layouts).toMatchObject([{ layout: 'flatpak', findings: [] }]);
    expect(readFileSync(join(directory, 'index.json'), 'utf8')).toBe('{"my": "own"}');
  });

  it('are audited one by one: an unreadable index is a finding, and the other layout is still audited', async () => {
    const { directory } = await twoReleases();
    await build({ input: directory, out: directory, layout: 'native' });
    writeFiles(directory, { 'index.json': '{"signed": 7}' });
    const { layouts } = await verify({ tree: directory });
    expect(layouts).toMatchObject([
      { layout: 'native', findings: [{ path: 'index.json', message: expect.stringContaining('expected an object') }] },
      { layout: 'flatpak', counts: { refs: expect.any(Number) } },
    ]);
  });

  it('leave each other’s files alone, in any order, and write nothing without changes', async () => {
    const repository = await twoReleases();
    const { directory } = repository;
    const isNative = (path: string): boolean => /^(?:index\.json|deltas\/|details\/|combined)/.test(path);
    const flatpak = flatpakOf(directory);
    await build({ input: directory, out: directory, layout: 'native' });
    expect(flatpakOf(directory)).toEqual(flatpak);
    const both = stateOf(directory);
    expect((await buildFlatpak(directory)).changed).toBe(false);
    expect((await build({ input: directory, out: directory, layout: 'native' })).changed).toBe(false);
    expect(stateOf(directory)).toEqual(both);
    for (let release = 2; release < 4; release++) {
      commitRelease(repository, release);
      const native = Object.fromEntries(Object.entries(digestsOf(directory)).filter(([path]) => isNative(path)));
      await buildFlatpak(directory);
      expect(digestsOf(directory)).toMatchObject(native);
      expect(nativeMissing(directory)).toEqual([]);
      const before = flatpakOf(directory);
      await build({ input: directory, out: directory, layout: 'native' });
      expect(flatpakOf(directory)).toEqual(before);
      expect(missingFrom(readTree(directory))).toEqual([]);
    }
  });

  function flatpakOf(directory: string): Readonly<Record<string, string>> {
    const named = new Set(pathsNamedBy(indexOf(directory)));
    return Object.fromEntries(
      Object.entries(digestsOf(directory)).filter(
        ([path]) => named.has(path) || /^(?:summary|summary\..*|config)$/.test(path),
      ),
    );
  }

  function nativeMissing(directory: string): readonly string[] {
    const { signed } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'));
    const named: string[] = signed.summaries.map(({ sha256 }: { sha256: string }) => `summaries/${sha256}.gz`);
    return named.filter((path) => statSync(join(directory, path), { throwIfNoEntry: false }) === undefined);
  }
});

describe('the native layout of an OSTree repository', () => {
  it('has a record for each app and runtime, and none for other refs', async () => {
    const repository = new OstreeRepository(freshPath());
    repository.commit('app/org.a.App/x86_64/stable', {
      subsets: ['free'],
      sizes: { installed: 4096n, download: 1000n },
      text: '[Application]\nname=org.a.App\n',
      metadata: [['ostree.endoflife', packString('over')]],
    });
    repository.commit('runtime/org.a.Platform/aarch64/23.08');
    for (const name of ['appstream2/x86_64', 'custom/thing']) repository.commit(name);
    const out = freshPath();
    expect(await build({ input: repository.directory, out })).toMatchObject({ layout: 'native', packages: 2 });
    const { stdout } = await repomill(['show', 'org.a.App', '--from', out, '--arch', 'x86_64', '--json']);
    expect(JSON.parse(stdout).packages).toEqual([
      expect.objectContaining({
        arches: ['x86_64'],
        record: expect.objectContaining({
          name: 'org.a.App',
          version: 'stable',
          arch: 'x86_64',
          kind: 'app',
          ref: 'app/org.a.App/x86_64/stable',
          size: 1000,
          installedSize: 4096,
          timestamp: Number(EPOCH),
          subsets: ['free'],
          endOfLife: 'over',
        }),
      }),
    ]);
    const subsets = await repomill(['search', 'org', '--from', out, '--arch', 'x86_64', '--subset', 'free', '--json']);
    expect(subsets.exitCode).toBe(0);
  });
});

describe('a mistake in the request is reported', () => {
  it('if the input is not an OSTree repository', async () => {
    const input = writeFiles(freshPath(), { 'a.json': '{"name":"a","version":"1","arch":"all"}' });
    const { code, path, message } = await failureOf(build({ input, out: freshPath(), layout: 'flatpak' }));
    expect([code, path, message]).toEqual([
      'usage',
      input,
      'expected an OSTree repository, with config, objects/ and refs/',
    ]);
  });

  it('if a native build is asked to sign', async () => {
    const words = ['build', repositoryOf(1).directory, '--out', freshPath(), '--layout', 'native', '--sign', 'key.asc'];
    const { exitCode, stderr } = await repomill(words);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('--sign: expected --layout flatpak or apt, found native'),
    ]);
  });

  it('if the output holds foreign files under names that the tree needs', async () => {
    const out = writeFiles(freshPath(), { 'thesis.txt': 'mine', config: 'mine', 'summaries/a': 'mine' });
    const { code, problems } = await failureOf(buildFlatpak(repositoryOf(1).directory, { out }));
    expect([code, problems.map(({ file }) => file).sort()]).toEqual([
      'conflict',
      [`${out}/config`, `${out}/summaries/a`],
    ]);
    expect(listPaths(out)).toEqual(['config', 'summaries/a', 'thesis.txt']);
  });

  it('if the input is inside an OSTree repository that is the output', async () => {
    const { directory } = repositoryOf(1);
    const input = writeFiles(join(directory, 'packages'), { 'a.json': '{"name":"a","version":"1","arch":"all"}' });
    const { code, message } = await failureOf(build({ input, out: directory, layout: 'native' }));
    expect([code, message]).toEqual(['usage', `the input is inside the output ${directory}`]);
  });

  it('if the output is inside the repository', async () => {
    const { directory } = repositoryOf(1);
    const { code } = await failureOf(buildFlatpak(directory, { out: join(directory, 'public') }));
    expect(code).toBe('usage');
  });
});

function readTree(directory: string): ReadonlyMap<string, Uint8Array> {
  const paths = listPaths(directory).filter((path) => TREE.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(directory, path))]));
}

function pathsNamedBy({ summaries }: SummaryIndex): readonly string[] {
  return summaries.flatMap(({ sha256, history }) => [
    summaryPath(sha256),
    ...history.flatMap((old) => [summaryPath(old), summaryDeltaPath(old, sha256)]),
  ]);
}

/** What the index of a tree names and the tree lacks. */
function missingFrom(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const index = parseSummaryIndex(files.get('summary.idx') ?? new Uint8Array());
  return pathsNamedBy(index).filter((path) => !files.has(path));
}
