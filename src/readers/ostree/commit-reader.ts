/**
 * Reads commits, and where one does not tell its sizes, the tree below it. A directory that many commits share is read once.
 */
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_OBJECT_SIZE } from '../../model/limits.ts';
import { type Commit, parseCommit, total } from '../../ostree/commit.ts';
import { objectPath } from '../../ostree/paths.ts';
import { parseRefName } from '../../ostree/ref-name.ts';
import type { RefFile, RepositoryRef } from '../../ostree/repository.ts';
import { type Folder, openFolder } from '../../platform/files/folder.ts';
import { digestOf } from '../../platform/hash/sync-sha256.ts';
import { aboutObject } from './about-object.ts';
import { TreeReader } from './tree-reader.ts';

/** Readers of commits, one for each repository: what one has read of a tree, it need not read again. */
export function commitReaders(): (location: string) => (ref: RefFile) => RepositoryRef {
  const readers = new Map<string, CommitReader>();
  return (location) => {
    const reader = readers.get(location) ?? new CommitReader(openFolder(location));
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
    this.#trees = new TreeReader((sha256) => readObject(folder, sha256, 'dirtree'), folder);
  }

  /** What a ref's commit says. Throws where it is missing or broken, or where the tree is, if that has to be read. */
  read({ name, commit }: RefFile): RepositoryRef {
    const path = objectPath(commit, 'commit');
    const found = aboutObject(path, () => parseCommit(readObject(this.#folder, commit, 'commit')));
    const { sizes: _, extraSizes, tree: __, refBinding, collectionBinding, ...facts } = found;
    // Of a ref that is not flatpak's nothing is published but the commit.
    const isOther = parseRefName(name).kind === 'other';
    const sizes = found.sizes ?? (isOther ? { installed: 0n, download: 0n } : this.#trees.sizesOf(found.tree));
    return {
      name,
      commit,
      facts: {
        ...facts,
        installedSize: total([sizes.installed, extraSizes.installed]),
        downloadSize: total([sizes.download, extraSizes.download]),
        metadata: found.metadata ?? (isOther ? '' : this.#metadataOf(found)),
      },
      refBinding,
      collectionBinding,
    };
  }

  // A tree that is not there is a file `metadata` that is not there.
  #metadataOf({ tree }: Commit): string {
    return this.#trees.textOf(tree, 'metadata') ?? '';
  }
}

function readObject(folder: Folder, sha256: Digest, kind: 'commit' | 'dirtree'): Uint8Array {
  const path = objectPath(sha256, kind);
  const bytes = folder.read(path, MAX_OBJECT_SIZE);
  const found = digestOf(bytes);
  if (found === sha256) return bytes;
  throw new RepomillError('integrity', `${path}: expected the bytes of this digest, found those of ${found}`);
}
