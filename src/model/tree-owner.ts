/** Which files of a published tree are whose. */

/** What a layout calls its own in a tree. */
export interface TreeOwner {
  /** Files that clients start from, the most current first: finding one means that the layout is in the tree. */
  readonly entryPoints: readonly string[];
  /** The directories that it writes into, besides the top of the tree. */
  readonly directories: readonly string[];
  /**
   * Whether the tree is the layout's own, so that any file which no layout writes is foreign. Otherwise only such files in its
   * directories are: the tree is something else too.
   */
  readonly isWholeTree: boolean;
  /** Whether it writes files at this path, and may prune them. */
  owns(path: string): boolean;
}

/** Every directory that one of the owners writes into. */
export function directoriesOf(owners: readonly TreeOwner[]): readonly string[] {
  return [...new Set(owners.flatMap(({ directories }) => directories))];
}
