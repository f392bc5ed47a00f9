/**
 * All writing to disk, in three verbs: create a file that never changes, replace one atomically, remove one. Each write is
 * a temporary file in the same directory, fsync, rename: a reader sees the old state or the new one, and a crash leaves at
 * worst a temporary file, which the next build or pull removes.
 */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, type FileHandle, link, mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inChunks } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { isDirectory, isFile, readIfPresent } from './read-files.ts';
import { cannotWrite, isMissing, isSystemError } from './system-error.ts';

/** The bits of a mode that say who may do what, and these with the bits before them: set-user-ID, set-group-ID, sticky. */
export const PERMISSIONS = 0o777;
const ALL_BITS = 0o7777;

/** What names of temporary files start with. */
export const TEMPORARY_PREFIX = '.repomill-tmp-';

/** The lock file of a directory (`lock.ts`). A killed process leaves it like any temporary file. */
export const LOCK_NAME: string = `${TEMPORARY_PREFIX}lock`;

/** Whether a path is that of a temporary file, which an interrupted write may leave. */
export function isTemporaryPath(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(TEMPORARY_PREFIX);
}

/** Permission bits of what is written, whatever the umask of the process. A file system without permissions ignores them. */
export interface FileModes {
  /** Of a new file. */
  readonly file: number;
  /** Of a new directory. */
  readonly directory: number;
  /** Whether a file that is replaced gets the mode of a new one. Otherwise it keeps its own. */
  readonly resets: boolean;
}

/**
 * Creates a file that never changes. If it exists with the same bytes, it stays as it is; other bytes are replaced.
 *
 * @param modes - without it, the umask decides
 */
export async function createFile(file: string, parts: Iterable<Uint8Array>, modes?: FileModes): Promise<void> {
  await writeFile(file, parts, modes, async (temporary, size) => {
    if (!(await isFile(file))) return true;
    const present = await readIfPresent(file, size);
    return present === undefined || Buffer.compare(present, (await readIfPresent(temporary)) ?? new Uint8Array()) !== 0;
  });
}

/**
 * Replaces a file, or creates it; a reader never sees a part of it. Its modification time is in a later second than the old
 * file's, in the future if need be: hosts tell versions apart by whole seconds (`Last-Modified`, nginx's `ETag`), and a client
 * that asks whether its copy is still the newest must not hear that it is.
 *
 * @param modes - without it, the umask decides
 */
export async function replaceFile(
  file: string,
  content: Uint8Array | Iterable<Uint8Array>,
  modes?: FileModes,
): Promise<void> {
  await writeFile(file, content instanceof Uint8Array ? [content] : content, modes, async (temporary) => {
    const replaced = await stat(file).catch(() => undefined);
    const earliest = replaced === undefined ? 0 : Math.floor(replaced.mtimeMs / 1000) + 1;
    const { atime, mtimeMs } = await stat(temporary);
    if (mtimeMs < earliest * 1000) await utimes(temporary, atime, earliest);
    return true;
  });
}

/**
 * Creates a file of bytes that come piece by piece. If they end in an error, so does this, and no file is left.
 *
 * @param top - a directory above, where the temporary file is if it is on the same file system: there, later builds look for it
 * @param modes - without it, the umask decides
 */
export async function createFileOf(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  top: string,
  modes?: FileModes,
): Promise<void> {
  await writeFile(file, chunks, modes, async () => true, await placeForTemporary(file, top, modes?.directory));
}

