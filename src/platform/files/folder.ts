/**
 * A folder of very many small files, read one after the other: synchronous, because a promise for each takes longer than the
 * file system does. No file is read beyond a given size.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  opendirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { RepomillError } from '../../errors.ts';
import { cannotRead, isSystemError } from './system-error.ts';

/** A folder. Paths are relative to it and use slashes. */
export interface Folder {
  /** As the user typed it. */
  readonly location: string;
  /**
   * A file's bytes, for the caller to keep.
   *
   * @throws RepomillError `not-found`; `transport` if the system fails; `format` for a file of more than `maxSize` bytes
   */
  read(path: string, maxSize: number): Uint8Array;
  /** A file's first bytes, at most `length`, and its size in bytes. Throws what `read` throws, except `format`. */
  readHead(path: string, length: number): { readonly bytes: Uint8Array; readonly size: number };
  /** Whether there is a file or folder with this path. Throws `transport` if the system does not say. */
  has(path: string): boolean;
  /** All files below a folder, links included, as paths relative to it, in no order; empty if there is no such folder. */
  list(path: string): readonly string[];
  /** The same in the order in which the file system stores them: slower, and different on each machine. */
  listAsStored(path: string): readonly string[];
}

/** Bytes. Most files fit. */
const BUFFER_SIZE = 1 << 16;

/** Opens a folder. */
export function openFolder(location: string): Folder {
  const buffer = new Uint8Array(BUFFER_SIZE);
  const readHead: Folder['readHead'] = (path, length) =>
    explainErrors(path, () => {
      // Without O_NONBLOCK, opening a pipe that has no writer would wait for ever; with it, the pipe is empty.
      const handle = openSync(`${location}/${path}`, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      try {
        const whole =
          length > BUFFER_SIZE ? new Uint8Array(Math.min(length, fstatSync(handle).size)) : buffer.subarray(0, length);
        const got = readSync(handle, whole);
        // A file that does not fill the buffer was read whole; only for others is the size asked for.
        const size = got < whole.length ? got : fstatSync(handle).size;
        return { bytes: whole.slice(0, got), size };
      } finally {
        closeSync(handle);
      }
    });
  return {
    location,
    readHead,
    read(path, maxSize) {
      let { bytes, size } = readHead(path, Math.min(BUFFER_SIZE, maxSize));
      if (size > maxSize) throw tooLong(path, maxSize, size);
      if (bytes.length < size) ({ bytes, size } = readHead(path, size));
      if (bytes.length < size) throw tooLong(path, maxSize, size);
      return bytes;
    },
    has: (path) => isThere(location, path),
    list: (path) => listBelow(location, path, (folder) => readdirSync(folder, { withFileTypes: true })),
    listAsStored: (path) => listBelow(location, path, readAsStored),
  };
}

function isThere(location: string, path: string): boolean {
  try {
    return explainErrors(path, () => statSync(`${location}/${path}`, { throwIfNoEntry: false })) !== undefined;
  } catch (error) {
    // `throwIfNoEntry` does not cover a path below a file.
    if (error instanceof RepomillError && error.code === 'not-found') return false;
    throw error;
  }
}

function listBelow(location: string, path: string, read: (folder: string) => readonly Dirent[]): readonly string[] {
  const files: string[] = [];
  const visit = (prefix: string): void => {
    for (const entry of read(`${location}/${path}/${prefix}`)) {
      if (entry.isDirectory()) visit(`${prefix}${entry.name}/`);
      else files.push(prefix + entry.name);
    }
  };
  if (isThere(location, path)) explainErrors(path, () => visit(''));
  return files;
}

// Node sorts what `readdir` returns, but not entries that are read one by one.
function readAsStored(folder: string): readonly Dirent[] {
  const entries: Dirent[] = [];
  const directory = opendirSync(folder);
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) entries.push(entry);
  } finally {
    directory.closeSync();
  }
  return entries;
}

function explainErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw isSystemError(cause) ? cannotRead(path, cause) : cause;
  }
}

function tooLong(path: string, maxSize: number, size: number): RepomillError {
  return new RepomillError('format', `expected at most ${maxSize} bytes, found ${size}`, { path });
}
