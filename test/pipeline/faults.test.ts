import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { COMBINED_PATH, INDEX_PATH, parseTreePath } from '../../src/layouts/native/format/paths.ts';
import { silent } from '../../src/model/progress.ts';
import { publish } from '../../src/publish/publish.ts';
import type { TreePlan } from '../../src/publish/tree-plan.ts';
import { type PlainIndex, pathsNamedBy } from '../contract/shell.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, writeFiles } from '../workspace.ts';
import { type Fault, faultyTree } from './faulty-tree.ts';

const workspace = makeWorkspace();
// A history of one, so that the third release prunes what the first one left.
const CONFIG = 'name: sample\nsubsets:\n  licensed: licence = MIT\ncombined: [amd64]\nhistory: 1\n';
const [oneDirectory, otherDirectory] = [join(workspace, 'older'), join(workspace, 'newer')];
const inputOf = (release: number): string => join(workspace, `release-${release}`);
let older: ReadonlyMap<string, Uint8Array>;
let newer: ReadonlyMap<string, Uint8Array>;

const readTree = (directory: string): ReadonlyMap<string, Uint8Array> =>
  new Map(listPaths(directory).map((path) => [path, readFileSync(join(directory, path))]));

beforeAll(async () => {
  for (const release of [0, 1, 2]) {
    // Of forty packages, the last one changes in the second release, and the last two in the third.
    const records = sampleRelease(40, 60 + release).map((record, i) =>
      i === 0 ? { ...record, details: { release } } : record,
    );
    writeFiles(inputOf(release), { 'all.jsonl': asLines(records), 'repomill.yaml': CONFIG });
  }
  await build({ input: inputOf(0), out: oneDirectory });
  await build({ input: inputOf(1), out: oneDirectory });
  cpSync(oneDirectory, otherDirectory, { recursive: true });
  await build({ input: inputOf(2), out: otherDirectory });
  older = readTree(oneDirectory);
  newer = readTree(otherDirectory);
});

/** The plan that leads to the newer tree. */
function planNewer(): TreePlan {
  const planned = (path: string, bytes: Uint8Array) => ({ path, content: async () => bytes });
  const mutable = [COMBINED_PATH, INDEX_PATH];
  return {
    files: [...newer].filter(([path]) => !mutable.includes(path)).map(([path, bytes]) => planned(path, bytes)),
    mutable: mutable.map((path) => planned(path, newer.get(path) ?? new Uint8Array())),
    directories: ['summaries', 'deltas', 'details'],
    owns: (path) => path !== INDEX_PATH && path !== COMBINED_PATH && parseTreePath(path) !== undefined,
  };
}

/** What the index of a tree names and the tree lacks. */
function missingFrom(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const text = Buffer.from(files.get(INDEX_PATH) ?? new Uint8Array()).toString('utf8');
  const index: PlainIndex = JSON.parse(text);
  return pathsNamedBy(index).filter((path) => !files.has(path));
}

async function crash(fault: Fault): Promise<ReadonlyMap<string, Uint8Array>> {
  const { tree, files } = faultyTree(older, fault);
  await expect(publish(planNewer(), tree, { progress: silent })).rejects.toThrow(/^write \d+ failed$/);
  return files;
}

describe('publishing that fails at one of its writes', () => {
  it('can fail at every kind of write: creating, replacing and removing files', async () => {
    const { tree, files, attempts } = faultyTree(older);
    const { written, pruned } = await publish(planNewer(), tree, { progress: silent });
    expect(new Map(files)).toEqual(newer);
    const folder = (path: string): string => path.replace(/\/.*/, '');
    expect(new Set(written.map(({ path }) => folder(path)))).toEqual(
      new Set(['summaries', 'deltas', 'details', COMBINED_PATH, INDEX_PATH]),
    );
    expect(new Set(pruned.map(folder))).toEqual(new Set(['summaries', 'deltas', 'details']));
    expect(attempts()).toBe(written.length + pruned.length);
  });

  it.each([true, false])(
    'leaves an index that names only files that are there, and the next build gives the same tree (write kept: %s)',
    async (kept) => {
      const { tree, attempts } = faultyTree(older);
      await publish(planNewer(), tree, { progress: silent });
      for (let write = 1; write <= attempts(); write++) {
        const files = await crash({ write, kept, forGood: true });
        expect(missingFrom(files), `after write ${write}`).toEqual([]);
        const directory = writeFiles(join(workspace, `crash-${kept}-${write}`), Object.fromEntries(files));
        await build({ input: inputOf(2), out: directory });
        expect(digestsOf(directory), `after write ${write}`).toEqual(digestsOf(otherDirectory));
      }
    },
  );

  it('leaves the old index in place until every immutable file is there', async () => {
    const firstWrites = [...newer.keys()].filter((path) => !older.has(path)).length;
    for (let write = 1; write <= firstWrites; write++) {
      const files = await crash({ write, kept: true, forGood: true });
      expect(files.get(INDEX_PATH)).toEqual(older.get(INDEX_PATH));
    }
  });

  it('removes nothing while the old index is in place', async () => {
    for (let write = 1; ; write++) {
      const files = await crash({ write, kept: false, forGood: true });
      if (Buffer.compare(files.get(INDEX_PATH) ?? Buffer.alloc(0), newer.get(INDEX_PATH) ?? Buffer.alloc(0)) === 0)
        break;
      expect([...older.keys()].filter((path) => !files.has(path))).toEqual([]);
    }
  });

  it('writes nothing after a failure', async () => {
    const { tree, attempts } = faultyTree(older, { write: 1, kept: false, forGood: false });
    const slow = {
      ...tree,
      create: async (path: string, bytes: Uint8Array) => pause().then(() => tree.create(path, bytes)),
    };
    await expect(publish(planNewer(), slow, { progress: silent })).rejects.toThrow('write 1 failed');
    const before = attempts();
    for (let i = 0; i < 50; i++) await pause();
    expect(attempts()).toBe(before);
  });
});

function pause(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 1));
}