/** What the system says where a hard link cannot be made but a copy can. */
const NO_LINKS = ['EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/**
 * Makes a file a hard link to one that exists. False if the system cannot: they are on different file systems, the file belongs
 * to a different user, it has too many links.
 *
 * @param top - as for `createFileOf`
 * @param mode - permission bits of new directories; without it, the umask decides
 */
export async function linkFile(existing: string, file: string, top: string, mode?: number): Promise<boolean> {
  let temporary: string | undefined;
  try {
    const directory = await placeForTemporary(file, top, mode);
    temporary = (await makeTemporary(directory, mode, (path) => link(existing, path))).path;
    await rename(temporary, file);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && NO_LINKS.includes(String(cause.code))) return false;
    throw writeError(file, cause);
  } finally {
    // Renaming a link to a link to the same file does nothing at all.
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Directories on other file systems that this process has put temporary files into. */
const visited = new Set<string>();

/** Removes what a killed process has left in a directory that no build looks into, the first time that this one writes there. */
async function removeAbandoned(directory: string): Promise<void> {
  if (visited.has(directory)) return;
  visited.add(directory);
  const names = (await readdir(directory)).filter(isTemporaryPath);
  for (const name of names) await rm(join(directory, name), { force: true });
}

/** Makes the directory of a file, and says where its temporary file can be, so that it can be renamed into place. */
async function placeForTemporary(file: string, top: string, mode: number | undefined): Promise<string> {
  const directory = dirname(file);
  try {
    await makeDirectory(directory, mode);
    const [own, above] = await Promise.all([stat(directory), stat(top)]);
    if (own.dev === above.dev) return top;
    await removeAbandoned(directory);
    return directory;
  } catch (cause) {
    throw writeError(file, cause);
  }
}

/**
 * Removes a file, and the directories that it was in, as far as they are now empty. A file that is missing is fine.
 *
 * @param top - a directory that stays; by default, at most one directory is removed
 */
export async function removeFile(file: string, top: string = dirname(dirname(file))): Promise<void> {
  await rm(file, { force: true });
  for (let directory = dirname(file); directory.length > top.length; directory = dirname(directory)) {
    const isRemoved = await rmdir(directory).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

/** Makes the names in a directory durable: a file that was renamed into it survives a power cut from here on. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory and those above it; one that exists is fine. Node's own `recursive` never ends below a directory such as
 * /proc, where making one fails as if its parent were missing.
 *
 * @param mode - permission bits of what is made; without it, the umask decides
 */
export async function makeDirectory(directory: string, mode?: number): Promise<void> {
  const make = async (): Promise<void> => {
    try {
      await mkdir(directory);
    } catch (cause) {
      if (await isDirectory(directory)) return;
      throw cause;
    }
    if (mode !== undefined) await setMode(mode, await stat(directory), (bits) => chmod(directory, bits));
  };
  try {
    await make();
  } catch (cause) {
    const lacksParent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!lacksParent || dirname(directory) === directory) throw cause;
    await makeDirectory(dirname(directory), mode);
    await make();
  }
}

/**
 * Sets permission bits, and no others: a directory passes its group on by one of those. Some file systems have none, which is an
 * error only if somebody asked for these.
 */
async function setMode(
  mode: number,
  stats: Stats,
  change: (bits: number) => Promise<void>,
  isAskedFor = false,
): Promise<void> {
  const bits = modeToSet(mode, stats);
  if (bits === undefined) return;
  await change(bits).catch((cause: unknown) => {
    if (isAskedFor) throw cause;
  });
}

/** The bits of a mode with these permissions; undefined if something has them already. */
export function modeToSet(permissions: number, { mode }: Stats): number | undefined {
  return (mode & PERMISSIONS) === permissions ? undefined : (mode & ~PERMISSIONS & ALL_BITS) | permissions;
}

async function writeFile(
  file: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  modes: FileModes | undefined,
  isNew: (temporary: string, size: number) => Promise<boolean>,
  temporaries: string = dirname(file),
): Promise<void> {
  let temporary: string | undefined;
  try {
    const opened = await makeTemporary(temporaries, modes?.directory, (path) => open(path, 'wx'));
    temporary = opened.path;
    const handle: FileHandle = opened.made;
    let size = 0;
    try {
      if (modes !== undefined) {
        const mode = (modes.resets ? undefined : await modeOf(file)) ?? modes.file;
        await setMode(mode, await handle.stat(), (bits) => handle.chmod(bits), modes.resets);
      }
      for await (const chunk of Symbol.asyncIterator in parts ? parts : inChunks(parts)) {
        await handle.writeFile(chunk);
        size += chunk.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (await isNew(temporary, size)) await rename(temporary, file);
    else await rm(temporary);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
    if (await isDirectory(file)) throw directoryInTheWay(file, cause);
    throw writeError(file, cause);
  }
}

/** What the system said as an error of ours. What a content is made from has errors of its own, which are passed on. */
export function writeError(file: string, cause: unknown): unknown {
  return isSystemError(cause) ? cannotWrite(file, cause) : cause;
}

function directoryInTheWay(path: string, cause: unknown): RepomillError {
  const hint = 'move the directory away, and run this again';
  return new RepomillError('conflict', 'expected a file or nothing, found a directory', { path, hint, cause });
}

/** The permission bits of a file; undefined if there is none. */
async function modeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mode }) => mode & PERMISSIONS,
    () => undefined,
  );
}

/**
 * Makes something under a new name in a directory, and the directory if it is missing.
 *
 * @param mode - of the directory; without it, the umask decides
 */
async function makeTemporary<Made>(
  directory: string,
  mode: number | undefined,
  make: (path: string) => Promise<Made>,
): Promise<{ readonly path: string; readonly made: Made }> {
  for (let madeDirectory = false; ; ) {
    // Not the ID of the process: in containers, nearly every process has the same one.
    const path = join(directory, TEMPORARY_PREFIX + randomUUID());
    try {
      return { path, made: await make(path) };
    } catch (cause) {
      // Nearly always, the directory exists.
      if (madeDirectory || !isMissing(cause)) throw cause;
      await makeDirectory(directory, mode);
      madeDirectory = true;
    }
  }
}
