import { describe, expect, it } from 'vitest';
import {
  flatpakSummaryPath,
  signaturePath,
  summaryDeltaPath,
} from '../../../../../src/layouts/flatpak/format/paths.ts';
import {
  encodeSummaryIndex,
  type IndexEntry,
  parseSummaryIndex,
} from '../../../../../src/layouts/flatpak/format/summary-index.ts';
import type { PublishedIndex } from '../../../../../src/layouts/flatpak/generate/published.ts';
import { retainedPaths } from '../../../../../src/layouts/flatpak/generate/retained-paths.ts';
import { faultyTree } from '../../../../pipeline/faulty-tree.ts';
import { digestOf } from '../format/sample-refs.ts';

const [D1, D2, D3, D4] = [1, 2, 3, 4].map(digestOf) as [
  ReturnType<typeof digestOf>,
  ReturnType<typeof digestOf>,
  ReturnType<typeof digestOf>,
  ReturnType<typeof digestOf>,
];
const entry = (sha256: IndexEntry['sha256'], ...history: IndexEntry['history'][number][]): IndexEntry => {
  return { name: 'x86_64', sha256, history };
};

function publishedOf(...summaries: readonly IndexEntry[]): PublishedIndex {
  const bytes = encodeSummaryIndex(summaries, []);
  return { ...parseSummaryIndex(bytes), bytes, sha256: digestOf(200) };
}

async function retained(
  paths: readonly string[],
  entries: readonly IndexEntry[],
  published: PublishedIndex | undefined,
  options = { exact: false, signatures: 2 },
): Promise<readonly string[]> {
  const { tree } = faultyTree(new Map(paths.map((path) => [path, new Uint8Array(0)])));
  return [...(await retainedPaths(entries, published, tree, options))].sort();
}

describe('what stays although the newest index does not need it', () => {
  const deltas = [
    summaryDeltaPath(D1, D2),
    summaryDeltaPath(D2, D3),
    summaryDeltaPath(D1, D3),
    summaryDeltaPath(D1, D4),
  ];
  const others = ['summaries/README', 'summary.idx', `summaries/${D4}.gz`];

  it('is nothing in a tree that has no index yet', async () => {
    expect(await retained([...deltas, ...others], [entry(D1)], undefined)).toEqual([]);
  });

  it('is every file that the index before names, and deltas to what it had', async () => {
    expect(await retained([...deltas, ...others], [entry(D3, D2)], publishedOf(entry(D2, D1)))).toEqual(
      [flatpakSummaryPath(D1), flatpakSummaryPath(D2), summaryDeltaPath(D1, D2)].sort(),
    );
  });

  it('is the same after a build that changed nothing', async () => {
    const newest = entry(D3, D2, D1);
    expect(await retained(deltas, [newest], publishedOf(newest))).toEqual(
      expect.arrayContaining([summaryDeltaPath(D1, D2), flatpakSummaryPath(D2), flatpakSummaryPath(D1)]),
    );
  });

  it('is what the index before named of a summary that is gone', async () => {
    const found = await retained(deltas, [], publishedOf(entry(D2, D1)));
    expect(found).toEqual([flatpakSummaryPath(D1), flatpakSummaryPath(D2), summaryDeltaPath(D1, D2)].sort());
  });

  it('is, as flatpak has it, every delta to a newest summary and the signature of the index before', async () => {
    const exact = { exact: true, signatures: 2 };
    expect(await retained([...deltas, ...others], [entry(D3, D2)], publishedOf(entry(D2, D1)), exact)).toEqual(
      [summaryDeltaPath(D1, D3), summaryDeltaPath(D2, D3), signaturePath(digestOf(200))].sort(),
    );
    expect(await retained(deltas, [entry(D3)], undefined, exact)).toEqual(
      [summaryDeltaPath(D1, D3), summaryDeltaPath(D2, D3)].sort(),
    );
  });

  it('includes this many signatures; files that are not signatures count as the oldest, in the order of their names', async () => {
    const files = [D3, D1, D2].map(signaturePath);
    for (const count of [0, 1, 2, 3, 9]) {
      const found = await retained(files, [], undefined, { exact: false, signatures: count });
      expect(found).toEqual(files.toSorted().slice(0, count));
    }
  });

  it('does not depend on signatures that cannot be read', async () => {
    const { tree } = faultyTree(new Map([D1, D2].map((digest) => [signaturePath(digest), Buffer.from('garbage')])));
    const found = await retainedPaths([], undefined, tree, { exact: false, signatures: 1 });
    expect([...found]).toEqual([signaturePath(D1)]);
  });
});
