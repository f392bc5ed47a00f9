/**
 * What every layout is given beside what was read: a workspace to work in, and the tree that was published before. A layout
 * turns it into a `TreePlan`; it decides and never acts on a tree, and no layout knows another.
 */
import type { Reporter } from '../model/progress.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import type { ReadableTree } from '../publish/tree.ts';

/** What every layout is given. `Tasks` are those that it hands to worker threads. */
export interface LayoutInput<Tasks> {
  readonly workspace: Workspace;
  readonly tasks: Tasks;
  /** Tasks that may be waited for at a time. */
  readonly ahead: number;
  /** The tree published before: the output itself or, in a fresh folder, the live site. */
  readonly previous: ReadableTree;
  readonly progress: Reporter;
}
