/**
 * Opens regular files, and nothing else: a pipe would make the reader wait for its other end, and a device has no end. Both
 * may be at any path that somebody else can write to.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { RepomillError } from '../../errors.ts';

/** Without O_NONBLOCK, opening a pipe that has no writer would wait for one. Regular files do not know it, nor does Windows. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file to read it.
 *
 * @throws RepomillError `transport` if it is no regular file; what the system throws if it cannot be opened
 */
export async function openRegularFile(file: string): Promise<FileHandle> {
  const handle = await open(file, FLAGS);
  try {
    requireRegular(await handle.stat(), file);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** The same at once, as a file descriptor. */
export function openRegularFileSync(file: string): number {
  const handle = openSync(file, FLAGS);
  try {
    requireRegular(fstatSync(handle), file);
    return handle;
  } catch (thrown) {
    closeSync(handle);
    throw thrown;
  }
}

/**
 * Reads a small file at once: as many bytes as it has when it is opened, or fewer if it shrinks.
 *
 * @throws what `openRegularFile` throws
 */
export function readRegularFileSync(file: string): Uint8Array {
  const handle = openSync(file, FLAGS);
  try {
    const stats = fstatSync(handle);
    requireRegular(stats, file);
    // A file of the kernel's says that it has no bytes, and has some.
    if (stats.size === 0) return readFileSync(handle);
    const bytes = new Uint8Array(stats.size);
    let used = 0;
    while (used < bytes.length) {
      const more = readSync(handle, bytes, used, bytes.length - used, null);
      if (more === 0) break;
      used += more;
    }
    return bytes.subarray(0, used);
  } finally {
    closeSync(handle);
  }
}

/** What is in the place of a file, as a phrase: `a directory`. */
export function kindOfEntry(stats: Stats | BigIntStats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function requireRegular(stats: Stats, path: string): void {
  if (!stats.isFile()) throw new RepomillError('transport', `expected a file, found ${kindOfEntry(stats)}`, { path });
}
