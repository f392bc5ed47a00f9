/**
 * Everything that a build may hand to a worker thread, in one table: functions of plain data and the workspace.
 */

import type { ReadTasks } from '../catalogue/read/input-reader.ts';
import { readChunksTask, readFileTask } from '../catalogue/read/read-batch.ts';
import { compileSubsets } from '../config/compile-subsets.ts';
import type { Config } from '../config/config.ts';
import { PlanMemo } from '../delta/align/plan-memo.ts';
import { packRefsTask } from '../layouts/flatpak/generate/pack-refs.ts';
import type { FlatpakTasks } from '../layouts/flatpak/generate/plan-flatpak.ts';
import { formatLinesTask } from '../layouts/native/generate/combined.ts';
import { compressDocumentsTask } from '../layouts/native/generate/details.ts';
import { encodeBucketTask } from '../layouts/native/generate/encode-bucket.ts';
import { makeDeltasTask } from '../layouts/native/generate/make-deltas.ts';
import type { NativeTasks } from '../layouts/native/generate/plan-native.ts';
import { NamePlacer } from '../model/bucket-placement.ts';
import { parsePathRule } from '../model/path-rule.ts';
import { loadMatcher } from '../platform/bsdiff.ts';
import { loadFingerprint } from '../platform/hash/fingerprint.ts';
import { openWorkers, type WorkerPool } from '../platform/threads/workers.ts';
import { hasEntries, openWorkspace, type Workspace, type WorkspacePlaces } from '../platform/workspace/workspace.ts';
import { gzip } from '../platform/zlib/gzip.ts';
import { commitReaders } from '../readers/ostree/commit-reader.ts';

/** All tasks of a build. */
export interface Tasks extends ReadTasks, NativeTasks, FlatpakTasks {}

/** What tasks are made from, in any thread. */
export interface TaskSetup {
  readonly config: Pick<Config, 'details' | 'subsets' | 'paths'>;
  readonly places: WorkspacePlaces;
}

/**
 * How many tasks of a kind are done by the thread that has them before others are started: a thread takes as long to start
 * as some ten tasks take, and a build after a small change has no more.
 */
const patience: Readonly<Record<keyof Tasks, number>> = {
  readChunks: 12,
  readFile: 0,
  encodeBucket: 12,
  formatLines: 4,
  makeDeltas: 2,
  compressDocuments: 4,
  packRefs: 12,
  compressSummary: 1,
};

/** How hard flatpak's summaries are compressed: as flatpak does it. It is a third of the time that a first build takes. */
const SUMMARY_LEVEL = 6;

/** Bytes of plans that each thread remembers while it makes deltas. */
const MEMO_SIZE = 64_000_000;

/** The tasks, for whoever does them himself. */
export async function makeTasks({ config, places }: TaskSetup, workspace?: Workspace): Promise<Tasks> {
  const { details, paths } = config;
  const fingerprint = await loadFingerprint();
  const own = workspace ?? openWorkspace(places);
  const reading = {
    workspace: own,
    placer: new NamePlacer(fingerprint),
    details,
    subsets: compileSubsets(config.subsets),
  };
  const encoding = { workspace: own, fingerprint, pathRules: paths.map((template) => parsePathRule(template)) };
  const readCommit = commitReaders();
  const deltas = { workspace: own, matcher: loadMatcher(), memo: new PlanMemo(MEMO_SIZE) };
  return {
    readChunks: (job) => readChunksTask(job, reading),
    readFile: (job) => readFileTask(job, reading),
    encodeBucket: async (job) => encodeBucketTask(job, encoding),
    formatLines: async (job) => formatLinesTask(job, own),
    makeDeltas: (jobs) => makeDeltasTask(jobs, deltas),
    compressDocuments: async (job) => compressDocumentsTask(job, own),
    packRefs: async (job) => packRefsTask(job, readCommit(job.location), own),
    compressSummary: async ({ bytes }) => gzip(bytes, SUMMARY_LEVEL),
  };
}

/** The tasks, done by so many threads once there are enough of them; one thread is this one. */
export async function openTasks(setup: TaskSetup, workspace: Workspace, threads: number): Promise<WorkerPool<Tasks>> {
  const own = await makeTasks(setup, workspace);
  if (threads === 1) return { tasks: own, close: async () => undefined };
  const names = Object.keys(patience);
  const pool = openWorkers<Tasks>({ module: new URL('./worker.js', import.meta.url), setup, names, count: threads });
  // A first build has everything to do.
  const left = hasEntries(setup.places) ? { ...patience } : undefined;
  const whose = (name: keyof Tasks): Tasks => (left !== undefined && left[name]-- > 0 ? own : pool.tasks);
  return {
    tasks: {
      readChunks: (job) => whose('readChunks').readChunks(job),
      readFile: (job) => whose('readFile').readFile(job),
      encodeBucket: (job) => whose('encodeBucket').encodeBucket(job),
      formatLines: (job) => whose('formatLines').formatLines(job),
      makeDeltas: (jobs) => whose('makeDeltas').makeDeltas(jobs),
      compressDocuments: (job) => whose('compressDocuments').compressDocuments(job),
      packRefs: (job) => whose('packRefs').packRefs(job),
      compressSummary: (job) => whose('compressSummary').compressSummary(job),
    },
    close: pool.close,
  };
}
