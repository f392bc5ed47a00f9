/** Ownership of the files in a published tree. */

/** A layout as the owner of files in a tree. */
export interface TreeOwner {
  /** Files that clients start from, the most current first. If any exists, the tree has this layout. */
  readonly entryPoints: readonly string[];
  /** The directories it writes to, besides the top of the tree. */
  readonly directories: readonly string[];
  /**
   * Whether the whole tree belongs to the layout, so that every file no layout writes is foreign. Otherwise the tree has other
   * uses too, and only such files in the layout's directories are foreign.
   */
  readonly isWholeTree: boolean;
  /** Whether it writes, and may prune, files at this path. */
  owns(path: string): boolean;
}

/** The directories that any of the owners writes to. */
export function directoriesOf(owners: readonly TreeOwner[]): readonly string[] {
  return [...new Set(owners.flatMap(({ directories }) => directories))];
}
