/**
 * Opens tasks: on the calling thread, or on worker threads once there are enough of them.
 */
import { checkpoint } from '../platform/threads/next-turn.ts';
import { openWorkers, type TaskTable, type WorkerPool } from '../platform/threads/workers.ts';
import type { TaskDefinitions, TaskSetup } from './task.ts';

/** Where tasks run. */
export interface TaskThreads {
  /** If 1, tasks run on the calling thread. */
  readonly count: number;
  /** The module that worker threads run. */
  readonly worker: URL;
  /** Data for the module: plain values. */
  readonly workerData: unknown;
  /** The cache is empty, so every task goes to a worker thread immediately. */
  readonly isFirstBuild: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Opens all tasks of a table on this thread. */
export async function openInline<Tasks extends TaskTable<Tasks>>(
  definitions: TaskDefinitions<Tasks>,
  setup: TaskSetup,
): Promise<Tasks> {
  const opened: Partial<Tasks> = {};
  for (const name of namesOf(definitions)) opened[name] = await definitions[name].open(setup);
  // Every name of the table now has its task.
  return opened as Tasks;
}

/** Opens all tasks of a table, on up to `count` threads. */
export async function openTasks<Tasks extends TaskTable<Tasks>>(
  definitions: TaskDefinitions<Tasks>,
  setup: TaskSetup,
  threads: TaskThreads,
): Promise<WorkerPool<Tasks>> {
  const { signal } = threads;
  const names = namesOf(definitions);
  const opened = await openInline(definitions, setup);
  const inline = signal === undefined ? opened : tableOf<Tasks>(names, (name) => abortable(opened[name], signal));
  if (threads.count === 1) return { tasks: inline, rest: async () => undefined, close: async () => undefined };
  const pool = openWorkers<Tasks>({
    module: threads.worker,
    setup: threads.workerData,
    names: names.map(String),
    count: threads.count,
    signal,
  });
  if (threads.isFirstBuild) return pool;
  const tasks = tableOf<Tasks>(names, (name) => {
    let left = definitions[name].inlineFirst;
    return (job) => (left-- > 0 ? inline : pool.tasks)[name](job);
  });
  return { ...pool, tasks };
}

/** A task that does not start after the signal is aborted. It yields first, so that an abort can be noticed. */
function abortable(task: (job: never) => Promise<unknown>, signal: AbortSignal): (job: never) => Promise<unknown> {
  return async (job) => {
    await checkpoint(signal);
    return task(job);
  };
}

/** A table with one task per name. Each has the type given by the table's type, because `make` only passes jobs on. */
function tableOf<Tasks extends TaskTable<Tasks>>(
  names: readonly (keyof Tasks)[],
  make: (name: keyof Tasks) => (job: never) => Promise<unknown>,
): Tasks {
  const tasks: Partial<Tasks> = {};
  for (const name of names) tasks[name] = make(name) as Tasks[keyof Tasks];
  return tasks as Tasks;
}

function namesOf<Tasks>(definitions: TaskDefinitions<Tasks>): readonly (keyof Tasks)[] {
  return Object.keys(definitions) as (keyof Tasks)[];
}
