import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { silent } from '../../src/model/progress.ts';
import { type VerifyReport, verify } from '../../src/verify.ts';
import { pathsNamedBy, readIndex, summaryOf } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { startPlainHost } from '../plain-host.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const inputOf = (release: number): string => join(workspace, `release-${release}`);
/** The trees after the releases 0 to 3, each built over a copy of the one before; and the digests of amd64 in them. */
const treeOf = (release: number): string => join(workspace, `tree-${release}`);
const digests: string[] = [];
let counter = 0;
const freshPath = (): string => join(workspace, `fresh-${counter++}`);
const copyOf = (tree: string): string => {
  const copy = freshPath();
  cpSync(tree, copy, { recursive: true });
  return copy;
};

beforeAll(async () => {
  for (const release of [0, 1, 2, 3]) {
    const records = sampleRelease(200, release).map((record, i) =>
      i % 10 === 0 ? { ...record, details: { changelog: `${release} ${record.name} `.repeat(200) } } : record,
    );
    writeFiles(inputOf(release), { 'all.jsonl': asLines(records), 'repomill.yaml': 'name: sample\n' });
    if (release > 0) cpSync(treeOf(release - 1), treeOf(release), { recursive: true });
    await build({ input: inputOf(release), out: treeOf(release) });
    digests.push(summaryOf(readIndex(treeOf(release)), 'amd64').sha256);
  }
});

/** Builds, and resolves to the warnings. */
async function warningsOf(request: BuildRequest): Promise<readonly string[]> {
  const warnings: string[] = [];
  await build({ ...request, progress: { ...silent, warn: (message) => warnings.push(message) } });
  return warnings;
}

function historyOf(tree: string): readonly string[] {
  return summaryOf(readIndex(tree), 'amd64').history.map((old) => old.sha256);
}

function audit(tree: string): Promise<VerifyReport> {
  return verify({ tree });
}

describe('an older version', () => {
  const [damage, shorten, remove] = [
    (file: string) => writeFileSync(file, Buffer.alloc(readFileSync(file).length, 1)),
    (file: string) => truncateSync(file, 100),
    (file: string) => rmSync(file),
  ];

  it('is in the history of the next build while the tree has it', () => {
    expect(historyOf(treeOf(3))).toEqual([digests[2], digests[1], digests[0]]);
  });

  it.each([
    ['missing', remove],
    ['damaged', damage],
    ['cut off', shorten],
  ])('that is %s is left out of the next history, with a warning that names it', async (_, harm) => {
    const out = copyOf(treeOf(2));
    harm(join(out, `summaries/${digests[1]}.gz`));
    const warnings = await warningsOf({ input: inputOf(3), out });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`summaries/${digests[1]}.gz`);
    expect(historyOf(out)).toEqual([digests[2], digests[0]]);
    expect(listPaths(out)).toEqual(expect.arrayContaining([...pathsNamedBy(readIndex(out))]));
    expect(await audit(out)).toMatchObject({ layouts: [{ findings: [] }], foreign: [] });
  });

  it.each([
    ['missing', remove],
    ['damaged', damage],
    ['cut off', shorten],
  ])('that was the newest and is %s is left out', async (_, harm) => {
    const out = copyOf(treeOf(2));
    harm(join(out, `summaries/${digests[2]}.gz`));
    expect(await warningsOf({ input: inputOf(3), out })).toHaveLength(1);
    expect(historyOf(out)).toEqual([digests[1], digests[0]]);
    expect(await audit(out)).toMatchObject({ layouts: [{ findings: [] }], foreign: [] });
  });

  it('that is missing is dropped with a warning, even by a build without other changes', async () => {
    const out = copyOf(treeOf(3));
    remove(join(out, `summaries/${digests[1]}.gz`));
    expect((await warningsOf({ input: inputOf(3), out })).join()).toContain(digests[1]);
    expect(historyOf(out)).toEqual([digests[2], digests[0]]);
    expect(await audit(out)).toMatchObject({ layouts: [{ findings: [] }], foreign: [] });
  });

  it.each([
    ['the newest summary', () => `summaries/${digests[3]}.gz`],
    ['a delta', () => `deltas/${digests[2]}-${digests[3]}.bsdiff`],
    ['a details file', () => listPaths(treeOf(3)).find((path) => path.endsWith('.zz')) ?? ''],
  ])('stays in the history if %s is missing: the next build restores that file', async (_, path) => {
    const out = copyOf(treeOf(3));
    rmSync(join(out, path()));
    expect(await warningsOf({ input: inputOf(3), out })).toEqual([]);
    expect(digestsOf(out)).toEqual(digestsOf(treeOf(3)));
  });
});

