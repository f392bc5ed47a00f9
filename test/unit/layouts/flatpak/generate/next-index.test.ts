import { describe, expect, it } from 'vitest';
import { type IndexEntry, parseSummaryIndex } from '../../../../../src/layouts/flatpak/format/summary-index.ts';
import { type IndexOptions, nextIndex } from '../../../../../src/layouts/flatpak/generate/next-index.ts';
import type { PublishedIndex } from '../../../../../src/layouts/flatpak/generate/published.ts';
import { sha256Of } from '../../../../workspace.ts';
import { digestOf } from '../format/sample-refs.ts';
import { freshWorkspace, refsOf, repositoryWith } from './packed-refs.ts';

const ENTRIES: readonly IndexEntry[] = [{ name: 'x86_64', sha256: digestOf(1), history: [] }];
const CHANGED: readonly IndexEntry[] = [{ name: 'x86_64', sha256: digestOf(2), history: [digestOf(1)] }];

function optionsOf(times: readonly bigint[], given: Partial<IndexOptions> = {}): IndexOptions {
  const refs = refsOf(times.map((timestamp, i) => ({ name: `app/org.a.A${i}/x86_64/stable`, timestamp })));
  const repository = repositoryWith('[core]\nmode=archive-z2\n');
  return { repository, refs, workspace: freshWorkspace(), keepUnchanged: true, exact: false, now: 99n, ...given };
}

async function published(entries: readonly IndexEntry[], time: bigint): Promise<PublishedIndex> {
  const { bytes } = await nextIndex(entries, undefined, optionsOf([time]));
  return { ...parseSummaryIndex(bytes), bytes, sha256: digestOf(Number.parseInt(sha256Of(bytes).slice(0, 2), 16)) };
}

describe('an index says that the repository last changed', () => {
  const timeOf = async (entries: readonly IndexEntry[], before: bigint | undefined, options: IndexOptions) => {
    const old = before === undefined ? undefined : await published(ENTRIES, before);
    const { lastModified, bytes } = await nextIndex(entries, old, options);
    expect(parseSummaryIndex(bytes)).toMatchObject({ lastModified, summaries: entries });
    return lastModified;
  };

  it.each([
    ['when its newest commit was made, the first time', ENTRIES, undefined, [5n, 7n, 6n], 7n],
    ['at the previous time, if nothing changed', ENTRIES, 7n, [7n], 7n],
    ['at the previous time, if nothing changed although a commit is newer', ENTRIES, 7n, [9n], 7n],
    ['when its newest commit was made, if that is later', CHANGED, 7n, [9n], 9n],
    ['a second later, if its newest commit is as old', CHANGED, 7n, [7n], 8n],
    ['a second later, if its newest commit is older', CHANGED, 7n, [1n], 8n],
    ['never, if it has no refs', [], undefined, [], 0n],
  ])('%s', async (_, entries, before, times, expected) => {
    expect(await timeOf(entries, before, optionsOf(times))).toBe(expected);
  });

  it('now, if it has to be exactly flatpak’s', async () => {
    const exact = { exact: true, keepUnchanged: false };
    expect(await timeOf(ENTRIES, 7n, optionsOf([7n], exact))).toBe(99n);
    expect(await timeOf(CHANGED, 200n, optionsOf([7n], exact))).toBe(99n);
    expect(await timeOf(ENTRIES, 7n, optionsOf([7n], { ...exact, keepUnchanged: true }))).toBe(7n);
  });

  it('a second later if an unchanged index is not to be kept', async () => {
    expect(await timeOf(ENTRIES, 7n, optionsOf([7n], { keepUnchanged: false }))).toBe(8n);
  });

  it('a second later if only the configuration changed', async () => {
    const repository = repositoryWith('[core]\nmode=archive-z2\n[flatpak]\ntitle=New\n');
    expect(await timeOf(ENTRIES, 7n, optionsOf([7n], { repository }))).toBe(8n);
  });

  it('when its newest commit was made, if the previous index has no time', async () => {
    const silentIndex = { ...(await published(ENTRIES, 7n)), lastModified: undefined };
    expect((await nextIndex(CHANGED, silentIndex, optionsOf([3n]))).lastModified).toBe(3n);
  });

  it('without reading the refs if nothing changed', async () => {
    const options = optionsOf([7n]);
    const packed = (): Promise<never> => Promise.reject(new Error('looked'));
    const old = await published(ENTRIES, 7n);
    const next = await nextIndex(ENTRIES, old, { ...options, refs: { ...options.refs, packed } });
    expect(next.bytes).toEqual(old.bytes);
  });
});
