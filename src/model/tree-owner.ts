/** Ownership of the files in a published tree. */

/** A layout as the owner of files in a tree. */
export interface TreeOwner {
  /** Files that clients start from, the most current first. If any exists, the tree has this layout. */
  readonly entryPoints: readonly string[];
  /** Whether a file at the path of an entry point looks like one; other programs may use the name too. By default it does. */
  recognises?(entryPoint: Uint8Array): boolean;
  /** The directories it writes to, besides the top of the tree. They are its own: nothing else belongs there. */
  readonly directories: readonly string[];
  /** Whether it writes, and may prune, files at this path. */
  owns(path: string): boolean;
}

/** The directories that any of the owners writes to. */
export function directoriesOf(owners: readonly TreeOwner[]): readonly string[] {
  return [...new Set(owners.flatMap(({ directories }) => directories))];
}
