/**
 * Records to encoded slices, by the stages of a build, in a workspace of the test's own.
 */

import { batchSlot } from '../../../../../../src/catalogue/batch.ts';
import { BatchWriter } from '../../../../../../src/catalogue/batch-writer.ts';
import { openCatalogue } from '../../../../../../src/catalogue/catalogue.ts';
import { UseTracker } from '../../../../../../src/catalogue/read/settings-use.ts';
import {
  type EncodeBucketJob,
  type EncodedSlice,
  encodeBucketTask,
  encodeSlices,
} from '../../../../../../src/layouts/native/generate/summaries/encode-slices.ts';
import { NamePlacer } from '../../../../../../src/model/bucket-placement.ts';
import { type CacheKind, silent } from '../../../../../../src/model/progress.ts';
import { archesOf, type PackageRecord } from '../../../../../../src/model/record.ts';
import { loadFingerprint } from '../../../../../../src/platform/hash/fingerprint.ts';
import type { Workspace } from '../../../../../../src/platform/workspace/workspace.ts';

/** A test of records. */
export type SubsetTests = Readonly<Record<string, (record: PackageRecord) => boolean>>;

/** What encoding gave, and what it looked up in the workspace: `+` for each hit, `-` for each miss. */
export interface EncodedSample {
  readonly slices: readonly EncodedSlice[];
  readonly cacheLookup: Readonly<Partial<Record<CacheKind, string>>>;
}

const fingerprint = await loadFingerprint();
const placer = new NamePlacer(fingerprint);

/** Encodes records as a build does that reads them from one file. */
export async function encodeSample(
  records: readonly PackageRecord[],
  workspace: Workspace,
  subsets: SubsetTests = {},
  pathRules: readonly string[] = [],
): Promise<EncodedSample> {
  const writer = new BatchWriter();
  const memberships = records.map((record) =>
    Object.values(subsets).flatMap((matches, position) => (matches(record) ? [position] : [])),
  );
  for (const [i, record] of records.entries()) {
    const place = { slice: placer.number(record.name), chunk: 0, line: i + 1, isListed: false, isValid: true };
    writer.add(record, { ...place, subsets: memberships[i] ?? [] });
  }
  const name = batchSlot.nameOf([records, memberships]);
  writer.write(name, { lines: [records.length], use: new UseTracker().use }, workspace);
  const head = batchSlot.read(name, workspace);
  if (head === undefined) throw new Error('the batch is gone');
  const places = [{ file: 'sample.jsonl', firstLine: 1, listedBy: [] }];
  const cacheLookup: Partial<Record<CacheKind, string>> = {};
  const slices = await encodeSlices(openCatalogue([{ name, head, places }], workspace), {
    arches: [...new Set(records.flatMap((record) => archesOf(record)))].sort(),
    subsets: Object.keys(subsets),
    pathRules,
    fingerprint,
    workspace,
    tasks: {
      encodeBucket: async (job: EncodeBucketJob) => encodeBucketTask(job, { workspace, fingerprint, pathRules: [] }),
    },
    maxPending: 1,
    progress: {
      ...silent,
      cacheLookup: (kind, hit) => {
        cacheLookup[kind] = `${cacheLookup[kind] ?? ''}${hit ? '+' : '-'}`;
      },
    },
  });
  return { slices, cacheLookup };
}
