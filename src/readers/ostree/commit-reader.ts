/**
 * Reads commits, and the tree of a commit that does not state its sizes. A directory that many commits share is read once.
 */
import { type Commit, parseCommit, totalSizes } from '../../ostree/commit.ts';
import { parseRefName } from '../../ostree/ref-name.ts';
import type { RefFile, RepositoryRef } from '../../ostree/repository.ts';
import type { Folder } from '../../platform/files/folder.ts';
import { openObjects } from './parent-repositories.ts';
import { readObject } from './read-object.ts';
import { TreeReader } from './tree-reader.ts';

/** Readers of commits, one for each repository, so that none reads the same part of a tree twice. */
export function commitReaders(): (location: string) => (ref: RefFile) => RepositoryRef {
  const readers = new Map<string, CommitReader>();
  return (location) => {
    const reader = readers.get(location) ?? new CommitReader(openObjects(location));
    readers.set(location, reader);
    return (ref) => reader.read(ref);
  };
}

/** Reads commits of one repository. */
export class CommitReader {
  readonly #folder: Folder;
  readonly #trees: TreeReader;

  constructor(folder: Folder) {
    this.#folder = folder;
    this.#trees = new TreeReader(folder);
  }

  /** Reads a ref's commit. Throws if it is missing or broken, or if its tree is and has to be read. */
  read({ name, commit }: RefFile): RepositoryRef {
    const found = readObject(this.#folder, commit, 'commit', parseCommit);
    const { sizes: _, extraSizes, tree: __, refBinding, collectionBinding, ...facts } = found;
    // For refs other than flatpak's, only the commit is published.
    const isOther = parseRefName(name).kind === 'other';
    const sizes = found.sizes ?? (isOther ? { installed: 0n, download: 0n } : this.#trees.sizesOf(found.tree));
    const { installed, download } = totalSizes([sizes, extraSizes]);
    return {
      name,
      commit,
      facts: {
        ...facts,
        installedSize: installed,
        downloadSize: download,
        metadata: found.metadata ?? (isOther ? '' : this.#metadataIn(found)),
      },
      refBinding,
      collectionBinding,
    };
  }

  #metadataIn({ tree }: Commit): string {
    return this.#trees.textOf(tree, 'metadata') ?? '';
  }
}
