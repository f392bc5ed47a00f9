/**
 * A task: a function of plain data and the workspace, so it can run on any thread at any time. Each stage and each layout
 * defines its own tasks, each in one place.
 */
import type { Config } from '../config/config.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';

/** What a task is opened with, on any thread. */
export interface TaskSetup {
  readonly workspace: Workspace;
  readonly config: TaskConfig;
}

/** The part of the configuration that tasks use: plain data that can be sent to another thread. */
export type TaskConfig = Pick<Config, 'details' | 'subsets' | 'paths' | 'versions'>;

/** How to open a task, and when it is worth starting worker threads. */
export interface TaskDefinition<Task> {
  /**
   * How many of these tasks run on the calling thread before worker threads are started. Starting a thread costs about ten
   * tasks, and an incremental build rarely has more.
   */
  readonly inlineFirst: number;
  /** Opens the task, once per thread. */
  open(setup: TaskSetup): Task | Promise<Task>;
}

/** A definition for each task of a table. */
export type TaskDefinitions<Tasks> = { readonly [Name in keyof Tasks]: TaskDefinition<Tasks[Name]> };
