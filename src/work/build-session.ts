/**
 * Where the work of a build is done: a workspace on disk, and threads that do tasks in it. Opens them, closes them, and
 * starts over without what was kept if some of it turns out to be damaged.
 */
import { messageOf, RepomillError } from '../errors.ts';
import { type Reporter, silent } from '../model/progress.ts';
import { openPlaces } from '../platform/workspace/cache-directory.ts';
import { openWorkspace, type Workspace, type WorkspacePlaces } from '../platform/workspace/workspace.ts';
import { isDamagedEntry } from '../platform/workspace/workspace-entry.ts';
import { openTasks, type TaskSetup, type Tasks } from './tasks.ts';

/** A workspace and who works in it. */
export interface BuildSession {
  readonly workspace: Workspace;
  readonly tasks: Tasks;
  /** Tasks that may be waited for at a time. */
  readonly ahead: number;
}

/** What a session needs. */
export interface BuildSessionOptions {
  readonly config: TaskSetup['config'];
  /** Where the workspace is kept; undefined: nowhere. */
  readonly cache: string | undefined;
  readonly threads: number;
  readonly progress?: Reporter;
}

/** Tasks for each thread: one that it does, one that it finds when it has done it, and one on its way. */
const AHEAD = 3;

interface Done<Result> {
  readonly result: Result;
  readonly used: ReadonlySet<string>;
}

/** Opens a session, does the work in it, keeps what the work used, and closes it. */
export async function withBuildSession<Result>(
  { config, cache, threads, progress = silent }: BuildSessionOptions,
  work: (session: BuildSession) => Promise<Result>,
): Promise<Result> {
  const { places, restart, retain, close } = await openPlaces(cache, progress.warn);
  const once = async (at: WorkspacePlaces): Promise<Done<Result>> => {
    const workspace = openWorkspace(at);
    const { tasks, close: end } = await openTasks({ config, places: at }, workspace, threads);
    try {
      const result = await work({ workspace, tasks, ahead: threads > 1 ? AHEAD * threads : 1 });
      return { result, used: workspace.used };
    } finally {
      await end();
      workspace.close();
    }
  };
  try {
    const { result, used } = await once(places).catch(async (reason: unknown) => {
      if (!isDamagedEntry(reason)) throw reason;
      if (places.cache !== undefined) progress.warn(`cache ${cache}: it is damaged; starting over without it`);
      return once(await restart()).catch(giveUp);
    });
    retain(used);
    return result;
  } finally {
    await close();
  }
}

function giveUp(reason: unknown): never {
  if (!isDamagedEntry(reason)) throw reason;
  throw new RepomillError('transport', `files of this build were changed while it ran: ${messageOf(reason)}`, {
    cause: reason,
  });
}
