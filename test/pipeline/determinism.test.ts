import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { readIndex } from '../contract/shell.ts';
import { baseEnvironment } from '../launcher.ts';
import { asLines, type SampleRecord, sampleRelease } from '../sample-records.ts';
import {
  DEBIAN,
  DEBIAN_CONFIG,
  DEBIAN_UPDATE,
  digestsOf,
  makeWorkspace,
  sha256Of,
  stateOf,
  writeFiles,
} from '../workspace.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/repomill.js', import.meta.url));

/** Two releases of records with everything that ends in a file of its own: details, a dictionary, a combined file. */
const RELEASES = [0, 10].map((release) =>
  sampleRelease(120, release).map((record, i) =>
    i % 4 === 0
      ? { ...record, details: { changelog: `${record.version} of ${record.name}: ${sentencesOf(i)}` } }
      : record,
  ),
);
const CONFIG = 'name: sample\nsubsets:\n  licensed: licence = MIT\ncombined: [amd64, arm64]\n';

/** Text that shares sentences with other texts, as licences and changelogs do. */
function sentencesOf(seed: number): string {
  return Array.from({ length: 30 }, (_, i) => sha256Of(`sentence ${(seed * 7 + i * i) % 100}`)).join('. ');
}

/** The files of one release, in some arrangement. */
type Files = (records: readonly SampleRecord[]) => Readonly<Record<string, string>>;

const inOneFile: Files = (records) => ({ 'all.jsonl': asLines(records) });
const inReverse: Files = (records) => ({ 'all.jsonl': asLines(records.toReversed()) });
const oneFileEach: Files = (records) =>
  Object.fromEntries(records.map((record) => [`${record.name}-${record.arch}.json`, JSON.stringify(record)]));
const oneFileEachCreatedLastFirst: Files = (records) => oneFileEach(records.toReversed());
const shuffled: Files = (records) => {
  const parts = [0, 1, 2, 3, 4, 5, 6].map((part) => records.filter((_, i) => (i * 31) % 7 === part));
  return Object.fromEntries(parts.map((part, i) => [`${(i * 5) % 7}/part-${i}.jsonl`, asLines(part)]));
};
const inOtherSyntax: Files = (records) => {
  const half = Math.floor(records.length / 2);
  const withKeysReversed = records.slice(half).map((record) => Object.fromEntries(Object.entries(record).reverse()));
  return { 'a.yaml': JSON.stringify(records.slice(0, half)), 'b.json': JSON.stringify(withKeysReversed, null, 2) };
};

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

async function buildReleases(files: Files, out: string, run = buildHere): Promise<void> {
  for (const records of RELEASES) {
    const input = writeFiles(freshPath(), { ...files(records), 'repomill.yaml': CONFIG });
    await run(input, out);
  }
}

async function buildHere(input: string, out: string): Promise<void> {
  await build({ input, out });
}

