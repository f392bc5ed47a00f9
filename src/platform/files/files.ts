/**
 * All writing to disk, in three verbs: create a file that never changes, replace one atomically, remove one. Each write is
 * a temporary file in the same directory, fsync, rename: a reader sees the old state or the new one, and a crash leaves at
 * worst a temporary file that the next build removes.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, realpath, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { inChunks } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';

/** What names of temporary files start with. */
export const TEMPORARY_PREFIX = '.repomill-tmp-';

/** Creates a file that never changes. The same bytes there already: they stay; others: they are repaired. */
export async function createFile(file: string, parts: Iterable<Uint8Array>): Promise<void> {
  await writeFile(file, parts, async (temporary, size) => {
    if (!existsSync(file)) return true;
    const present = await readIfPresent(file, size);
    return present === undefined || Buffer.compare(present, await readFile(temporary)) !== 0;
  });
}

/**
 * Puts a file in the place of another, or where there was none; nobody ever sees a part of it. Its time stamp is of a later
 * second than the other's, if need be of one to come: hosts tell versions apart by whole seconds (`Last-Modified`, nginx's
 * `ETag`), and a client that asks whether its copy is still the newest must not hear that it is.
 */
export async function replaceFile(file: string, content: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  await writeFile(file, content instanceof Uint8Array ? [content] : content, async (temporary) => {
    const replaced = await stat(file).catch(() => undefined);
    const earliest = replaced === undefined ? 0 : Math.floor(replaced.mtimeMs / 1000) + 1;
    const { atime, mtimeMs } = await stat(temporary);
    if (mtimeMs < earliest * 1000) await utimes(temporary, atime, earliest);
    return true;
  });
}

async function writeFile(
  file: string,
  parts: Iterable<Uint8Array>,
  isNew: (temporary: string, size: number) => Promise<boolean>,
): Promise<void> {
  const directory = dirname(file);
  const temporary = join(directory, `${TEMPORARY_PREFIX}${process.pid}-${nextTemporary++}`);
  try {
    const handle = await openIn(directory, temporary);
    let size = 0;
    try {
      for (const chunk of inChunks(parts)) {
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
    await rm(temporary, { force: true }).catch(() => undefined);
    // What the parts are made from fails in its own words.
    if (!isSystemError(cause)) throw cause;
    throw new RepomillError('transport', `${file}: cannot write: ${messageOf(cause)}`, { cause });
  }
}

// Nearly always the directory is there.
async function openIn(directory: string, file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    await makeDirectory(directory);
    return open(file, 'wx');
  }
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

let nextTemporary = 0;

/** Makes the names in a directory durable; a file that was renamed into it survives a power cut from here on. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes a file, and the directory it was in if that is now empty. A file that is not there is fine. */
export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true });
  await rmdir(dirname(file)).catch(() => undefined);
}

/**
 * Makes a directory and those above it; one that is there is fine. Node's own `recursive` never ends below a directory such
 * as /proc, where making one fails as if its parent were not there.
 */
export async function makeDirectory(directory: string): Promise<void> {
  const make = (): Promise<unknown> =>
    mkdir(directory).catch(async (cause: unknown) => {
      if (!(await isDirectory(directory))) throw cause;
    });
  try {
    await make();
  } catch (cause) {
    const lacksParent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (!lacksParent || dirname(directory) === directory) throw cause;
    await makeDirectory(dirname(directory));
    await make();
  }
}

/** A file's bytes, undefined where there is no such file or where it has another length than asked for. */
export async function readIfPresent(file: string, size?: number): Promise<Uint8Array | undefined> {
  try {
    if (size !== undefined && (await stat(file)).size !== size) return undefined;
    return await readFile(file);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new RepomillError('transport', `${file}: cannot read: ${messageOf(cause)}`, { cause });
  }
}

/** A file's bytes, undefined where there is no such file. One of more than `maxSize` bytes is a format error, and not read. */
export async function readWithin(file: string, maxSize: number): Promise<Uint8Array | undefined> {
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size <= maxSize) return readIfPresent(file);
  throw new RepomillError('format', `${file}: expected at most ${maxSize} bytes, found ${size}`);
}

/**
 * All files below a directory with their sizes, hidden ones too; empty where there is no such directory.
 *
 * @param below - directories to look into, beside the top one; without it, all of them
 */
export async function listTree(
  directory: string,
  below?: readonly string[],
): Promise<readonly { readonly path: string; readonly size: number }[]> {
  const files: { path: string; size: number }[] = [];
  // Synchronously, because a tree may have as many files as a repository has packages, and a promise for each takes longer
  // than the file system does.
  const visit = (prefix: string): void => {
    for (const entry of readdirSync(join(directory, prefix), { withFileTypes: true })) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (!entry.isDirectory())
        files.push({ path, size: statSync(`${directory}/${path}`, { throwIfNoEntry: false })?.size ?? 0 });
      else if (prefix !== '' || below === undefined || below.includes(entry.name)) visit(path);
    }
  };
  try {
    visit('');
  } catch (cause) {
    if (files.length === 0 && isMissing(cause)) return [];
    throw new RepomillError('transport', `${directory}: cannot read: ${messageOf(cause)}`, { cause });
  }
  return files;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

/** The last name of a path, also of `.` and of one that ends in a slash. */
export function baseName(path: string): string {
  return basename(resolve(path));
}

/** A path with every link in it followed; names at its end that do not exist yet are kept. */
export async function realPathOf(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (cause) {
    if (!isMissing(cause) || dirname(absolute) === absolute) throw cause;
    return join(await realPathOf(dirname(absolute)), basename(absolute));
  }
}

/** Whether there is a file of this name. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Whether there is a directory of this name. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
