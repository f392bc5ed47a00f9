import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SignedIndex } from '../../../../../../src/layouts/native/format/repository-index.ts';
import {
  canonicalParts,
  draftSummary,
  gatherSummaries,
  type SummaryDraft,
} from '../../../../../../src/layouts/native/generate/summaries/draft-summaries.ts';
import type { PackageRecord } from '../../../../../../src/model/record.ts';
import { openWorkspace } from '../../../../../../src/platform/workspace/workspace.ts';
import { partsOf } from '../../../../../../src/publish/tree.ts';
import { makeWorkspace, sha256Of } from '../../../../../workspace.ts';
import { encodeSample, type SubsetTests } from './encode-sample.ts';

const workspace = openWorkspace({ cache: undefined, temporary: makeWorkspace() });
const records: readonly PackageRecord[] = ['a', 'b', 'c'].map((name) => ({ name, version: '1', arch: 'x' }));
const notFirst: SubsetTests = { s: ({ name }) => name !== 'a' };

/** Drafts the summaries of the whole and of a subset. */
async function draft(
  of: readonly PackageRecord[],
  published?: SignedIndex,
  subsets = notFirst,
): Promise<readonly SummaryDraft[]> {
  const { slices } = await encodeSample(of, workspace, subsets);
  return gatherSummaries(slices).map((summary) => draftSummary(summary, published, workspace));
}

async function contentOf(one: SummaryDraft | undefined): Promise<Buffer> {
  return Buffer.concat([...partsOf((await one?.file.content()) ?? [])]);
}

const first = await draft(records);
const published: SignedIndex = {
  format: 'repomill/1',
  version: 1,
  name: 'sample',
  summaries: first.map(({ entry }) => ({ ...entry, history: [] })),
};
const changedOf = (drafts: readonly SummaryDraft[]): readonly boolean[] => drafts.map(({ changed }) => changed);

describe('drafting summaries', () => {
  it('counts every one as changed if nothing was published', () => {
    expect(first.map(({ changed, before }) => ({ changed, before }))).toEqual([
      { changed: true, before: undefined },
      { changed: true, before: undefined },
    ]);
  });

  it('describes a summary as its bytes are', async () => {
    for (const one of first) {
      const stored = await contentOf(one);
      const canonical = gunzipSync(stored);
      expect(Buffer.concat([...canonicalParts(one.encoded, workspace)]).equals(canonical)).toBe(true);
      expect(one.entry).toMatchObject({
        sha256: sha256Of(canonical),
        size: canonical.length,
        storedSize: stored.length,
        header: { sha256: sha256Of(canonical.subarray(0, one.entry.header.size)) },
      });
      expect(one.file).toMatchObject({ path: `summaries/${one.entry.sha256}.gz`, size: stored.length });
    }
    expect(first.map(({ entry }) => [entry.arch, entry.subset, entry.packages])).toEqual([
      ['x', undefined, 3],
      ['x', 's', 2],
    ]);
  });

  it('describes what did not change as it was published, and can make it again', async () => {
    const drafts = await draft(records, published);
    expect(changedOf(drafts)).toEqual([false, false]);
    expect(drafts.map(({ entry }) => entry)).toEqual(first.map(({ entry }) => entry));
    for (const [i, one] of drafts.entries()) expect(await contentOf(one)).toEqual(await contentOf(first[i]));
  });

  it('leaves out the history, which is made later', async () => {
    for (const { entry } of await draft(records, published)) expect(entry).not.toHaveProperty('history');
  });

  it('does not hash again what did not change: a published digest stays as it is', async () => {
    const strange = published.summaries.map((entry) => ({ ...entry, sha256: published.summaries[0]?.header.sha256 }));
    const drafts = await draft(records, { ...published, summaries: strange as SignedIndex['summaries'] });
    expect(drafts.map(({ entry }) => entry.sha256)).toEqual(strange.map(({ sha256 }) => sha256));
  });

  it.each<[string, SubsetTests]>([
    ['as many others', { s: ({ name }) => name !== 'c' }],
    ['fewer', { s: ({ name }) => name === 'b' }],
    ['none', { s: () => false }],
  ])('finds the change of a subset of an unchanged whole that has %s', async (_title, subsets) => {
    expect(changedOf(await draft(records, published, subsets))).toEqual([false, true]);
  });

  it('finds the change of a whole whose subset did not change', async () => {
    const changed = records.map((record, i) => (i === 0 ? { ...record, version: '2' } : record));
    const drafts = await draft(changed, published);
    expect(changedOf(drafts)).toEqual([true, false]);
    expect(drafts[0]?.before).toBe(published.summaries[0]);
  });

  it.each([
    ['a whole', published.summaries.slice(1), [true, false]],
    ['a subset', published.summaries.slice(0, 1), [false, true]],
    ['another arch', published.summaries.map((entry) => ({ ...entry, arch: 'y' })), [true, true]],
  ])('counts %s that was not published as changed', async (_title, summaries, changed) => {
    expect(changedOf(await draft(records, { ...published, summaries }))).toEqual(changed);
  });
});

it('a summary that clients would take for a decompression bomb is refused', async () => {
  const { slices } = await encodeSample(records, workspace, notFirst);
  const [summary] = gatherSummaries(slices);
  if (summary === undefined) throw new RangeError('no summary');
  const stored = Number(first[0]?.entry.storedSize);
  const size = stored * 100 + 2 ** 26;
  expect(draftSummary({ ...summary, size }, undefined, workspace).entry.size).toBe(size);
  expect(() => draftSummary({ ...summary, size: size + 1 }, undefined, workspace)).toThrow(
    expect.objectContaining({
      code: 'metadata',
      message: `summary of x: ${size + 1} bytes that compress to ${stored} would be refused by clients`,
      hint: 'list long fields that repeat themselves under "details:"',
    }),
  );
});
