/**
 * A published tree in a local directory. Locking it also removes leftovers of an interrupted build.
 */
import { directoriesOf, type TreeOwner } from '../model/tree-owner.ts';
import { type DirectoryLock, takeLock } from '../platform/files/lock.ts';
import { isFile, listTree, readWithin } from '../platform/files/read-files.ts';
import { seenFiles } from '../platform/files/seen-files.ts';
import {
  createFile,
  type FileModes,
  isTemporaryPath,
  LOCK_NAME,
  removeFile,
  replaceFile,
  syncDirectory,
} from '../platform/files/write-files.ts';
import { partsOf, type ReadableTree, type Tree } from './tree.ts';

/** A directory to read from, such as the output of another build. */
export function readableDirectory(directory: string): ReadableTree {
  return {
    location: directory,
    has: (path) => isFile(`${directory}/${path}`),
    read: (path, maxSize) => readWithin(`${directory}/${path}`, maxSize),
  };
}

/**
 * A directory to publish into. Opening it writes nothing.
 *
 * @param modes - without it, the umask decides
 */
export function directoryTree(directory: string, modes?: FileModes): Tree {
  return {
    ...readableDirectory(directory),
    list: (directories) => listTree(directory, directories),
    create: (path, content) => createFile(`${directory}/${path}`, partsOf(content), modes),
    replace: async (path, content) => {
      await replaceFile(`${directory}/${path}`, partsOf(content), modes);
      // Files renamed into place before this one must become durable before it does.
      await syncDirectory(directory);
    },
    remove: (path) => removeFile(`${directory}/${path}`),
  };
}

/** A directory that no other build writes to until the lock is released. */
export interface LockedTree {
  /** The first write verifies that nothing read from the tree has changed in the meantime. */
  readonly tree: Tree;
  release(): Promise<void>;
}

/** How a directory is written. */
export interface WriteOptions {
  /** Without them, the umask decides. */
  readonly modes?: FileModes | undefined;
  /** Aborts waiting for signs of life of a build that cannot be looked up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keeps all other builds out of a directory, and removes the leftovers of interrupted ones.
 *
 * @throws RepomillError `conflict` if another build is writing there; the first write throws it too; `interrupted`
 */
export async function lockDirectory(
  directory: string,
  owners: readonly TreeOwner[],
  { modes, signal }: WriteOptions = {},
): Promise<LockedTree> {
  const seen = seenFiles(directory);
  const lock = await takeLock(directory, 'build', { seen, directoryMode: modes?.directory, signal });
  try {
    await removeTemporaries(directory, owners, lock);
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
  const tree = directoryTree(directory, modes);
  const note = <Result>(path: string, read: () => Result): Result => {
    seen.note(path);
    return read();
  };
  return {
    release: lock.release,
    tree: {
      location: tree.location,
      has: (path) => note(path, () => tree.has(path)),
      read: (path, maxSize) => note(path, () => tree.read(path, maxSize)),
      list(directories) {
        for (const name of directories ?? []) seen.note(name);
        return tree.list(directories);
      },
      async create(path, content) {
        await lock.claim();
        await tree.create(path, content);
      },
      async replace(path, content) {
        await lock.claim();
        lock.confirm();
        await tree.replace(path, content);
      },
      async remove(path) {
        await lock.claim();
        // A build that has taken over the lock may need a file that this plan does not.
        lock.confirm();
        await tree.remove(path);
      },
    },
  };
}

async function removeTemporaries(directory: string, owners: readonly TreeOwner[], lock: DirectoryLock): Promise<void> {
  for (const { path } of await listTree(directory, directoriesOf(owners))) {
    if (!isTemporaryPath(path) || path === LOCK_NAME) continue;
    await lock.claim();
    await removeFile(`${directory}/${path}`);
  }
}
