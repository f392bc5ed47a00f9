/**
 * Reading and listing files. A file that is missing is an answer, not an error; whatever else goes wrong is `transport`.
 */
import { type BigIntStats, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { checkpoint, FILES_PER_TURN } from '../threads/next-turn.ts';
import { openRegularFile } from './regular-file.ts';
import { cannotRead, isMissing, isSystemError } from './system-error.ts';

/** A file's bytes; undefined if there is no such file, or if `size` is given and it has a different size. */
export async function readIfPresent(file: string, size?: number): Promise<Uint8Array | undefined> {
  return readIf(file, (found) => size === undefined || found === size);
}

/** A file's bytes; undefined if there is no such file. A file of more than `maxSize` bytes is not read: that is a `format` error. */
export async function readWithin(file: string, maxSize: number): Promise<Uint8Array | undefined> {
  return readIf(file, (size) => {
    if (size <= maxSize) return true;
    throw new RepomillError('format', `expected at most ${maxSize} bytes, found ${size}`, { path: file });
  });
}

async function readIf(file: string, isWanted: (size: number) => boolean): Promise<Uint8Array | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(file);
    return isWanted((await handle.stat()).size) ? await handle.readFile() : undefined;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cannotRead(file, cause);
  } finally {
    await handle?.close();
  }
}

/** A path that is relative to a directory, or absolute. */
export function pathFrom(directory: string, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}

/**
 * All files below a directory with their sizes in bytes, hidden ones too; empty if there is no such directory.
 *
 * @param below - directories to look into, besides the top one; they may be links. Without it, all that are not links
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
      const isNamed = prefix === '' && below?.includes(entry.name) === true;
      const stats = entry.isDirectory() ? undefined : statOf(`${directory}/${path}`);
      if (entry.isDirectory() || (isNamed && stats?.isDirectory() === true)) {
        if (prefix !== '' || below === undefined || isNamed) await visit(path);
        continue;
      }
      files.push({ path, size: stats?.size ?? 0 });
      if (signal !== undefined && files.length % FILES_PER_TURN === 0) await checkpoint(signal);
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
export function findEntry(path: string): BigIntStats | 'hidden' | undefined {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats !== undefined) return stats;
    return lstatSync(path, { throwIfNoEntry: false }) === undefined ? undefined : 'hidden';
  } catch {
    return 'hidden';
  }
}

/** What is at the top of a directory, with links followed. */
export interface TopEntry {
  readonly name: string;
  /** `neither` is a pipe, a device or a link that leads nowhere. */
  readonly kind: 'file' | 'directory' | 'neither';
}

/** The entries of a directory, hidden ones too; empty if there is no such directory. */
export function listEntries(directory: string): readonly TopEntry[] {
  try {
    return readdirSync(directory).map((name) => {
      const stats = statOf(join(directory, name));
      return { name, kind: stats?.isFile() ? 'file' : stats?.isDirectory() ? 'directory' : 'neither' };
    });
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cannotRead(directory, cause);
  }
}

/** Whether there is anything with this path, be it a link that leads nowhere. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
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
    if (!isMissing(cause) || dirname(absolute) === absolute)
      throw isSystemError(cause) ? cannotRead(path, cause) : cause;
    return join(await realPathOf(dirname(absolute)), basename(absolute));
  }
}

/** What is at a path; undefined if there is nothing, or a link that leads nowhere or in a circle. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ELOOP') return undefined;
    throw cause;
  }
}
