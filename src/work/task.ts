/**
 * A task: a function of plain data and the workspace, so that it does not matter which thread runs it, or when. Each stage
 * and each layout defines its own tasks, every one in one place.
 */
import type { Config } from '../config/config.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';

/** What tasks are made from, in any thread. */
export interface TaskSetup {
  readonly workspace: Workspace;
  readonly config: TaskConfig;
}

/** The part of the configuration that tasks use: plain data, which can be sent to another thread. */
export type TaskConfig = Pick<Config, 'details' | 'subsets' | 'paths'>;

/** How a task is made, and when worker threads pay for it. */
export interface TaskDefinition<Task> {
  /**
   * How many of these tasks run on the calling thread before worker threads are started. Starting a thread costs about ten
   * tasks, and an incremental build rarely has more.
   */
  readonly inlineFirst: number;
  /** Makes the task, once for each thread. */
  open(setup: TaskSetup): Task | Promise<Task>;
}

/** A definition for each task of a table. */
export type TaskDefinitions<Tasks> = { readonly [Name in keyof Tasks]: TaskDefinition<Tasks[Name]> };
