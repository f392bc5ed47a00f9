/**
 * A published tree in a local directory. Locking it also removes leftovers of an interrupted build.
 */
import { concatBytes } from '../bytes/bytes.ts';
import { withoutEndSlash } from '../model/location.ts';
import { directoriesOf, type TreeOwner } from '../model/tree-owner.ts';
import { differOnlyInMetadata, fileStampOf } from '../platform/files/file-stamp.ts';
import { hashFile, readFileChunks, recallDigest } from '../platform/files/hash-file.ts';
import { type DirectoryLock, takeLock } from '../platform/files/lock.ts';
import { findEntry, listTree, readWithin } from '../platform/files/read-files.ts';
import { seenFiles } from '../platform/files/seen-files.ts';
import { createSmallFile, SMALL_FILE } from '../platform/files/small-files.ts';
import {
  createFile,
  createFileOf,
  type FileModes,
  isTemporaryPath,
  LOCK_NAME,
  linkFile,
  removeFile,
  replaceFile,
  syncDirectory,
} from '../platform/files/write-files.ts';
import { changedFile, type IncomingFile, verifiedChunks } from './incoming-file.ts';
import { type PreviousTree, partsOf, type Transfer, type Tree, type TreeEntry } from './tree.ts';

/** A directory to read from, such as the output of another build. */
export function readableDirectory(directory: string): PreviousTree {
  return {
    location: withoutEndSlash(directory),
    has: async (path) => {
      const found = lookAt(`${directory}/${path}`);
      return found?.kind === 'file' && found.size > 0;
    },
    read: (path, maxSize) => readWithin(`${directory}/${path}`, maxSize),
    holds: async (path, size) => {
      const found = lookAt(`${directory}/${path}`);
      return found?.kind === 'file' && found.size === size;
    },
    chunks: (path, size) => readFileChunks(`${directory}/${path}`, size),
  };
}

/** What is at a path on disk. */
function lookAt(file: string): TreeEntry | undefined {
  const stats = findEntry(file);
  if (stats === undefined) return undefined;
  return {
    kind: stats !== 'hidden' && stats.isFile() ? 'file' : 'other',
    size: stats === 'hidden' ? 0 : Number(stats.size),
    digest: async (memory) =>
      memory === undefined || stats === 'hidden'
        ? (await hashFile(file)).sha256
        : recallDigest(file, fileStampOf(stats), memory),
  };
}

/** Puts a file where it belongs: by a hard link if it may be one and the system can make one, otherwise as a copy. */
async function place(directory: string, placed: IncomingFile, modes: FileModes | undefined): Promise<Transfer> {
  const file = `${directory}/${placed.path}`;
  if (placed.link !== undefined && (await linkUnchanged(placed.link, placed.path, directory, modes))) {
    return 'linked';
  }
  if (placed.size > SMALL_FILE) await createFileOf(file, verifiedChunks(placed), directory, modes);
  else await createSmallFile(file, await collect(verifiedChunks(placed)), directory, modes);
  return 'copied';
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return concatBytes(all);
}

const READ_BITS = 0o444;

async function linkUnchanged(
  { file: existing, stamp }: NonNullable<IncomingFile['link']>,
  path: string,
  directory: string,
  modes: FileModes | undefined,
): Promise<boolean> {
  const stats = findEntry(existing);
  if (stats === undefined || stats === 'hidden') throw changedFile(path);
  // A link to the same file at a different path, made just now, changes the metadata.
  if (!differOnlyInMetadata(fileStampOf(stats), stamp)) throw changedFile(path);
  // The link would have the same mode: only a copy can have one under which everyone reads it who has to and, where a mode was
  // asked for, no one else.
  const readers = BigInt((modes?.file ?? READ_BITS) & READ_BITS);
  const found = stats.mode & BigInt(READ_BITS);
  if ((found & readers) !== readers || (modes?.resets === true && found !== readers)) return false;
  return linkFile(existing, `${directory}/${path}`, directory, modes?.directory);
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
    look: (path) => lookAt(`${directory}/${path}`),
    place: (file) => place(directory, file, modes),
    create: (path, content) => createFile(`${directory}/${path}`, partsOf(content), modes),
    replace: async (path, content) => {
      await replaceFile(`${directory}/${path}`, partsOf(content), modes);
      // Files renamed into place before this one must become durable before it does.
      await syncDirectory(directory);
    },
    remove: (path) => removeFile(`${directory}/${path}`, directory),
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
      holds: (path, size) => note(path, () => tree.holds(path, size)),
      chunks: tree.chunks,
      look: (path) => note(path, () => tree.look(path)),
      list(directories) {
        for (const name of directories ?? []) seen.note(name);
        return tree.list(directories);
      },
      async create(path, content) {
        await lock.claim();
        await tree.create(path, content);
      },
      async place(file) {
        await lock.claim();
        return tree.place(file);
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
