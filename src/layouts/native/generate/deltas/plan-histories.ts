/**
 * The older versions of a summary and the deltas that lead from each of them straight to the newest. A delta that saves less
 * than half of the whole file is not worth its place.
 */

import { inParallel } from '../../../../async/parallel.ts';
import { RepomillError } from '../../../../errors.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../../model/limits.ts';
import type { Reporter } from '../../../../model/progress.ts';
import { olderVersions } from '../../../../publish/older-versions.ts';
import type { ReadableTree } from '../../../../publish/tree.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { deltaPath, summaryPath } from '../../format/paths.ts';
import type { HistoryEntry, SummaryEntry } from '../../format/repository-index.ts';
import type { SummaryDraft } from '../summaries/draft-summaries.ts';
import type { DeltaJob, DeltaJobs, MadeDelta } from './make-deltas.ts';

/** The tasks of this stage. */
export interface DeltaTasks {
  makeDeltas(jobs: DeltaJobs): Promise<readonly MadeDelta[]>;
}

/** What making deltas needs. */
export interface HistoryTools {
  readonly previous: ReadableTree;
  readonly tasks: DeltaTasks;
  /** How many older versions to keep. */
  readonly length: number;
  /** Tasks that may be waited for at a time. */
  readonly maxPending: number;
  readonly progress: Reporter;
}

/** A summary's history and the files that it needs in the tree. */
export interface PlannedHistory {
  readonly entries: readonly HistoryEntry[];
  readonly files: readonly PlannedFile[];
}

/** What deltas lead to. `storedSize` bounds what a delta may cost. */
export interface Newest extends Pick<DeltaJob, 'header' | 'buckets'> {
  readonly sha256: Digest;
  readonly storedSize: number;
}

