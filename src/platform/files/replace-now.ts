/**
 * Replaces a small file without waiting: for a process that ends, perhaps by a signal, and has something to write first.
 */
import {
  accessSync,
  chmodSync,
  constants,
  mkdtempSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { kindOfEntry } from './regular-file.ts';
import { cannotWrite } from './system-error.ts';
import { TEMPORARY_PREFIX } from './write-files.ts';

/**
 * Checks that a file can be there: its directory exists, and nothing else has its name.
 *
 * @throws RepomillError `not-found` without the directory, `conflict` if a directory, device or pipe has the name, `transport`
 *   without the permission to write in the directory
 */
export function checkReplaceable(file: string): void {
  const directory = dirname(file);
  if (statsFor(file, directory)?.isDirectory() !== true) {
    throw new RepomillError('not-found', 'no such directory', { path: directory });
  }
  const present = statsFor(file, file);
  if (present !== undefined && !present.isFile()) {
    throw new RepomillError('conflict', `expected a file, found ${kindOfEntry(present)}`, { path: file });
  }
  try {
    accessSync(directory, constants.W_OK);
  } catch (cause) {
    throw new RepomillError('transport', 'no permission to write files in this directory', { path: directory, cause });
  }
}

function statsFor(file: string, path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/**
 * Replaces a file, which keeps its mode, or creates it. A reader sees the old content or the new one.
 *
 * @throws RepomillError as `checkReplaceable`, and `transport` if it cannot be written
 */
export function replaceFileNow(file: string, content: Uint8Array): void {
  checkReplaceable(file);
  let temporary: string | undefined;
  try {
    temporary = mkdtempSync(join(dirname(file), TEMPORARY_PREFIX));
    const whole = join(temporary, 'file');
    writeFileSync(whole, content);
    keepMode(whole, statsFor(file, file));
    renameSync(whole, file);
  } catch (cause) {
    throw cannotWrite(file, cause);
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

/** A collector of metrics may be another user, whom this process's umask would lock out of a file that it could read before. */
function keepMode(file: string, before: Stats | undefined): void {
  if (before === undefined) return;
  try {
    chmodSync(file, before.mode & 0o777);
  } catch {
    // A file system without permissions.
  }
}
