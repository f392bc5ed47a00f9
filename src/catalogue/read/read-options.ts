/**
 * What the reading stage needs.
 */
import type { Config } from '../../config/config.ts';
import type { Reporter } from '../../model/progress.ts';
import type { DigestMemory } from '../../platform/files/hash-file.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { ReadTasks } from './read-tasks.ts';

/** What reading needs. */
export interface ReadOptions {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly tasks: ReadTasks;
  /** How many tasks may be pending at once. */
  readonly maxPending: number;
  readonly progress: Reporter;
  /** Digests of files that earlier builds computed. */
  readonly digests: DigestMemory;
  /** Whether an input without records is not an error. */
  readonly allowEmpty?: boolean | undefined;
  /** Aborting stops reading before the next file or chunk. */
  readonly signal?: AbortSignal | undefined;
}
