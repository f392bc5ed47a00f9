/**
 * Encodes what was read, slice by slice: a slice that has the listings it had the last time is not even arranged, and of
 * one that changed, the buckets that changed are encoded. What two summaries share is encoded, compressed and hashed once.
 */

import { WorkQueue } from '../../../../async/queue.ts';
import { isObject } from '../../../../bytes/json.ts';
import { SLICES } from '../../../../catalogue/batch.ts';
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import { badInput } from '../../../../catalogue/read/bad-input.ts';
import type { Problem } from '../../../../errors.ts';
import type { Fingerprint } from '../../../../model/bucket-placement.ts';
import { partition } from '../../../../model/partition.ts';
import type { Reporter } from '../../../../model/progress.ts';
import { keyOf } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { arrangeSlice } from './arrange-slice.ts';
import { type EncodeBucketJob, type EncodedBucket, openEncodedBucket } from './encoded-member.ts';

/** The tasks of this stage. */
export interface EncodeTasks {
  encodeBucket(job: EncodeBucketJob): Promise<EncodedBucket>;
}

/** What encoding needs. */
export interface EncodeOptions {
  /** Every arch of the repository, in order. */
  readonly arches: readonly string[];
  /** Names of the subsets, in the order that `Listing.subsets` counts. */
  readonly subsets: readonly string[];
  /** Templates of the path rules. */
  readonly pathRules: readonly string[];
  readonly fingerprint: Fingerprint;
  readonly workspace: Workspace;
  readonly tasks: EncodeTasks;
  /** Tasks that may be waited for at a time. */
  readonly maxPending: number;
  readonly progress: Reporter;
}

/** What a summary has of one slice. */
export interface SummarySlice {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  readonly buckets: readonly PlacedBucket[];
}

/** A bucket where a summary has it. */
export interface PlacedBucket {
  readonly id: string;
  readonly bucket: EncodedBucket;
}

/** One slice of the repository. */
export interface EncodedSlice {
  /** How many names, versions and arches there are in all. */
  readonly packages: number;
  /** Every arch in order, and for each the whole and then its subsets. */
  readonly summaries: readonly SummarySlice[];
}

/** Grows whenever the same listings make other buckets. */
const EDITION = 1;

/** Encodes all slices that are not empty, in order. Throws a metadata error with the conflicts among the records. */
export async function encodeSlices(catalogue: Catalogue, options: EncodeOptions): Promise<readonly EncodedSlice[]> {
  const { arches, subsets, pathRules, workspace, progress } = options;
  const queue = new WorkQueue(options.maxPending);
  const buckets = new Map<string, EncodedBucket>();
  const slices: (EncodedSlice | Arranged)[] = [];
  const problems: Problem[] = [];
  progress.start('encoding', SLICES, 'slices');
  for (let slice = 0; slice < SLICES; slice++) {
    progress.advance(1);
    const content = catalogue.keyOfSlice(slice);
    if (content === undefined) continue;
    const name = `slice/${keyOf([EDITION, arches, subsets, pathRules, slice, content])}`;
    const known = recall(name, workspace);
    progress.cacheLookup('slice', known !== undefined);
    if (known !== undefined) {
      slices.push(known);
      continue;
    }
    const arranged = arrange(slice, name, catalogue, options);
    problems.push(...arranged.problems);
    slices.push(arranged);
    if (problems.length === 0) await encodeBuckets(arranged, buckets, queue, options);
  }
  await queue.finish();
  if (problems.length > 0) throw badInput(problems);
  return slices.map((slice) => ('name' in slice ? complete(slice, buckets, workspace) : slice));
}

/** A slice whose buckets are not all encoded yet. */
interface Arranged {
  readonly name: string;
  readonly packages: number;
  readonly problems: readonly Problem[];
  readonly summaries: readonly (Omit<SummarySlice, 'buckets'> & {
    readonly buckets: readonly { readonly id: string; readonly name: string }[];
  })[];
  /** Those that make up each bucket; gone once it is encoded. */
  readonly jobs: Map<string, EncodeBucketJob>;
}

function arrange(slice: number, name: string, catalogue: Catalogue, options: EncodeOptions): Arranged {
  const { listings, packages, problems } = catalogue.readSlice(slice);
  const jobs = new Map<string, EncodeBucketJob>();
  const summaries = partition(listings, options).map((content) => {
    const { listings: own, ...base } = content;
    const buckets = arrangeSlice(slice, content, options.fingerprint).map((bucket) => {
      const refs = bucket.listings.map((listing) => listing.content);
      const job = `bucket/${keyOf([EDITION, options.pathRules, refs.map(({ sha256 }) => sha256)])}`;
      if (!jobs.has(job)) jobs.set(job, { name: job, refs });
      return { id: bucket.id, name: job };
    });
    return { ...base, packages: own.length, buckets };
  });
  return { name, packages, problems, summaries, jobs };
}

async function encodeBuckets(
  { jobs }: Arranged,
  buckets: Map<string, EncodedBucket>,
  queue: WorkQueue,
  { workspace, tasks, progress }: EncodeOptions,
): Promise<void> {
  for (const [name, job] of jobs) {
    jobs.delete(name);
    const known = openEncodedBucket(name, workspace);
    progress.cacheLookup('bucket', known !== undefined);
    if (known !== undefined) buckets.set(name, known);
    else await queue.add(async () => void buckets.set(name, await tasks.encodeBucket(job)));
    workspace.keep(name);
  }
}

function complete(
  { name, packages, summaries }: Arranged,
  buckets: ReadonlyMap<string, EncodedBucket>,
  workspace: Workspace,
): EncodedSlice {
  const slice = {
    packages,
    summaries: summaries.map((summary) => ({
      ...summary,
      buckets: summary.buckets.flatMap(({ id, name: bucketName }) => {
        const bucket = buckets.get(bucketName);
        return bucket === undefined ? [] : [{ id, bucket }];
      }),
    })),
  };
  workspace.write(name, slice);
  return slice;
}

// Whoever wrote a head with a right digest wrote an `EncodedSlice`.
function recall(name: string, workspace: Workspace): EncodedSlice | undefined {
  const head = workspace.open(name)?.head;
  if (!isObject(head)) return undefined;
  const slice = head as unknown as EncodedSlice;
  for (const { buckets } of slice.summaries) for (const { bucket } of buckets) workspace.keep(bucket.name);
  return slice;
}
