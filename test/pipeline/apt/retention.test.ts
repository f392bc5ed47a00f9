/**
 * What clients with an older entry point ask for stays for as long as `apt.keep` says, counted from the publication that replaced
 * it, and goes afterwards.
 */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../../src/verify.ts';
import { buildArchive, DAY, filesIn, findMissing, makeDebs, START } from '../../apt-archive.ts';
import { allFindings } from '../../audited.ts';
import { failureOf } from '../../failure.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const config = (keep: string): Readonly<Record<string, string>> => ({
  'repomill.yaml': `name: sample\napt: { keep: ${keep} }\n`,
});
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const releaseIn = (tree: string): string => readFileSync(join(tree, 'dists/stable/Release'), 'utf8');
const missingFor = (release: string, tree: string): readonly string[] => findMissing(release, 'stable', filesIn(tree));

const older = ['hello 1.0', 'other 1.0', 'third 1.0 all'];
const newer = ['hello 2.0', 'other 1.0', 'third 1.0 all'];
let inputs: readonly string[];
/** After the first publication, and after the second, a day later. */
let trees: readonly [string, string];

beforeAll(async () => {
  inputs = await Promise.all(
    [older, newer].map(async (packages) =>
      writeFiles(freshPath(), { ...config('3 days'), ...(await makeDebs(packages)) }),
    ),
  );
  const out = freshPath();
  await buildArchive(inputs[0] ?? '', out);
  const first = copyOf(out);
  await buildArchive(inputs[1] ?? '', out, { at: START + DAY });
  trees = [first, out];
});

const publishNewer = async (after: number, tree = trees[1]): Promise<string> => {
  const out = copyOf(tree);
  await buildArchive(inputs[1] ?? '', out, { at: START + after });
  return out;
};

describe('a client with the entry point of an earlier day', () => {
  it('finds everything that it names, packages too, right after it was replaced', async () => {
    expect(missingFor(releaseIn(trees[0]), trees[1])).toEqual([]);
    expect(missingFor(releaseIn(trees[1]), trees[1])).toEqual([]);
    expect(allFindings(await verify({ tree: trees[1] }))).toEqual([]);
    expect(existsSync(join(trees[1], 'pool/main/h/hello/hello_1.0_amd64.deb'))).toBe(true);
  });

  it('finds it until the last second of the time that is set', async () => {
    const out = await publishNewer(4 * DAY);
    expect(digestsOf(out)).toEqual(digestsOf(trees[1]));
    expect(missingFor(releaseIn(trees[0]), out)).toEqual([]);
  });

  it('does not find it a second later, when all of it goes', async () => {
    const out = await publishNewer(4 * DAY + 1);
    expect(missingFor(releaseIn(trees[0]), out)).not.toEqual([]);
    expect(missingFor(releaseIn(trees[1]), out)).toEqual([]);
    expect(existsSync(join(out, 'pool/main/h/hello/hello_1.0_amd64.deb'))).toBe(false);
    expect(releaseIn(out)).toBe(releaseIn(trees[1]));
    const kept = listPaths(out).filter((path) => path.includes('/by-hash/'));
    // Three files of the index, and the entry point.
    expect(kept).toHaveLength(3 + 1);
  });

  it('finds its own entry point by digest, for programs that go back to a state', () => {
    const named = (tree: string): readonly string[] => listPaths(join(tree, 'dists/stable/by-hash/SHA256'));
    expect(named(trees[1])).toEqual(expect.arrayContaining([...named(trees[0])]));
    expect(named(trees[1])).toHaveLength(2);
  });

  it('finds everything for as long as is set after a publication that was replaced twice', async () => {
    const third = writeFiles(freshPath(), { ...config('3 days'), ...(await makeDebs(['hello 3.0'])) });
    const out = copyOf(trees[1]);
    await buildArchive(third, out, { at: START + 3 * DAY });
    expect(missingFor(releaseIn(trees[0]), out)).toEqual([]);
    await buildArchive(third, out, { at: START + 5 * DAY });
    expect(missingFor(releaseIn(trees[0]), out)).not.toEqual([]);
    expect(missingFor(releaseIn(trees[1]), out)).toEqual([]);
    await buildArchive(third, out, { at: START + 6 * DAY + 1 });
    expect(missingFor(releaseIn(trees[1]), out)).not.toEqual([]);
    expect(missingFor(releaseIn(out), out)).toEqual([]);
  });

  it('finds everything after the archive has gone back to it', async () => {
    const out = copyOf(trees[1]);
    await buildArchive(inputs[0] ?? '', out, { at: START + 2 * DAY });
    for (const tree of [...trees, out]) expect(missingFor(releaseIn(tree), out)).toEqual([]);
    await buildArchive(inputs[0] ?? '', out, { at: START + 30 * DAY });
    expect(missingFor(releaseIn(out), out)).toEqual([]);
    expect(missingFor(releaseIn(trees[1]), out)).not.toEqual([]);
  });
});

