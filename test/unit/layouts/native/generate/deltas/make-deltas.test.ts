import { afterAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../../../src/bytes/bytes.ts';
import { PlanMemo } from '../../../../../../src/delta/align/plan-memo.ts';
import { applyDelta } from '../../../../../../src/delta/apply-delta.ts';
import { matchSeeds } from '../../../../../../src/delta/match/match-seeds.ts';
import { type DeltaJob, makeDeltasTask } from '../../../../../../src/layouts/native/generate/deltas/make-deltas.ts';
import { rememberHeader } from '../../../../../../src/layouts/native/generate/deltas/old-summary.ts';
import {
  canonicalParts,
  type EncodedSummary,
  gatherSummaries,
  storedParts,
} from '../../../../../../src/layouts/native/generate/summaries/draft-summaries.ts';
import { compareRecords, type PackageRecord } from '../../../../../../src/model/record.ts';
import { digestOf } from '../../../../../../src/platform/hash/sha256.ts';
import { openWorkspace, type Workspace } from '../../../../../../src/platform/workspace/workspace.ts';
import { sampleRelease } from '../../../../../sample-records.ts';
import { makeWorkspace } from '../../../../../workspace.ts';
import { encodeSample } from '../summaries/encode-sample.ts';

const workspace = openWorkspace({ cache: undefined, temporary: makeWorkspace() });
afterAll(() => workspace.close());

async function summaryOf(release: number): Promise<EncodedSummary> {
  const records: readonly PackageRecord[] = sampleRelease(300, release).map((record) =>
    JSON.parse(JSON.stringify(record)),
  );
  const { slices } = await encodeSample(records.toSorted(compareRecords), workspace);
  const [summary] = gatherSummaries(slices);
  if (summary === undefined) throw new Error('no summary');
  return summary;
}

const canonicalOf = (summary: EncodedSummary): Uint8Array => concatBytes([...canonicalParts(summary, workspace)]);
const storedOf = (summary: EncodedSummary): Uint8Array => concatBytes([...storedParts(summary, workspace)]);

const older = await summaryOf(0);
const newer = await summaryOf(3);
const [oldBytes, newBytes] = [canonicalOf(older), canonicalOf(newer)];

function jobOf(stored: Uint8Array): DeltaJob {
  return {
    from: digestOf(oldBytes),
    stored,
    header: newer.header,
    buckets: newer.buckets.map(({ bucket }) => bucket),
  };
}

const make = (jobs: readonly DeltaJob[], within: Workspace = workspace) =>
  makeDeltasTask(
    { jobs },
    {
      workspace: within,
      matcher: async (old, next) => matchSeeds(old, next),
      memo: new PlanMemo(1_000_000),
    },
  );

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('making deltas between stored summaries', () => {
  it('gives the newest bytes out of the older ones, known or not', async () => {
    const stored = storedOf(older);
    const [first] = await make([jobOf(stored)]);
    rememberHeader(digestOf(oldBytes), older.headerSha256, workspace);
    const [again, last] = await make([jobOf(stored), jobOf(stored)]);
    expect(first).toEqual(again);
    expect(again).toEqual(last);
    const bytes = first !== undefined && 'bytes' in first ? first.bytes : new Uint8Array();
    expect(bytes.length).toBeLessThan(newer.size / 4);
    expect(Buffer.compare(applyDelta(oldBytes, bytes, newBytes.length), newBytes)).toBe(0);
  });

  it.each<[string, Uint8Array, string]>([
    ['another summary', storedOf(newer), 'is damaged'],
    ['no gzip file', oldBytes, 'cannot be read (summary: expected a gzip file)'],
    ['a file that is cut off', storedOf(older).subarray(0, -100), 'cannot be read (gzip: unexpected end of file)'],
    ['nothing', new Uint8Array(), 'cannot be read (summary: expected a gzip file)'],
  ])('refuses %s, and says why', async (_title, stored, refused) => {
    const fresh = openWorkspace({ cache: undefined, temporary: makeWorkspace() });
    expect(await make([jobOf(stored)], fresh)).toEqual([{ refused }]);
  });

  it('refuses a file with one bit flipped, wherever that is read', async () => {
    rememberHeader(digestOf(oldBytes), older.headerSha256, workspace);
    const stored = storedOf(older);
    for (let at = 0; at < stored.length; at += 97) {
      const made = await make([jobOf(flipped(stored, at))]).catch((error: unknown) => error);
      const bytes = Array.isArray(made) && 'bytes' in made[0] ? made[0].bytes : undefined;
      if (bytes !== undefined) expect(Buffer.compare(applyDelta(oldBytes, bytes, newBytes.length), newBytes)).toBe(0);
    }
  });
});
