/**
 * The histories of summaries: the older versions that have a delta straight to the newest. FORMAT.md, sections "Index" and
 * "Deltas". A summary that changed gets new deltas, one that did not keeps those that it has. A delta of more than half of the
 * whole file is not worth its place.
 */

import { inParallel } from '../../../../async/parallel.ts';
import { ownBuffersOf } from '../../../../bytes/bytes.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../../model/limits.ts';
import { olderVersions } from '../../../../publish/older-versions.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { deltaPath } from '../../format/paths.ts';
import type { HistoryEntry, SummaryEntry } from '../../format/repository-index.ts';
import type { SummaryDraft } from '../summaries/draft-summaries.ts';
import type { DeltaJob, DeltaJobs, MadeDelta } from './make-deltas.ts';
import {
  hasOldSummary,
  keepOldSummary,
  type PublishedFiles,
  readOldSummary,
  readRequired,
  warnOfOldSummary,
} from './read-published.ts';

/** The tasks of this stage. */
export interface DeltaTasks {
  makeDeltas(jobs: DeltaJobs): Promise<readonly MadeDelta[]>;
}

/** What planning histories needs. */
export interface HistoryTools extends PublishedFiles {
  readonly tasks: DeltaTasks;
  /** How many older versions to keep. */
  readonly length: number;
  /** Tasks that may be waited for at a time. */
  readonly maxPending: number;
}

/** A summary's history, and the files that it needs in the tree. */
export interface PlannedHistory {
  readonly entries: readonly HistoryEntry[];
  readonly files: readonly PlannedFile[];
}

/** The summary that deltas lead to. `storedSize` bounds what a delta may cost. */
export interface Newest extends Pick<DeltaJob, 'header' | 'buckets'> {
  readonly sha256: Digest;
  readonly storedSize: number;
}

/** A summary that changed, and the versions to make deltas from, newest first. */
export interface ChangedSummary {
  readonly older: readonly Digest[];
  readonly now: Newest;
  readonly arch: string;
}

/** Plans the histories of all summaries. */
export async function planHistories(
  drafts: readonly SummaryDraft[],
  tools: HistoryTools,
): Promise<readonly PlannedHistory[]> {
  const made = await makeHistories(
    drafts.map((draft) => ({
      older: versionsBefore(draft).slice(0, tools.length),
      now: newestOf(draft),
      arch: draft.entry.arch,
    })),
    tools,
  );
  return Promise.all(
    drafts.map(async (draft, i) => {
      const { before, changed } = draft;
      if (before !== undefined && !changed) return keepHistory(before, newestOf(draft), tools);
      return made[i] ?? { entries: [], files: [] };
    }),
  );
}

function versionsBefore({ before, changed, entry }: SummaryDraft): readonly Digest[] {
  if (before === undefined || !changed) return [];
  const { sha256, history } = before;
  return olderVersions({ sha256, history: history.map((old) => old.sha256) }, entry.sha256);
}

function newestOf({ entry, encoded }: SummaryDraft): Newest {
  const buckets = encoded.buckets.map(({ bucket }) => bucket);
  return { sha256: entry.sha256, storedSize: entry.storedSize, header: encoded.header, buckets };
}

/** A delta to make: from one version of one of the summaries. */
interface DeltaOrder {
  /** Positions of the summary, and of the version in its `older`. */
  readonly summary: number;
  readonly version: number;
  readonly from: Digest;
  readonly now: Newest;
}

interface Delta {
  readonly from: Digest;
  readonly bytes: Uint8Array;
}

/** Makes deltas from older versions. A version that cannot be read any more is left out, with a warning. */
export async function makeHistories(
  summaries: readonly ChangedSummary[],
  tools: HistoryTools,
): Promise<readonly PlannedHistory[]> {
  const made = summaries.map(({ older }) => older.map((): Delta | undefined => undefined));
  const similar = bySimilarity(summaries);
  tools.progress.start('deltas', similar.flat().length, 'deltas');
  // Each task holds whole files, so only half as many are pending as of smaller tasks.
  await inParallel(similar, Math.ceil(tools.maxPending / 2), async (orders) => {
    const jobs: { readonly order: DeltaOrder; readonly job: DeltaJob }[] = [];
    for (const order of orders) {
      const stored = await readOldSummary(order.from, tools);
      if (stored !== undefined) jobs.push({ order, job: { from: order.from, stored, ...order.now } });
    }
    const deltas = await tools.tasks.makeDeltas({
      jobs: jobs.map(({ job }) => job),
      transfer: ownBuffersOf(jobs.map(({ job }) => job.stored)),
    });
    for (const [i, delta] of deltas.entries()) {
      const order = jobs[i]?.order;
      if (order === undefined) continue;
      const { from, now, summary, version } = order;
      if ('refused' in delta) warnOfOldSummary(from, delta.refused, tools);
      else if (delta.bytes.length <= now.storedSize / 2)
        made[summary]?.splice(version, 1, { from, bytes: delta.bytes });
    }
    tools.progress.advance(orders.length);
  });
  return summaries.map(({ now }, i) => historyOf(now, made[i] ?? [], tools));
}

// The whole of an arch and its subsets have most differences in common: one task finds them once for all.
function bySimilarity(summaries: readonly ChangedSummary[]): readonly (readonly DeltaOrder[])[] {
  const similar = new Map<string, DeltaOrder[]>();
  for (const [summary, { older, now, arch }] of summaries.entries()) {
    for (const [version, from] of older.entries()) {
      const key = `${version} ${arch}`;
      const orders = similar.get(key) ?? [];
      orders.push({ summary, version, from, now });
      similar.set(key, orders);
    }
  }
  return [...similar.values()];
}

function historyOf(now: Newest, made: readonly (Delta | undefined)[], published: PublishedFiles): PlannedHistory {
  const kept = made.filter((delta) => delta !== undefined);
  return {
    entries: kept.map(({ from, bytes }) => ({ sha256: from, deltaSize: bytes.length })),
    files: kept.flatMap(({ from, bytes }) => [
      keepOldSummary(from, published),
      { path: deltaPath(from, now.sha256), size: bytes.length, content: async () => bytes },
    ]),
  };
}

/** The history of a summary that did not change: the published one, without the versions whose summaries are gone. */
export async function keepHistory(entry: SummaryEntry, now: Newest, tools: HistoryTools): Promise<PlannedHistory> {
  const entries: HistoryEntry[] = [];
  for (const old of entry.history.slice(0, tools.length)) {
    if (await hasOldSummary(old.sha256, tools)) entries.push(old);
  }
  return { entries, files: entries.flatMap((old) => [keepOldSummary(old.sha256, tools), keepDelta(old, now, tools)]) };
}

// A published delta that is missing, or has a different size, is made again.
function keepDelta({ sha256, deltaSize }: HistoryEntry, now: Newest, tools: HistoryTools): PlannedFile {
  const path = deltaPath(sha256, now.sha256);
  const content = async (): Promise<Uint8Array> => {
    const isThere = await tools.previous.has(path);
    const bytes = isThere ? await tools.previous.read(path, MAX_SUMMARY_SIZE) : undefined;
    if (bytes?.length === deltaSize) return bytes;
    const stored = await readOldSummary(sha256, tools);
    const [remade] =
      stored === undefined ? [] : await tools.tasks.makeDeltas({ jobs: [{ from: sha256, stored, ...now }] });
    return remade !== undefined && 'bytes' in remade ? remade.bytes : readRequired(path, tools.previous);
  };
  return { path, size: deltaSize, content };
}
