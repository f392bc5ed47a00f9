/**
 * Creates small files of which there may be thousands. The steps are those of `write-files.ts`; only the one that waits for the disk
 * leaves the thread to others meanwhile, because a promise for each of the others takes ten times as long as they do.
 */
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isMissing } from './system-error.ts';
import { createFileOf, type FileModes, modeToSet, PERMISSIONS, TEMPORARY_PREFIX, writeError } from './write-files.ts';

/** The most bytes of a small file. */
export const SMALL_FILE: number = 1 << 18;

const syncToDisk = promisify(fsync);

/**
 * Creates a file, or replaces it; a reader never sees a part of it.
 *
 * @param top - a directory above, where the temporary file is if it is on the same file system: there, later builds look for it
 * @param modes - without it, the umask decides
 */
export async function createSmallFile(file: string, bytes: Uint8Array, top: string, modes?: FileModes): Promise<void> {
  let temporary: string | undefined;
  try {
    const { isNew, dev } = enter(dirname(file), modes?.directory);
    if (dev !== statSync(top).dev) return await createFileOf(file, once(bytes), top, modes);
    temporary = join(top, TEMPORARY_PREFIX + randomUUID());
    const handle = openSync(temporary, 'wx');
    try {
      if (modes !== undefined) setMode(handle, isNew ? undefined : file, modes);
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      await syncToDisk(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (cause) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw writeError(file, cause);
  }
}

/** Makes a directory that does not exist, and those above it. */
function enter(directory: string, mode: number | undefined): { readonly isNew: boolean; readonly dev: number } {
  const present = statSync(directory, { throwIfNoEntry: false });
  if (present !== undefined) return { isNew: false, dev: present.dev };
  try {
    mkdirSync(directory);
  } catch (cause) {
    if (!isMissing(cause) || dirname(directory) === directory) throw cause;
    enter(dirname(directory), mode);
    return enter(directory, mode);
  }
  const made = statSync(directory);
  if (mode !== undefined) setBits(mode, made, (bits) => chmodSync(directory, bits), false);
  return { isNew: true, dev: made.dev };
}

function setMode(handle: number, replaced: string | undefined, modes: FileModes): void {
  const before = modes.resets || replaced === undefined ? undefined : statSync(replaced, { throwIfNoEntry: false });
  const mode = before === undefined ? modes.file : before.mode & PERMISSIONS;
  setBits(mode, fstatSync(handle), (bits) => fchmodSync(handle, bits), modes.resets);
}

/** Some file systems have no permissions, which is an error only if somebody asked for these. */
function setBits(mode: number, stats: Stats, change: (bits: number) => void, isAskedFor: boolean): void {
  const bits = modeToSet(mode, stats);
  if (bits === undefined) return;
  try {
    change(bits);
  } catch (cause) {
    if (isAskedFor) throw cause;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
