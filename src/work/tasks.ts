/**
 * Opens tasks: on the calling thread, or on worker threads once there are enough of them.
 */
import { openWorkers, type TaskTable, type WorkerPool } from '../platform/threads/workers.ts';
import type { TaskDefinitions, TaskSetup } from './task.ts';

/** Where tasks run. */
export interface TaskThreads {
  /** 1: on the calling thread. */
  readonly count: number;
  /** The module that worker threads run. */
  readonly worker: URL;
  /** What it is given: plain data. */
  readonly workerData: unknown;
  /** There is nothing to be found in a cache: every task goes to a worker thread at once. */
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
  // Every name of the table has its task now.
  return opened as Tasks;
}

/** Opens all tasks of a table, on as many threads as are asked for. */
export async function openTasks<Tasks extends TaskTable<Tasks>>(
  definitions: TaskDefinitions<Tasks>,
  setup: TaskSetup,
  threads: TaskThreads,
): Promise<WorkerPool<Tasks>> {
  const inline = await openInline(definitions, setup);
  if (threads.count === 1) return { tasks: inline, close: async () => undefined };
  const names = namesOf(definitions);
  const pool = openWorkers<Tasks>({
    module: threads.worker,
    setup: threads.workerData,
    names: names.map(String),
    count: threads.count,
    signal: threads.signal,
  });
  if (threads.isFirstBuild) return pool;
  const tasks: Partial<Tasks> = {};
  for (const name of names) {
    let left = definitions[name].inlineFirst;
    const run = (job: never): Promise<unknown> => (left-- > 0 ? inline : pool.tasks)[name](job);
    tasks[name] = run as Tasks[keyof Tasks];
  }
  return { tasks: tasks as Tasks, close: pool.close };
}

function namesOf<Tasks>(definitions: TaskDefinitions<Tasks>): readonly (keyof Tasks)[] {
  return Object.keys(definitions) as (keyof Tasks)[];
}
