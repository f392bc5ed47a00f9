/**
 * Reading and listing files. A file that is missing is an answer, not an error; whatever else goes wrong is `transport`.
 */
import { type BigIntStats, lstatSync, readdirSync, statSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, RepomillError, throwIfAborted } from '../../errors.ts';
import { checkpoint, FILES_PER_TURN } from '../threads/next-turn.ts';

/** A file's bytes; undefined if there is no such file, or if `size` is given and it has a different size. */
export async function readIfPresent(file: string, size?: number): Promise<Uint8Array | undefined> {
  try {
    if (size !== undefined && (await stat(file)).size !== size) return undefined;
    return await readFile(file);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cannotRead(file, cause);
  }
}

/** A file's bytes; undefined if there is no such file. A file of more than `maxSize` bytes is not read: that is a `format` error. */
export async function readWithin(file: string, maxSize: number): Promise<Uint8Array | undefined> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size <= maxSize) return readIfPresent(file);
  throw new RepomillError('format', `expected at most ${maxSize} bytes, found ${size}`, { path: file });
}

/**
 * All files below a directory with their sizes in bytes, hidden ones too; empty if there is no such directory.
 *
 * @param below - directories to look into, besides the top one; without it, all of them
 */
export async function listTree(
  directory: string,
  below?: readonly string[],
  signal?: AbortSignal,
): Promise<readonly { readonly path: string; readonly size: number }[]> {
  const files: { path: string; size: number }[] = [];
  // Synchronous: a tree may have as many files as a repository has packages, and a promise for each takes longer than the
  // file system does.
  const visit = async (prefix: string): Promise<void> => {
    for (const entry of readdirSync(join(directory, prefix), { withFileTypes: true })) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (!entry.isDirectory()) {
        files.push({ path, size: statSync(`${directory}/${path}`, { throwIfNoEntry: false })?.size ?? 0 });
        if (signal !== undefined && files.length % FILES_PER_TURN === 0) await checkpoint(signal);
      } else if (prefix !== '' || below === undefined || below.includes(entry.name)) await visit(path);
    }
  };
  try {
    await visit('');
    throwIfAborted(signal);
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    if (files.length === 0 && isMissing(cause)) return [];
    throw cannotRead(directory, cause);
  }
  return files;
}

/**
 * What the system says of the file, directory or the like at a path; undefined if nothing is there. `hidden`: something is, but
 * not a file that can be read: a link to nothing, or a file where a directory of the path should be.
 */
export function statOf(path: string): BigIntStats | 'hidden' | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined) return stats;
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : 'hidden';
  } catch {
    return 'hidden';
  }
}

/** Whether there is a file with this path. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Whether there is a directory with this path. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The last name of a path, also of `.` and of one that ends in a slash. */
export function baseName(path: string): string {
  return basename(resolve(path));
}

/** A path with every link in it followed. Names at its end that do not exist yet are kept. */
export async function realPathOf(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (cause) {
    if (!isMissing(cause) || dirname(absolute) === absolute) throw cause;
    return join(await realPathOf(dirname(absolute)), basename(absolute));
  }
}

/** Whether the system said that there is no such file: the name or a directory on the way to it is missing. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

function cannotRead(path: string, cause: unknown): RepomillError {
  return new RepomillError('transport', `cannot read: ${messageOf(cause)}`, { path, cause });
}
