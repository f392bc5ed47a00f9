/**
 * The complete inventory of a tree to come: what a layout decides and publishing makes true.
 */

import type { Content } from './tree.ts';

/** A file that the tree must hold after publishing. */
export interface PlannedFile {
  readonly path: string;
  /**
   * Stored bytes, where they are known without making the content; a mutable file without them is compared if it is whole in
   * memory, and otherwise written.
   */
  readonly size?: number;
  /** Makes or fetches the content; called only if the tree does not hold the file. */
  content(): Promise<Content>;
}

/** The complete inventory of a tree. Publishing makes it so: immutable files first, mutable ones next, the index last. */
export interface TreePlan {
  readonly files: readonly PlannedFile[];
  readonly mutable: readonly PlannedFile[];
  readonly index: { readonly path: string; readonly bytes: Uint8Array };
  /** Directories that this layout writes to, beside the top of the tree. */
  readonly directories: readonly string[];
  /** Whether a path is one that this layout writes, and may be pruned when the plan lacks it. */
  owns(path: string): boolean;
}
