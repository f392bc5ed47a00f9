import { describe, expect, it } from 'vitest';
import { deltaPath, summaryPath } from '../../../../../../src/layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../../../../../src/layouts/native/format/repository-index.ts';
import type { DeltaJob, MadeDelta } from '../../../../../../src/layouts/native/generate/deltas/make-deltas.ts';
import {
  type HistoryTools,
  keepHistory,
  makeHistories,
  type Newest,
  type PlannedHistory,
} from '../../../../../../src/layouts/native/generate/deltas/plan-histories.ts';
import { readRequired } from '../../../../../../src/layouts/native/generate/deltas/read-published.ts';
import type { Digest } from '../../../../../../src/model/digest.ts';
import { silent } from '../../../../../../src/model/progress.ts';
import { sha256 } from '../../../../../../src/platform/hash/sha256.ts';
import { gzip } from '../../../../../../src/platform/zlib/gzip.ts';
import { makeDelta } from '../../../../client/tiny-tree.ts';
import { noise } from '../details/sample-details.ts';

const [newest, older, oldest] = [noise(200, 1), noise(200, 2), noise(200, 3)] as const;
const now = await sha256(newest);
const was = await sha256(older);
const first = await sha256(oldest);
const delta = makeDelta(older, newest);
const files = new Map([
  [summaryPath(was), gzip(older)],
  [summaryPath(first), gzip(oldest)],
]);

/** Takes the place of the task: what it makes deltas from need not be summaries. */
function make({ from, stored }: DeltaJob): MadeDelta {
  const known = files.get(summaryPath(from));
  if (known === undefined || Buffer.compare(known, stored) !== 0) return { refused: 'is damaged' };
  return { bytes: from === was ? delta : makeDelta(oldest, newest) };
}

const newestOf = (storedSize = 1000): Newest => ({ sha256: now, storedSize, header: newest, buckets: [] });

async function makeHistory(
  versions: readonly Digest[],
  newestVersion: Newest,
  with_: HistoryTools,
): Promise<PlannedHistory> {
  const [history] = await makeHistories([{ older: versions, now: newestVersion, arch: 'x' }], with_);
  return history ?? { entries: [], files: [] };
}

function tools(change: Partial<HistoryTools> = {}, content: ReadonlyMap<string, Uint8Array> = files): HistoryTools {
  return {
    previous: { location: 'there', has: async (path) => content.has(path), read: async (path) => content.get(path) },
    tasks: { makeDeltas: async ({ jobs }) => jobs.map(make) },
    length: 16,
    maxPending: 2,
    progress: silent,
    ...change,
  };
}

function entryOf(digests: readonly Digest[]): SummaryEntry {
  const [sha = now, ...history] = digests;
  return {
    arch: 'x',
    sha256: sha,
    size: 200,
    storedSize: 1000,
    packages: 1,
    header: { sha256: sha, size: 1, storedSize: 1 },
    history: history.map((digest) => ({ sha256: digest, deltaSize: delta.length })),
  };
}

describe('making a history', () => {
  it('gives a delta from each version, newest first, and keeps their summaries', async () => {
    const made = await makeHistory([was, first], newestOf(100_000), tools());
    expect(made.entries.map((entry) => entry.sha256)).toEqual([was, first]);
    expect(made.files.map(({ path }) => path)).toEqual([
      summaryPath(was),
      deltaPath(was, now),
      summaryPath(first),
      deltaPath(first, now),
    ]);
    expect(await made.files[0]?.content()).toEqual(files.get(summaryPath(was)));
    expect(await made.files[1]?.content()).toEqual(delta);
  });

  it('keeps a delta of half of the stored size and drops one that is larger, with its summary', async () => {
    const half = await makeHistory([was], newestOf(delta.length * 2), tools());
    expect(half.entries).toEqual([{ sha256: was, deltaSize: delta.length }]);
    const larger = await makeHistory([was], newestOf(delta.length * 2 - 1), tools());
    expect(larger).toEqual({ entries: [], files: [] });
  });

  it.each<[string, Uint8Array | undefined, string]>([
    ['missing', undefined, 'is missing in there: no delta from it'],
    ['a different one', gzip(oldest), 'is damaged in there: no delta from it'],
  ])('leaves out, with a warning, a version whose summary is %s', async (_title, stored, warning) => {
    const warnings: string[] = [];
    const content = new Map(files);
    if (stored === undefined) content.delete(summaryPath(was));
    else content.set(summaryPath(was), stored);
    const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
    const made = await makeHistory([was, first], newestOf(100_000), tools({ progress }, content));
    expect(made.entries.map((entry) => entry.sha256)).toEqual([first]);
    expect(warnings).toEqual([`${summaryPath(was)} ${warning}`]);
  });
});

describe('keeping a history', () => {
  const never: HistoryTools['tasks'] = {
    makeDeltas: async () => {
      throw new Error('a delta was made');
    },
  };

  it.each([
    [0, []],
    [1, [was]],
    [2, [was, first]],
    [9, [was, first]],
  ])('trims it to %i, without making a delta', async (length, expected) => {
    const kept = await keepHistory(entryOf([now, was, first]), newestOf(), tools({ length, tasks: never }));
    expect(kept.entries.map((entry) => entry.sha256)).toEqual(expected);
    expect(kept.files).toHaveLength(expected.length * 2);
  });

  it('leaves out, with a warning, a version whose summary is missing', async () => {
    const warnings: string[] = [];
    const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
    const content = new Map([...files].filter(([path]) => path !== summaryPath(was)));
    const kept = await keepHistory(entryOf([now, was, first]), newestOf(), tools({ progress, tasks: never }, content));
    expect(kept.entries.map((entry) => entry.sha256)).toEqual([first]);
    expect(warnings).toEqual([`${summaryPath(was)} is missing in there: no delta from it`]);
  });

  it('takes a delta from the published tree', async () => {
    const published = new Map([...files, [deltaPath(was, now), delta]]);
    const kept = await keepHistory(entryOf([now, was]), newestOf(), tools({ tasks: never }, published));
    expect(await kept.files[1]?.content()).toBe(delta);
  });

  it.each([
    ['missing', undefined],
    ['of another size', delta.subarray(1)],
  ])('makes a delta again that is %s', async (_title, published) => {
    const content = new Map(files);
    if (published !== undefined) content.set(deltaPath(was, now), published);
    const kept = await keepHistory(entryOf([now, was]), newestOf(), tools({}, content));
    expect(await kept.files[1]?.content()).toEqual(delta);
  });
});

it('a file that the index names and the tree lacks is an integrity error with a hint', async () => {
  await expect(readRequired('summaries/x', tools().previous)).rejects.toThrow(
    expect.objectContaining({
      code: 'integrity',
      path: 'summaries/x',
      message: 'missing, although the index of there names it',
      hint: 'build into an empty directory to start a new history',
    }),
  );
});
