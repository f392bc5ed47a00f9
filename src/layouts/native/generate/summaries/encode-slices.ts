/**
 * Encodes records as buckets, slice by slice. FORMAT.md, section "Buckets". A slice whose listings did not change since the
 * last build is not even arranged; of a slice that changed, only the buckets that changed are encoded. A bucket that several
 * summaries share is encoded, compressed and hashed once.
 */

import { WorkQueue } from '../../../../async/queue.ts';
import { readRecords, SLICES } from '../../../../catalogue/batch.ts';
import { type Catalogue, CONFLICT_HINT } from '../../../../catalogue/catalogue.ts';
import { type PackedContents, packContents, unpackContents } from '../../../../catalogue/packed-contents.ts';
import type { Problem } from '../../../../errors.ts';
import {
  type BucketGroup,
  divideByWeight,
  type Fingerprint,
  formatBucketId,
} from '../../../../model/bucket-placement.ts';
import type { Listing } from '../../../../model/listing.ts';
import { partition, type SummaryContent } from '../../../../model/partition.ts';
import { followsRule } from '../../../../model/path-rule.ts';
import { badInput } from '../../../../model/problems.ts';
import type { Reporter } from '../../../../model/progress.ts';
import type { PackageRecord } from '../../../../model/record.ts';
import type { Template } from '../../../../model/template.ts';
import { collectGarbage } from '../../../../platform/process/heap-growth.ts';
import { checkpoint } from '../../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { type BucketOptions, encodeBucket } from '../../format/bucket.ts';
import { type EncodedMember, storeMember } from './encoded-member.ts';

/** The records that make up a bucket, in order. */
export interface EncodeBucketJob {
  /** Name of the bucket in the workspace, made from everything that decides on its bytes. */
  readonly name: string;
  readonly refs: PackedContents;
}

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
  readonly signal?: AbortSignal | undefined;
}

/** What the path rules did for the records of a bucket: some path follows a rule, every path is stored, or there is no path. */
export type PathUse = 'derived' | 'stored' | 'none';

/** A bucket in the workspace. */
export interface EncodedBucket extends EncodedMember {
  /** Part of the entry, so that a build from the cache gives the same warnings. */
  readonly pathUse: PathUse;
}

/** One slice of the repository. */
export interface EncodedSlice {
  /** How many different combinations of name, version and arch there are. */
  readonly packages: number;
  /** How many different names. */
  readonly names: number;
  /** Every arch in order, and for each the whole and then its subsets. */
  readonly summaries: readonly SummarySlice[];
}

/** What a summary has of one slice. */
export interface SummarySlice {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  /** In the order of the file. */
  readonly buckets: readonly PlacedBucket[];
}

/** A bucket, with its id in a summary. */
export interface PlacedBucket {
  readonly id: string;
  readonly bucket: EncodedBucket;
}

// The versions grow whenever the same listings lead to different buckets.
const sliceSlot = defineSlot<EncodedSlice>('slice', 5);
const bucketSlot = defineSlot<EncodedBucket>('bucket', 3);

/** Packages of a slice from which on it pays to free at once what arranging them took: some hundred bytes for each. */
const LARGE_SLICE = 50_000;

/** Encodes all slices that are not empty, in order. Throws a metadata error with all conflicts among the records. */
export async function encodeSlices(catalogue: Catalogue, options: EncodeOptions): Promise<readonly EncodedSlice[]> {
  const { arches, subsets, pathRules, workspace, progress, signal } = options;
  const queue = new WorkQueue(options.maxPending);
  const buckets = new Map<string, EncodedBucket>();
  const slices: (EncodedSlice | ArrangedSlice)[] = [];
  const problems: Problem[] = [];
  progress.start('encoding', SLICES, 'slices');
  for (let slice = 0; slice < SLICES; slice++) {
    progress.advance(1);
    await checkpoint(signal);
    const content = catalogue.keyOfSlice(slice);
    if (content === undefined) continue;
    const name = sliceSlot.nameOf([arches, subsets, pathRules, slice, content]);
    const known = sliceSlot.read(name, workspace);
    progress.cacheLookup('slice', known !== undefined);
    if (known !== undefined) {
      for (const summary of known.summaries) for (const { bucket } of summary.buckets) workspace.keep(bucket.name);
      slices.push(known);
      continue;
    }
    const arranged = arrange(slice, name, catalogue, options);
    if (arranged.packages > LARGE_SLICE) collectGarbage();
    problems.push(...arranged.problems);
    slices.push(arranged);
    if (problems.length === 0) await encodeBuckets(arranged, buckets, queue, options);
  }
  await queue.finish();
  if (problems.length > 0) throw badInput(problems, CONFLICT_HINT);
  return slices.map((slice) => ('name' in slice ? complete(slice, buckets, workspace) : slice));
}

