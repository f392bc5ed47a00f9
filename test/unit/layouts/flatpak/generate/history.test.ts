import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../../src/bytes/bytes.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../../../../../src/layouts/flatpak/format/paths.ts';
import { applySummaryDelta } from '../../../../../src/layouts/flatpak/format/summary-delta.ts';
import {
  encodeSummaryIndex,
  type IndexEntry,
  parseSummaryIndex,
} from '../../../../../src/layouts/flatpak/format/summary-index.ts';
import type { FlatpakSummaryDraft } from '../../../../../src/layouts/flatpak/generate/draft-summaries.ts';
import { planFlatpakHistories } from '../../../../../src/layouts/flatpak/generate/history.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { partsOf } from '../../../../../src/publish/tree.ts';
import { faultyTree } from '../../../../pipeline/faulty-tree.ts';
import { sha256Of } from '../../../../workspace.ts';
import { digestOf, sampleRef, summaryOf } from '../format/sample-refs.ts';
import { noting } from './packed-refs.ts';

/** Versions of a summary, oldest first. */
const VERSIONS = [0, 1, 2, 3, 4].map((count) => {
  const bytes = summaryOf(Array.from({ length: count }, (_, i) => sampleRef(`app/org.a.A${i}/x86_64/stable`))).bytes;
  return { bytes, sha256: digestIn(sha256Of(bytes)) };
});
const [V0, V1, V2, V3, V4] = VERSIONS.map(({ sha256 }) => sha256) as [Digest, Digest, Digest, Digest, Digest];

function draftOf(sha256: Digest): FlatpakSummaryDraft {
  const { bytes } = VERSIONS.find((version) => version.sha256 === sha256) ?? { bytes: new Uint8Array(0) };
  return { name: 'x86_64', arch: 'x86_64', sha256, size: bytes.length, refs: 1, encode: async () => bytes };
}

async function plan(
  next: Digest,
  before: Partial<IndexEntry> | undefined,
  files: Readonly<Record<string, Uint8Array>> = {},
  history = 16,
  signal?: AbortSignal,
) {
  const published = VERSIONS.map(({ sha256, bytes }) => [flatpakSummaryPath(sha256), gzipSync(bytes)] as const);
  const { tree } = faultyTree(new Map([...published, ...Object.entries(files)]));
  const entries = before === undefined ? [] : [{ name: 'x86_64', sha256: V0, history: [], ...before }];
  const bytes = encodeSummaryIndex(entries, []);
  const index = { ...parseSummaryIndex(bytes), bytes, sha256: digestOf(1) };
  const { progress, warnings } = noting();
  const [found] = await planFlatpakHistories([draftOf(next)], index, { previous: tree, history, progress, signal });
  return { older: found?.older, files: found?.files ?? [], warnings };
}

describe('the history of a summary', () => {
  it.each([
    ['is empty for one that is new', V4, undefined, []],
    ['starts with the version before', V4, { sha256: V3 }, [V3]],
    ['continues with the versions before that', V4, { sha256: V3, history: [V2, V1, V0] }, [V3, V2, V1, V0]],
    ['stays the same if the summary did', V4, { sha256: V4, history: [V3, V2] }, [V3, V2]],
    ['leaves out the version that it leads to, when that comes again', V2, { sha256: V3, history: [V2, V1] }, [V3, V1]],
    ['has each version once', V4, { sha256: V3, history: [V3, V2, V2] }, [V3, V2]],
    ['is empty if the index has only a different summary', V4, { sha256: V3, name: 'aarch64' }, []],
  ])('%s', async (_, next, before, expected) => {
    const { older, warnings } = await plan(next, before);
    expect([older, warnings]).toEqual([expected, []]);
  });

  it('reads no older version once the signal is aborted', async () => {
    const request = plan(V4, { sha256: V3, history: [V2, V1, V0] }, {}, 16, AbortSignal.abort());
    await expect(request).rejects.toMatchObject({ code: 'interrupted' });
  });

  it.each([0, 1, 2, 3, 9])('is no longer than %i', async (length) => {
    const before = { sha256: V3, history: [V2, V1, V0] };
    expect((await plan(V4, before, {}, length)).older).toEqual([V3, V2, V1, V0].slice(0, length));
    expect((await plan(V3, before, {}, length)).older).toEqual([V2, V1, V0].slice(0, length));
  });

  it('has a file of each version, and a delta from each that leads to the newest', async () => {
    const { files } = await plan(V4, { sha256: V3, history: [V0] });
    expect(files.map(({ path }) => path).toSorted()).toEqual(
      [V3, V0].flatMap((old) => [flatpakSummaryPath(old), summaryDeltaPath(old, V4)]).toSorted(),
    );
    for (const old of VERSIONS.filter(({ sha256 }) => [V3, V0].includes(sha256))) {
      const delta = files.find(({ path }) => path === summaryDeltaPath(old.sha256, V4));
      const stored = concatBytes([...partsOf((await delta?.content()) ?? [])]);
      expect(sha256Of(applySummaryDelta(old.bytes, gunzipSync(stored), 1 << 20))).toBe(V4);
    }
  });

  it('makes a delta that the tree lacks again, even if nothing changed', async () => {
    const { files } = await plan(V4, { sha256: V4, history: [V3] });
    const delta = files.find(({ path }) => path === summaryDeltaPath(V3, V4));
    expect(gunzipSync(concatBytes([...partsOf((await delta?.content()) ?? [])])).length).toBeGreaterThan(8);
  });

  it.each([
    ['not compressed', Buffer.from('garbage')],
    ['empty', new Uint8Array(0)],
    ['a different file', gzipSync('a different file')],
    ['larger than any older version could be', gzipSync(Buffer.alloc(80_000_000))],
  ])('leaves out a version whose file is %s, with a warning, and keeps the others', async (_, bytes) => {
    const { older, warnings } = await plan(V4, { sha256: V3, history: [V2, V1] }, { [flatpakSummaryPath(V2)]: bytes });
    expect([older, warnings]).toEqual([[V3, V1], [expect.stringContaining(`${flatpakSummaryPath(V2)} of memory: `)]]);
  });

  it('takes an older version instead of one that cannot be read, if there is room', async () => {
    const { older } = await plan(
      V4,
      { sha256: V3, history: [V2, V1] },
      { [flatpakSummaryPath(V3)]: Buffer.from('garbage') },
      2,
    );
    expect(older).toEqual([V2, V1]);
  });

  it('leaves out a version whose file is gone, whether the summary changed or not', async () => {
    const gone = digestOf(99);
    for (const next of [V4, V3]) {
      const { older, warnings } = await plan(next, { sha256: V3, history: [gone, V1] });
      expect(older).toEqual(next === V4 ? [V3, V1] : [V1]);
      expect(warnings).toEqual([
        `${flatpakSummaryPath(gone)} of memory: expected a file, found none; no delta from it`,
      ]);
    }
  });
});

function digestIn(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}