describe('two releases give the same tree to the byte', () => {
  const expected = freshPath();
  const treeOf = async (files: Files, run = buildHere): Promise<Readonly<Record<string, string>>> => {
    const out = freshPath();
    await buildReleases(files, out, run);
    return digestsOf(out);
  };
  const buildElsewhere =
    (environment: Readonly<Record<string, string>>) =>
    async (input: string, out: string): Promise<void> => {
      execFileSync(process.execPath, [LAUNCHER, 'build', input, '--out', out], {
        env: { ...baseEnvironment(), ...environment },
        stdio: 'ignore',
      });
    };
  beforeAll(() => buildReleases(inOneFile, expected));

  it('with every kind of file', () => {
    const folders = new Set(Object.keys(digestsOf(expected)).map((path) => path.replace(/(?<=\/).*/, '')));
    expect([...folders].sort()).toEqual(['combined.jsonl.gz', 'deltas/', 'details/', 'index.json', 'summaries/']);
    expect(Object.keys(digestsOf(expected)).filter((path) => path.endsWith('.dictionary'))).toHaveLength(1);
  });

  it.each([
    ['in a second run', inOneFile],
    ['with the records in reverse order', inReverse],
    ['with a file for each record', oneFileEach],
    ['with a file for each record, created last first', oneFileEachCreatedLastFirst],
    ['with the records shuffled over files and folders', shuffled],
    ['as YAML and JSON, with the keys of objects in a different order', inOtherSyntax],
  ])('%s', async (_, files) => {
    expect(await treeOf(files)).toEqual(digestsOf(expected));
  });

  it.each([
    [{ TZ: 'Pacific/Kiritimati' }],
    [{ TZ: 'America/Los_Angeles', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }],
    [{ LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' }],
    [{ LC_ALL: 'C', SOURCE_DATE_EPOCH: '0', UV_THREADPOOL_SIZE: '1' }],
  ])('in a process with the environment %o', async (environment) => {
    expect(await treeOf(shuffled, buildElsewhere(environment))).toEqual(digestsOf(expected));
  });

  it('in four builds at the same time', async () => {
    const trees = await Promise.all([treeOf(inOneFile), treeOf(shuffled), treeOf(inReverse), treeOf(oneFileEach)]);
    for (const tree of trees) expect(tree).toEqual(digestsOf(expected));
  });
});

describe('a build without change', () => {
  const out = freshPath();
  beforeAll(() => buildReleases(inOneFile, out));

  it.each([
    ['the same input', inOneFile],
    ['the same records in different files', shuffled],
  ])('writes nothing for %s: no byte, no time stamp of a file or a directory', async (_, files) => {
    const input = writeFiles(freshPath(), { ...files(RELEASES[1] ?? []), 'repomill.yaml': CONFIG });
    const before = stateOf(out);
    const report = await build({ input, out });
    expect(stateOf(out)).toEqual(before);
    expect(report).toMatchObject({ changed: false, state: { version: 2 }, written: [], writtenBytes: 0, pruned: [] });
  });

  it('writes nothing, however the output path is spelled', async () => {
    const input = writeFiles(freshPath(), { ...inOneFile(RELEASES[1] ?? []), 'repomill.yaml': CONFIG });
    const before = stateOf(out);
    for (const spelled of [`${out}/`, `${workspace}/./${out.slice(workspace.length + 1)}`, `${out}//`]) {
      expect(await build({ input, out: spelled })).toMatchObject({ changed: false, state: { version: 2 } });
    }
    expect(stateOf(out)).toEqual(before);
  });
});

describe('the version', () => {
  const out = freshPath();
  const versionAfter = async (records: readonly SampleRecord[], config = CONFIG): Promise<number> => {
    const input = writeFiles(freshPath(), { ...inOneFile(records), 'repomill.yaml': config });
    const { state } = await build({ input, out });
    const version = Number(state.version);
    expect(readIndex(out).signed.version).toBe(version);
    return version;
  };
  const records = sampleRelease(20, 0);
  const [, ...fewer] = records;

  it('grows by exactly one with each change, and stays the same without one', async () => {
    expect(await versionAfter(records)).toBe(1);
    expect(await versionAfter(records)).toBe(1);
    expect(await versionAfter(fewer)).toBe(2);
    expect(await versionAfter(fewer)).toBe(2);
    expect(await versionAfter(records)).toBe(3);
  });

  it('grows by one if only the configuration changes the tree', async () => {
    const before = readIndex(out).signed.version;
    expect(await versionAfter(records, `${CONFIG}title: The sample\n`)).toBe(before + 1);
    expect(await versionAfter(records, `# A comment.\n${CONFIG}title: The sample\n`)).toBe(before + 1);
  });
});

describe('the summaries of a release', () => {
  const digests = (out: string): readonly string[] => readIndex(out).signed.summaries.map((entry) => entry.sha256);

  it('are the same whether it was built fresh, after another release, or after going there and back', async () => {
    const [fresh, after] = [freshPath(), freshPath()];
    await build({ input: DEBIAN_UPDATE, out: fresh, config: DEBIAN_CONFIG });
    await build({ input: DEBIAN, out: after });
    await build({ input: DEBIAN_UPDATE, out: after, config: DEBIAN_CONFIG });
    expect(digests(after)).toEqual(digests(fresh));
    await build({ input: DEBIAN, out: after });
    await build({ input: DEBIAN_UPDATE, out: after, config: DEBIAN_CONFIG });
    expect(digests(after)).toEqual(digests(fresh));
    for (const { sha256 } of readIndex(fresh).signed.summaries) {
      const path = `summaries/${sha256}.gz`;
      expect(readFileSync(join(after, path)).equals(readFileSync(join(fresh, path)))).toBe(true);
    }
  });
});

describe('a dry run', () => {
  const [older = '', newer = ''] = RELEASES.map((records) =>
    writeFiles(freshPath(), { ...inOneFile(records), 'repomill.yaml': CONFIG }),
  );

  it('reports what a build would do, and does not even create the output', async () => {
    const [out, real] = [freshPath(), freshPath()];
    const dry = await build({ input: older, out, dryRun: true });
    expect(statSync(out, { throwIfNoEntry: false })).toBeUndefined();
    expect(byPath(dry)).toEqual(byPath(await build({ input: older, out: real })));
  });

  it('leaves an existing tree unchanged, even its time stamps', async () => {
    const out = freshPath();
    await build({ input: older, out });
    const before = stateOf(out);
    const dry = await build({ input: newer, out, dryRun: true });
    expect(stateOf(out)).toEqual(before);
    expect(byPath(dry)).toEqual(byPath(await build({ input: newer, out })));
  });

  // Files are written concurrently, and the report lists them in the order in which they were finished.
  function byPath<R extends { readonly written: readonly { readonly path: string }[] }>(report: R): R {
    return { ...report, written: report.written.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  }
});