describe('a clock that has gone back', () => {
  it('neither removes anything nor keeps it for longer', async () => {
    const out = await publishNewer(-900 * DAY);
    expect(digestsOf(out)).toEqual(digestsOf(trees[1]));
    expect(digestsOf(await publishNewer(4 * DAY + 1, out))).toEqual(digestsOf(await publishNewer(4 * DAY + 1)));
  });
});

describe('apt.keep: 0 hours', () => {
  it('removes what was replaced at once', async () => {
    const input = writeFiles(freshPath(), { ...config('0 hours'), ...(await makeDebs(newer)) });
    const [out, fresh] = [copyOf(trees[0]), freshPath()];
    await buildArchive(input, out, { at: START + DAY });
    await buildArchive(input, fresh, { at: START + DAY });
    expect(listPaths(join(out, 'pool'))).toEqual(listPaths(join(fresh, 'pool')));
    expect(missingFor(releaseIn(out), out)).toEqual([]);
    expect(missingFor(releaseIn(trees[0]), out)).not.toEqual([]);
    expect(listPaths(out).filter((path) => path.includes('/by-hash/'))).toHaveLength(3 + 1);
  });
});

describe('an empty output with a previous tree', () => {
  it('gets what clients with an older entry point ask for', async () => {
    const out = freshPath();
    await buildArchive(inputs[1] ?? '', out, { previous: trees[0], at: START + DAY });
    expect(digestsOf(out)).toEqual(digestsOf(trees[1]));
    const again = freshPath();
    await buildArchive(inputs[1] ?? '', again, { previous: trees[1], at: START + 2 * DAY });
    expect(digestsOf(again)).toEqual(digestsOf(trees[1]));
  });

  it('goes on where the previous tree lacks an older file', async () => {
    const previous = copyOf(trees[0]);
    const byHash = 'dists/stable/main/binary-amd64/by-hash';
    rmSync(join(previous, byHash), { recursive: true });
    const out = freshPath();
    await buildArchive(inputs[1] ?? '', out, { previous, at: START + DAY });
    expect(missingFor(releaseIn(out), out)).toEqual([]);
  });
});

describe('an archive whose plain indexes are no longer served', () => {
  it('keeps them for a while, and a build without change then writes nothing', async () => {
    const settings = 'name: sample\napt: { keep: 3 days, plain: false }\n';
    const input = writeFiles(freshPath(), { 'repomill.yaml': settings, ...(await makeDebs(newer)) });
    const out = copyOf(trees[1]);
    await buildArchive(input, out, { at: START + 2 * DAY });
    const before = stateOf(out);
    expect((await buildArchive(input, out, { at: START + 3 * DAY })).changed).toBe(false);
    expect(stateOf(out)).toEqual(before);
    await buildArchive(input, out, { at: START + 5 * DAY + 1 });
    expect(listPaths(out).filter((path) => path.includes('/by-hash/'))).toHaveLength(2 + 1);
    expect(missingFor(releaseIn(out), out)).toEqual([]);
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
  });
});

describe('a state file', () => {
  it.each([
    ['of a later version', '{"format":"repomill-apt/2"}', 'state: expected the format "repomill-apt/1"'],
    ['that is cut', '{"format":"repomill-apt/1","date":17', 'state: expected JSON'],
    [
      'that names a file elsewhere',
      '{"format":"repomill-apt/1","date":1,"suites":[],"retained":[["../x",1,1]]}',
      'state: expected a path below dists/, a size and a time for each retained file',
    ],
  ])('%s is refused, and nothing is touched', async (_, state, message) => {
    const out = writeFiles(copyOf(trees[1]), { 'dists/repomill.json': state });
    const before = stateOf(out);
    const error = await failureOf(buildArchive(inputs[0] ?? '', out, { at: START + 2 * DAY }));
    expect([error.code, error.path, error.hint]).toEqual([
      'format',
      `${out}/dists/repomill.json`,
      'name a different tree, or remove the directory dists to start a new history',
    ]);
    expect(error.message).toContain(message.slice(0, 20));
    expect(stateOf(out)).toEqual(before);
  });

  it('that is lost is asked for: what clients need is not known without it', async () => {
    const out = copyOf(trees[1]);
    rmSync(join(out, 'dists/repomill.json'));
    const before = stateOf(out);
    expect(await failureOf(buildArchive(inputs[0] ?? '', out, { at: START + 2 * DAY }))).toMatchObject({
      code: 'conflict',
      path: `${out}/dists/stable/Release`,
      message: 'is in the way: not written by repomill, or dists/repomill.json is lost',
      hint: 'move dists away, or restore dists/repomill.json, or pass the live site to --previous',
    });
    expect(stateOf(out)).toEqual(before);
    await buildArchive(inputs[1] ?? '', out, { at: START + 2 * DAY, previous: trees[1] });
    expect(digestsOf(out)).toEqual(digestsOf(trees[1]));
  });
});