describe('--previous gives in an empty folder the same tree as building in place', () => {
  it.each([1, 2, 3])('from a directory with the releases before %i', async (release) => {
    const out = freshPath();
    const previous = treeOf(release - 1);
    const before = stateOf(previous);
    await build({ input: inputOf(release), out, previous });
    expect(digestsOf(out)).toEqual(digestsOf(treeOf(release)));
    expect(stateOf(previous)).toEqual(before);
  });

  it.each(['', '/'])('from a web host, with %j after its address', async (slash) => {
    const host = await startPlainHost(treeOf(2));
    const out = freshPath();
    await build({ input: inputOf(3), out, previous: host.url.slice(0, -1) + slash }).finally(host.stop);
    expect(digestsOf(out)).toEqual(digestsOf(treeOf(3)));
  });

  it('without a change: the whole tree is copied, and the version stays', async () => {
    const host = await startPlainHost(treeOf(3));
    const [fromHost, fromDirectory] = [freshPath(), freshPath()];
    await build({ input: inputOf(3), out: fromHost, previous: host.url }).finally(host.stop);
    await build({ input: inputOf(3), out: fromDirectory, previous: treeOf(3) });
    expect(digestsOf(fromHost)).toEqual(digestsOf(treeOf(3)));
    expect(digestsOf(fromDirectory)).toEqual(digestsOf(treeOf(3)));
  });

  it('that writes nothing the second time', async () => {
    const out = freshPath();
    await build({ input: inputOf(3), out, previous: treeOf(2) });
    const before = stateOf(out);
    expect(await build({ input: inputOf(3), out, previous: treeOf(2) })).toMatchObject({ changed: false });
    expect(stateOf(out)).toEqual(before);
  });
});

describe('--previous', () => {
  it('without an index there is an error, or the first release with previousOptional', async () => {
    const [host, out] = [await startPlainHost(writeFiles(freshPath(), {})), freshPath()];
    const request = { input: inputOf(0), out, previous: host.url };
    expect(await failureOf(build(request))).toMatchObject({
      code: 'not-found',
      path: host.url,
      message: 'expected a repomill repository to continue, found no index.json',
    });
    expect(listPaths(out)).toEqual([]);
    const report = await build({ ...request, previousOptional: true }).finally(host.stop);
    expect(report).toMatchObject({ state: { version: 1 } });
    expect(digestsOf(out)).toEqual(digestsOf(treeOf(0)));
  });

  it('from a host that lost an older version drops it with a warning', async () => {
    const host = await startPlainHost(treeOf(2), (path, bytes) =>
      path.includes(`${digests[1]}.gz`) ? undefined : bytes,
    );
    const out = freshPath();
    const warnings = await warningsOf({ input: inputOf(3), out, previous: host.url }).finally(host.stop);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(digests[1]);
    expect(historyOf(out)).toEqual([digests[2], digests[0]]);
    expect(await audit(out)).toMatchObject({ layouts: [{ findings: [] }], foreign: [] });
  });

  it('from a host that sends wrong bytes for an older version drops it with a warning', async () => {
    const host = await startPlainHost(treeOf(2), (path, bytes) =>
      path.includes(`${digests[1]}.gz`) ? Buffer.from('<html>') : bytes,
    );
    const out = freshPath();
    expect(await warningsOf({ input: inputOf(3), out, previous: host.url }).finally(host.stop)).toHaveLength(1);
    expect(historyOf(out)).toEqual([digests[2], digests[0]]);
    expect(await audit(out)).toMatchObject({ layouts: [{ findings: [] }], foreign: [] });
  });

  it('from a host that cannot be reached writes nothing', async () => {
    const host = await startPlainHost(treeOf(2));
    await host.stop();
    const out = freshPath();
    await expect(build({ input: inputOf(3), out, previous: host.url })).rejects.toMatchObject({ code: 'transport' });
    expect(listPaths(out)).toEqual([]);
  });

  it('from a host with an invalid index writes nothing', async () => {
    const host = await startPlainHost(treeOf(2), () => Buffer.from('<html>'));
    const out = freshPath();
    await expect(build({ input: inputOf(3), out, previous: host.url }).finally(host.stop)).rejects.toMatchObject({
      code: 'format',
      path: `${host.url}index.json`,
      message: 'index: expected JSON',
      hint: 'name a different tree, or remove index.json to start a new history',
    });
    expect(listPaths(out)).toEqual([]);
  });
});

describe('an output that lost its index', () => {
  it('starts a new history, with a warning; an empty one starts without', async () => {
    const out = copyOf(treeOf(1));
    rmSync(join(out, 'index.json'));
    const [warning, ...more] = await warningsOf({ input: inputOf(2), out });
    expect(warning).toMatch(
      /: found \S+ but no index\.json; starting a new history, which clients of an old one will refuse;/,
    );
    expect(more).toEqual([]);
    expect(readIndex(out).signed.version).toBe(1);
    expect(await warningsOf({ input: inputOf(2), out: freshPath() })).toEqual([]);
  });
});

describe('an index that is not one', () => {
  it('is named by the audit, in a directory and at a URL', async () => {
    const directory = writeFiles(freshPath(), { 'index.json': '{' });
    await expect(audit(directory)).rejects.toMatchObject({ code: 'format', path: `${directory}/index.json` });
    const host = await startPlainHost(directory);
    await expect(audit(host.url).finally(host.stop)).rejects.toMatchObject({ path: `${host.url}index.json` });
  });
});
