/**
 * The caches of all builds of a user: a folder with a directory for each output, and beside each a note that says which tree
 * it is for. The note's time is when the cache was last used. A cache that a build uses is never removed.
 */
import { readdirSync, readFileSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import { takeLock } from '../files/lock.ts';
import { exists, listEntries } from '../files/read-files.ts';
import { isMissing } from '../files/system-error.ts';
import { CACHE_TAG } from './cache-directory.ts';
import { retainEntries } from './workspace.ts';

/** The cache of the builds into one directory. */
export interface BuildCache {
  readonly directory: string;
  /** The directory that was built into; undefined if an older version of repomill made the cache. */
  readonly tree: string | undefined;
  /** Bytes. */
  readonly size: number;
  readonly usedAt: Date;
}

/** The caches in a folder, the one used last first. */
export function listCaches(folder: string): readonly BuildCache[] {
  return listEntries(folder)
    .filter(({ name, kind }) => kind === 'directory' && /^[0-9a-f]{16}$/.test(name))
    .map(({ name }) => join(folder, name))
    .filter((directory) => exists(join(directory, CACHE_TAG)))
    .flatMap((directory) => describe(directory) ?? [])
    .sort((a, b) => b.usedAt.getTime() - a.usedAt.getTime() || compareText(a.directory, b.directory));
}

/** Notes which tree a cache is for, and that it was used now. Whatever goes wrong costs a line of `listCaches`. */
export function noteCache(directory: string, tree: string, now: Date): void {
  const note = noteOf(directory);
  try {
    if (!exists(join(directory, CACHE_TAG))) return;
    if (readTree(directory) === tree) utimesSync(note, now, now);
    else writeFileSync(note, `${JSON.stringify({ tree })}\n`);
  } catch {
    // A cache that can only be read.
  }
}

/** Removes caches, those used longest ago first, until the rest is not larger than `maxSize` bytes. Returns what was removed. */
export async function boundCaches(folder: string, maxSize: number, keep?: string): Promise<readonly BuildCache[]> {
  const caches = listCaches(folder);
  let size = caches.reduce((sum, cache) => sum + cache.size, 0);
  const removed: BuildCache[] = [];
  for (const cache of caches.toReversed()) {
    if (size <= maxSize) break;
    if (cache.directory === keep || !(await removeCache(cache.directory))) continue;
    size -= cache.size;
    removed.push(cache);
  }
  return removed;
}

/**
 * Removes a cache; false if a build is using it. Files of others in it stay, and the directory with them.
 *
 * @throws RepomillError `transport` if a file cannot be removed
 */
export async function removeCache(directory: string): Promise<boolean> {
  const lock = await takeLock(directory, 'build').catch((thrown: unknown) => {
    if (thrown instanceof RepomillError && thrown.code === 'conflict') return undefined;
    throw thrown;
  });
  if (lock === undefined) return false;
  try {
    retainEntries(directory, new Set());
    for (const { name, kind } of listEntries(directory)) {
      if (kind === 'directory') removeIfEmpty(join(directory, name));
    }
    rmSync(join(directory, CACHE_TAG), { force: true });
    rmSync(noteOf(directory), { force: true });
    removeIfEmpty(directory);
    return true;
  } catch (cause) {
    throw new RepomillError('transport', 'cannot be removed', { path: directory, cause });
  } finally {
    await lock.release();
  }
}

/** Undefined if it is gone by now. */
function describe(directory: string): BuildCache | undefined {
  try {
    const usedAt = (statSync(noteOf(directory), { throwIfNoEntry: false }) ?? statSync(directory)).mtime;
    return { directory, tree: readTree(directory), size: sizeOf(directory), usedAt };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function readTree(directory: string): string | undefined {
  try {
    const { tree }: { readonly tree?: unknown } = Object(JSON.parse(readFileSync(noteOf(directory), 'utf8')));
    return typeof tree === 'string' ? tree : undefined;
  } catch {
    return undefined;
  }
}

function noteOf(directory: string): string {
  return `${directory}.json`;
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sum + sizeOf(path);
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // A file that is not ours.
  }
}