/** Plans the histories of all summaries: new deltas for those that changed, the old ones for the others. */
export async function planHistories(
  drafts: readonly SummaryDraft[],
  tools: HistoryTools,
): Promise<readonly PlannedHistory[]> {
  const older = drafts.map(({ before, changed, entry }) =>
    before !== undefined && changed ? versionsBefore(before, entry.sha256).slice(0, tools.length) : [],
  );
  const made = await makeHistories(
    drafts.map((draft, i) => ({ older: older[i] ?? [], now: newestOf(draft), arch: draft.entry.arch })),
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

function versionsBefore({ sha256, history }: SummaryEntry, newest: Digest): readonly Digest[] {
  return olderVersions({ sha256, history: history.map((old) => old.sha256) }, newest);
}

function newestOf({ entry, encoded }: SummaryDraft): Newest {
  const buckets = encoded.buckets.map(({ bucket }) => bucket);
  return { sha256: entry.sha256, storedSize: entry.storedSize, header: encoded.header, buckets };
}

/** A summary that changed, and the versions that it shall have deltas from. */
export interface ChangedSummary {
  readonly older: readonly Digest[];
  readonly now: Newest;
  readonly arch: string;
}

interface Delta {
  readonly from: Digest;
  readonly bytes: Uint8Array;
}

/** Makes the deltas from older versions. A version that cannot be read any more is left out, with a warning. */
export async function makeHistories(
  summaries: readonly ChangedSummary[],
  tools: HistoryTools,
): Promise<readonly PlannedHistory[]> {
  const made = summaries.map(({ older }) => older.map((): Delta | undefined => undefined));
  const groups = groupSimilar(summaries);
  tools.progress.start('deltas', groups.flat().length, 'deltas');
  // Each group holds whole files: half as many are on their way as of smaller tasks.
  await inParallel(groups, Math.ceil(tools.maxPending / 2), async (group) => {
    const jobs: { readonly at: Place; readonly job: DeltaJob }[] = [];
    for (const at of group) {
      const stored = await readStored(at.from, tools);
      if (stored !== undefined) jobs.push({ at, job: { from: at.from, stored, ...at.now } });
    }
    const deltas = await tools.tasks.makeDeltas({
      jobs: jobs.map(({ job }) => job),
      transfer: jobs.flatMap(({ job }) => buffersOf(job.stored)),
    });
    for (const [i, delta] of deltas.entries()) {
      const at = jobs[i]?.at;
      if (at === undefined) continue;
      if ('refused' in delta) warnOfMissing(at.from, delta.refused, tools);
      else if (delta.bytes.length <= at.now.storedSize / 2) {
        made[at.summary]?.splice(at.version, 1, { from: at.from, bytes: delta.bytes });
      }
    }
    tools.progress.advance(group.length);
  });
  return summaries.map(({ now }, i) => planned(now, made[i] ?? [], tools));
}

/** A version of a summary. */
interface Place {
  readonly summary: number;
  readonly version: number;
  readonly from: Digest;
  readonly now: Newest;
}

// The whole of an arch and its subsets share most of what is to be found out: who makes the one makes the others.
function groupSimilar(summaries: readonly ChangedSummary[]): readonly (readonly Place[])[] {
  const groups = new Map<string, Place[]>();
  for (const [summary, { older, now, arch }] of summaries.entries()) {
    for (const [version, from] of older.entries()) {
      const key = `${version} ${arch}`;
      const place = { summary, version, from, now };
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [place]);
      else group.push(place);
    }
  }
  return [...groups.values()];
}

// A small file's buffer may be one that others are in too.
function buffersOf(bytes: Uint8Array): readonly unknown[] {
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
}

function planned(now: Newest, made: readonly (Delta | undefined)[], tools: HistoryTools): PlannedHistory {
  const kept = made.filter((delta) => delta !== undefined);
  return {
    entries: kept.map(({ from, bytes }) => ({ sha256: from, deltaSize: bytes.length })),
    files: kept.flatMap(({ from, bytes }) => [
      oldSummary(from, tools),
      { path: deltaPath(from, now.sha256), size: bytes.length, content: async () => bytes },
    ]),
  };
}

/** The history of a summary that did not change: what was published stays, as far as it is still there. */
export async function keepHistory(entry: SummaryEntry, now: Newest, tools: HistoryTools): Promise<PlannedHistory> {
  const entries: HistoryEntry[] = [];
  for (const old of entry.history.slice(0, tools.length)) {
    if (await tools.previous.has(summaryPath(old.sha256))) entries.push(old);
    else warnOfMissing(old.sha256, 'is missing', tools);
  }
  const oldDelta = (old: HistoryEntry): PlannedFile => {
    const path = deltaPath(old.sha256, entry.sha256);
    const content = async (): Promise<Uint8Array> => {
      const bytes = await tools.previous.read(path, MAX_SUMMARY_SIZE);
      if (bytes?.length === old.deltaSize) return bytes;
      const stored = await readStored(old.sha256, tools);
      const [remade] =
        stored === undefined ? [] : await tools.tasks.makeDeltas({ jobs: [{ from: old.sha256, stored, ...now }] });
      return remade !== undefined && 'bytes' in remade ? remade.bytes : readRequired(path, tools.previous);
    };
    return { path, size: old.deltaSize, content };
  };
  return { entries, files: entries.flatMap((old) => [oldSummary(old.sha256, tools), oldDelta(old)]) };
}

async function readStored(digest: Digest, tools: HistoryTools): Promise<Uint8Array | undefined> {
  try {
    const stored = await tools.previous.read(summaryPath(digest), MAX_SUMMARY_SIZE);
    if (stored === undefined) warnOfMissing(digest, 'is missing', tools);
    return stored;
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    tools.progress.warn(`${summaryPath(digest)} cannot be read (${error.message}): no delta from it`);
    return undefined;
  }
}

function warnOfMissing(digest: Digest, reason: string, { previous, progress }: HistoryTools): void {
  progress.warn(`${summaryPath(digest)} ${reason} in ${previous.location}: no delta from it`);
}

// Older summaries stay in the tree: the next build makes deltas from them, and clients with a stale index ask for them.
function oldSummary(digest: Digest, tools: HistoryTools): PlannedFile {
  const path = summaryPath(digest);
  return { path, content: () => readRequired(path, tools.previous) };
}

/** A file that the previous index promised. */
export async function readRequired(path: string, tree: ReadableTree): Promise<Uint8Array> {
  const bytes = await tree.read(path, MAX_SUMMARY_SIZE);
  if (bytes === undefined) {
    throw new RepomillError('integrity', `${path}: named by the index of ${tree.location}, but missing there`, {
      hint: 'build into an empty directory to start a new history',
    });
  }
  return bytes;
}
