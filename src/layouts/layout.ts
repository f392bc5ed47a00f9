/**
 * The interface of a layout: from the content of the summaries and the tree that was published before, to the complete
 * list of what the new tree holds. A layout decides and never acts; no layout knows another.
 */

import type { SummaryContent } from '../model/partition.ts';
import type { Progress } from '../model/progress.ts';
import type { ReadableTree } from '../publish/tree.ts';

/** A file that the tree must hold after publishing. */
export interface PlannedFile {
  readonly path: string;
  /** Stored bytes, where they are known without making the content; a mutable file without them is always written. */
  readonly size?: number;
  /** Makes or fetches the content; called only if the tree does not hold the file. */
  content(): Promise<Uint8Array>;
}

/** The complete inventory of a tree. Publishing makes it so: immutable files first, mutable ones next, the index last. */
export interface TreePlan {
  readonly files: readonly PlannedFile[];
  readonly mutable: readonly PlannedFile[];
  readonly index: { readonly path: string; readonly bytes: Uint8Array };
  /** Whether a path is one that this layout writes, and may be pruned when the plan lacks it. */
  owns(path: string): boolean;
}

/** What a layout is given. */
export interface LayoutInput {
  readonly contents: readonly SummaryContent[];
  /** The tree published before: the output itself or, in a fresh folder, the live site. */
  readonly previous: ReadableTree;
  readonly progress: Progress;
}
