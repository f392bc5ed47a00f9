/**
 * A build that fails at any one of its writes: a client that loads an entry point, old or new, finds everything that it names, and
 * the next build comes to the same archive.
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { apt } from '../../../src/layouts/apt/layout.ts';
import { silent } from '../../../src/model/progress.ts';
import { openSigner } from '../../../src/platform/openpgp/open-signer.ts';
import type { BuildReport } from '../../../src/publish/build-report.ts';
import { publish } from '../../../src/publish/publish.ts';
import type { TreePlan } from '../../../src/publish/tree-plan.ts';
import { buildArchive, DAY, findMissing, makeDebs, START } from '../../apt-archive.ts';
import { SECRET_KEY } from '../../vectors/signed-text.ts';
import { digestsOf, listPaths, makeWorkspace, writeFiles } from '../../workspace.ts';
import { faultyTree } from '../faulty-tree.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const CONFIG = { 'repomill.yaml': 'name: sample\napt: { keep: 3 days, compress: [gz], contents: true }\n' };
/** When the key of the vectors was there already. */
const AFTER_KEY = START + 365 * DAY;
/** The third publication removes what the first one replaced. */
const times = [0, DAY, 6 * DAY].map((after) => AFTER_KEY + after);
const packages = [
  ['hello 1.0', 'other 1.0', 'third 1.0'],
  ['hello 2.0', 'other 1.0', 'third 1.0'],
  ['hello 2.0', 'other 2.0', 'fourth 1.0'],
];
const inputs: string[] = [];
const trees: string[] = [];

type Files = ReadonlyMap<string, Uint8Array>;
const readTree = (directory: string): Files =>
  new Map(listPaths(directory).map((path) => [path, readFileSync(join(directory, path))]));
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const keyFile = join(writeFiles(freshPath(), { 'secret.asc': SECRET_KEY }), 'secret.asc');
const buildSigned = async (input: string, out: string, at: number): Promise<BuildReport> =>
  buildArchive(input, out, { at, signer: await openSigner({ keys: [keyFile] }) });
/** What clients ask for first. */
const releaseIn = (files: Files): string =>
  Buffer.from(files.get('dists/stable/InRelease') ?? new Uint8Array()).toString();

beforeAll(async () => {
  const out = freshPath();
  for (const [i, names] of packages.entries()) {
    inputs.push(writeFiles(freshPath(), { ...CONFIG, ...(await makeDebs(names)) }));
    await buildSigned(inputs[i] ?? '', out, times[i] ?? 0);
    trees.push(copyOf(out));
  }
});

afterEach(() => void vi.restoreAllMocks());

/** Plans the third publication, and calls `use` while its content can be made. */
async function withPlan(use: (plan: TreePlan) => Promise<void>): Promise<void> {
  const generator = await apt.load.generator();
  vi.spyOn(apt.load, 'generator').mockImplementation(async () => ({
    ...generator,
    plan: async (request) => {
      const planned = await generator.plan(request);
      await use(planned.plan);
      return planned;
    },
  }));
  await buildSigned(inputs[2] ?? '', copyOf(trees[1] ?? ''), times[2] ?? 0);
}

/** What is in the tree after a failure at each of the writes. */
async function crashes(kept: boolean): Promise<readonly Files[]> {
  const before = readTree(trees[1] ?? '');
  const states: Files[] = [];
  await withPlan(async (plan) => {
    const whole = faultyTree(before);
    await publish(plan, whole.tree, { progress: silent });
    expect(whole.files).toEqual(readTree(trees[2] ?? ''));
    for (let write = 1; write <= whole.attempts(); write++) {
      const { tree, files } = faultyTree(before, { write, kept, forGood: true });
      await expect(publish(plan, tree, { progress: silent })).rejects.toThrow(/^write \d+ failed$/);
      states.push(files);
    }
  });
  return states;
}

describe.each([true, false])('a publication that fails at one of its writes (write kept: %s)', (kept) => {
  let states: readonly Files[];
  beforeAll(async () => {
    states = await crashes(kept);
  });

  it('leaves everything that the entry point of the tree names, and the one before', () => {
    expect(states.length).toBeGreaterThan(15);
    for (const [i, files] of states.entries()) {
      const read = (path: string): Uint8Array | undefined => files.get(path);
      expect(findMissing(releaseIn(files), 'stable', read), `write ${i + 1}`).toEqual([]);
      const older = releaseIn(readTree(trees[1] ?? ''));
      expect(findMissing(older, 'stable', read), `write ${i + 1}`).toEqual([]);
    }
  });

  it('is completed by the next build, with the same indexes', async () => {
    const withoutTime = (text: string): string =>
      text.replace(/^Date: .*$/m, '').replace(/-----BEGIN PGP SIGNATURE-----.*/s, '');
    const expected = withoutTime(releaseIn(readTree(trees[2] ?? '')));
    for (const [i, files] of states.entries()) {
      const out = writeFiles(freshPath(), Object.fromEntries(files));
      await buildSigned(inputs[2] ?? '', out, times[2] ?? 0);
      const after = readTree(out);
      const read = (path: string): Uint8Array | undefined => after.get(path);
      expect(withoutTime(releaseIn(after)), `write ${i + 1}`).toBe(expected);
      expect(findMissing(releaseIn(after), 'stable', read), `write ${i + 1}`).toEqual([]);
      expect(findMissing(releaseIn(readTree(trees[1] ?? '')), 'stable', read), `write ${i + 1}`).toEqual([]);
      expect([...after.keys()].filter((path) => path.startsWith('pool/'))).toEqual(
        [...readTree(trees[2] ?? '').keys()].filter((path) => path.startsWith('pool/')),
      );
      const again = digestsOf(out);
      expect((await buildSigned(inputs[2] ?? '', out, (times[2] ?? 0) + DAY)).changed).toBe(false);
      expect(digestsOf(out)).toEqual(again);
    }
  }, 180_000);

  it('keeps what was published until now for all of its time, even if nobody builds for weeks', async () => {
    for (const files of states) {
      const out = writeFiles(freshPath(), Object.fromEntries(files));
      await buildSigned(inputs[2] ?? '', out, (times[2] ?? 0) + 30 * DAY);
      if (releaseIn(files) !== releaseIn(readTree(trees[1] ?? ''))) continue;
      const after = readTree(out);
      const missing = findMissing(releaseIn(files), 'stable', (path) => after.get(path));
      expect(missing.filter((path) => !path.startsWith('pool/'))).toEqual([]);
    }
  }, 180_000);
});
