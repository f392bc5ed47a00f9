import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeDelta } from '../../src/delta/make-delta.ts';
import { type Matcher, matchBytes } from '../../src/delta/match/match-bytes.ts';
import { deltaInput } from '../../src/layouts/native/generate/deltas/summary-parts.ts';
import type { PackageRecord } from '../../src/model/record.ts';
import { loadBsdiff, matcherFrom } from '../../src/platform/bsdiff.ts';
import { sampleRelease } from '../sample-records.ts';
import { unstructured } from '../unit/delta/unstructured.ts';
import { summaryOf } from '../unit/layouts/native/generate/deltas/tiny-summary.ts';
import { requirePeer, requireProgram } from './programs.ts';

const maker = await loadBsdiff();
const hasAddon = requirePeer('bsdiff-node', 'make' in maker);
const hasBspatch = requireProgram('bspatch');
const ownMatcher: Matcher = async (old, next) => matchBytes(old, next);

/** From one release to another, and how many records a bucket has at most before and after. */
const steps = [
  { title: 'a few versions changed', release: 3, perBucket: [60, 60] },
  { title: 'every version changed', release: 100, perBucket: [60, 60] },
  { title: 'buckets split', release: 3, perBucket: [60, 30] },
  { title: 'buckets merged', release: 3, perBucket: [30, 60] },
] as const;

describe.skipIf(!hasBspatch)('deltas between summaries', () => {
  it.each(steps)('are applied by bspatch: $title', async ({ release, perBucket: [before, after] }) => {
    const [old, next] = [await summary(0, before), await summary(release, after)];
    const delta = await makeDelta(deltaInput(old, next), { matcher: ownMatcher });
    expectSame(patchByProgram(old.bytes, delta), next.bytes);
  });

  it('are applied by bspatch if nothing is known of the files', async () => {
    const [old, next] = [await summary(0, 60), await summary(3, 60)];
    const delta = await makeDelta(unstructured(old.bytes, next.bytes), { matcher: ownMatcher });
    expectSame(patchByProgram(old.bytes, delta), next.bytes);
  });
});

describe.skipIf(!hasAddon)('deltas between summaries', () => {
  it.each(steps)(
    'are the same with bsdiff-node as with our own matcher: $title',
    async ({ release, perBucket: [before, after] }) => {
      if ('missing' in maker) throw new Error(maker.missing);
      const [old, next] = [await summary(0, before), await summary(release, after)];
      const own = await makeDelta(deltaInput(old, next), { matcher: ownMatcher });
      expectSame(await makeDelta(deltaInput(old, next), { matcher: matcherFrom(maker.make) }), own);
    },
  );

  it('are smaller than those of bsdiff, which knows nothing of cells', async () => {
    if ('missing' in maker) throw new Error(maker.missing);
    const [old, next] = [await summary(0, 60), await summary(30, 60)];
    const own = await makeDelta(deltaInput(old, next), { matcher: ownMatcher });
    expect(own.length).toBeLessThan((await maker.make(old.bytes, next.bytes)).length);
  });
});

const summaries = new Map<string, ReturnType<typeof summaryOf>>();

/** The summary of a release. Each is made once. */
function summary(release: number, perBucket: number): ReturnType<typeof summaryOf> {
  const key = `${release} ${perBucket}`;
  const made = summaries.get(key) ?? summaryOf(records(release), perBucket);
  summaries.set(key, made);
  return made;
}

function records(release: number): readonly PackageRecord[] {
  return sampleRelease(1000, release).filter(({ arch }) => arch !== 'arm64') as readonly PackageRecord[];
}

function patchByProgram(old: Uint8Array, delta: Uint8Array): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  try {
    writeFileSync(join(directory, 'old'), old);
    writeFileSync(join(directory, 'delta'), delta);
    execFileSync('bspatch', ['old', 'new', 'delta'], { cwd: directory });
    return readFileSync(join(directory, 'new'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Compares without listing hundreds of thousands of bytes if they differ. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect([actual.length, Buffer.compare(actual, expected)]).toEqual([expected.length, 0]);
}
