/**
 * A build session: the workspace on disk of a build, and the tasks that use it. Opens and closes both, and starts over without
 * the cache if one of its entries turns out to be damaged.
 */
import { messageOf, RepomillError } from '../errors.ts';
import type { Reporter } from '../model/progress.ts';
import type { TaskTable } from '../platform/threads/workers.ts';
import { openPlaces } from '../platform/workspace/cache-directory.ts';
import { hasEntries, openWorkspace, type Workspace, type WorkspacePlaces } from '../platform/workspace/workspace.ts';
import { isDamagedEntry } from '../platform/workspace/workspace-entry.ts';
import type { TaskConfig, TaskDefinitions } from './task.ts';
import { openTasks } from './tasks.ts';

/** What a build works with. */
export interface BuildSession<Tasks> {
  readonly workspace: Workspace;
  readonly tasks: Tasks;
  /** Ends threads that have nothing to do, for a stage that needs none: each takes some forty megabytes. */
  rest(): Promise<void>;
  /** How many tasks a stage may have pending at once. */
  readonly maxPending: number;
  readonly progress: Reporter;
  /** When it began, by the clock of the file system: in nanoseconds since 1970. */
  readonly startedAt: bigint;
  readonly signal: AbortSignal | undefined;
}

/** Options of a session. */
export interface SessionOptions<Tasks> {
  readonly definitions: TaskDefinitions<Tasks>;
  readonly config: TaskConfig;
  /** The directory that keeps the workspace for the next build; undefined to keep nothing. */
  readonly cache: string | undefined;
  readonly threads: number;
  /** With an empty cache, there is enough work for all threads at once. */
  readonly isLarge: boolean;
  /** The module that worker threads run, and data for it besides the workspace's location and the configuration. */
  readonly worker: { readonly module: URL; readonly data: object };
  readonly progress: Reporter;
  readonly signal: AbortSignal | undefined;
}

/** The data passed to a worker thread. */
export interface WorkerSetup {
  readonly places: WorkspacePlaces;
  readonly config: TaskConfig;
}

/** Pending tasks per thread: one running, one queued, and one in transit. */
const PENDING_PER_THREAD = 3;

/** Opens a session, does the work in it, keeps the workspace entries that it used, and closes it. */
export async function withBuildSession<Tasks extends TaskTable<Tasks>, Result>(
  options: SessionOptions<Tasks>,
  work: (session: BuildSession<Tasks>) => Promise<Result>,
): Promise<Result> {
  const { cache, progress, signal } = options;
  const { places, madeAt, restart, retain, close } = await openPlaces(cache, progress.warn, signal);
  try {
    const { result, used } = await runOnce(places, madeAt, options, work).catch(async (reason: unknown) => {
      if (!isDamagedEntry(reason)) throw reason;
      if (places.cache !== undefined) progress.warn(`cache ${cache}: damaged; starting over without it`);
      return runOnce(await restart(), madeAt, options, work).catch(giveUp);
    });
    retain(used);
    return result;
  } finally {
    await close();
  }
}

async function runOnce<Tasks extends TaskTable<Tasks>, Result>(
  places: WorkspacePlaces,
  startedAt: bigint,
  { definitions, config, threads, isLarge, worker, progress, signal }: SessionOptions<Tasks>,
  work: (session: BuildSession<Tasks>) => Promise<Result>,
): Promise<{ readonly result: Result; readonly used: ReadonlySet<string> }> {
  const workspace = openWorkspace(places);
  const setup: WorkerSetup = { places, config };
  const { tasks, rest, close } = await openTasks(
    definitions,
    { workspace, config },
    {
      count: threads,
      worker: worker.module,
      workerData: { ...setup, ...worker.data },
      isFirstBuild: isLarge && !hasEntries(places),
      signal,
    },
  );
  try {
    const maxPending = threads > 1 ? PENDING_PER_THREAD * threads : 1;
    const result = await work({ workspace, tasks, rest, maxPending, progress, startedAt, signal });
    return { result, used: workspace.used };
  } finally {
    await close();
    workspace.close();
  }
}

function giveUp(reason: unknown): never {
  if (!isDamagedEntry(reason)) throw reason;
  throw new RepomillError('transport', `this build's files were changed while it ran: ${messageOf(reason)}`, {
    cause: reason,
  });
}