/** The task: encodes a bucket. */
export function encodeBucketTask(
  { name, refs }: EncodeBucketJob,
  { workspace, ...options }: BucketOptions & { readonly workspace: Workspace },
): EncodedBucket {
  const records = readRecords(unpackContents(refs), workspace);
  const facts = { records: records.length, pathUse: pathUseOf(records, options.pathRules) };
  return storeMember(bucketSlot, name, facts, encodeBucket(records, options), workspace);
}

// In most buckets the first record has a path that follows a rule.
function pathUseOf(records: readonly PackageRecord[], rules: readonly Template[]): PathUse {
  let use: PathUse = 'none';
  for (const record of records) {
    if (record.path === undefined) continue;
    if (rules.some((rule) => followsRule(record, rule))) return 'derived';
    use = 'stored';
  }
  return use;
}

/** A slice whose buckets are not all encoded yet. */
interface ArrangedSlice {
  /** Name of the slice in the workspace. */
  readonly name: string;
  readonly packages: number;
  readonly names: number;
  readonly problems: readonly Problem[];
  readonly summaries: readonly (Omit<SummarySlice, 'buckets'> & {
    readonly buckets: readonly { readonly id: string; readonly name: string }[];
  })[];
  /** By the name of the bucket. A job is removed when it is started. */
  readonly jobs: Map<string, EncodeBucketJob>;
}

function arrange(slice: number, name: string, catalogue: Catalogue, options: EncodeOptions): ArrangedSlice {
  const { listings, packages, problems } = catalogue.readSlice(slice);
  const jobs = new Map<string, EncodeBucketJob>();
  const summaries = partition(listings, options).map((content) => {
    const { listings: own, ...base } = content;
    const buckets = bucketsOf(slice, content, options.fingerprint).map((bucket) => {
      const refs = bucket.listings.map((listing) => listing.content);
      const job = bucketSlot.nameOf([options.pathRules, refs.map(({ sha256 }) => sha256)]);
      if (!jobs.has(job)) jobs.set(job, { name: job, refs: packContents(refs) });
      return { id: bucket.id, name: job };
    });
    return { ...base, packages: own.length, buckets };
  });
  return { name, packages, names: countNames(listings), problems, summaries, jobs };
}

function countNames(listings: readonly Listing[]): number {
  let names = 0;
  let last: string | undefined;
  for (const { name } of listings) {
    if (name !== last) names++;
    last = name;
  }
  return names;
}

/**
 * The weight above which a bucket splits. Measured on Debian (FORMAT.md, "Reasons"): 300,000 gives 224 buckets of 35 KB
 * stored, so that showing a package fetches two of them and a header, well under 200 KB; 400,000 saves 2 % of the stored size.
 */
const BUCKET_LIMIT = 300_000;

/** Divides a summary's part of a slice into buckets, in the order of the file. Needs only listings; no record is read. */
function bucketsOf(
  slice: number,
  { arch, listings }: SummaryContent,
  fingerprint: Fingerprint,
): readonly { readonly id: string; readonly listings: readonly Listing[] }[] {
  const groups: Readonly<Record<BucketGroup, Listing[]>> = { own: [], shared: [] };
  for (const listing of listings) groups[listing.arch === arch ? 'own' : 'shared'].push(listing);
  return (['own', 'shared'] as const).flatMap((group) =>
    divideByWeight(groups[group], BUCKET_LIMIT, fingerprint).map(({ splits, items }) => ({
      id: formatBucketId({ number: slice, group, splits }),
      listings: items,
    })),
  );
}

async function encodeBuckets(
  { jobs }: ArrangedSlice,
  buckets: Map<string, EncodedBucket>,
  queue: WorkQueue,
  { workspace, tasks, progress }: EncodeOptions,
): Promise<void> {
  for (const [name, job] of jobs) {
    jobs.delete(name);
    const known = bucketSlot.read(name, workspace);
    progress.cacheLookup('bucket', known !== undefined);
    if (known !== undefined) buckets.set(name, known);
    else await queue.add(async () => void buckets.set(name, await tasks.encodeBucket(job)));
    workspace.keep(name);
  }
}

function complete(
  { name, packages, names, summaries }: ArrangedSlice,
  buckets: ReadonlyMap<string, EncodedBucket>,
  workspace: Workspace,
): EncodedSlice {
  const slice = {
    packages,
    names,
    summaries: summaries.map((summary) => ({
      ...summary,
      buckets: summary.buckets.flatMap(({ id, name: bucketName }) => {
        const bucket = buckets.get(bucketName);
        return bucket === undefined ? [] : [{ id, bucket }];
      }),
    })),
  };
  sliceSlot.write(name, slice, workspace);
  return slice;
}
