/**
 * The directory that keeps a build's workspace for the next build: outside of the tree, safe to delete, never trusted. A
 * cache that cannot be used costs time and nothing else.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { type DirectoryLock, takeLock } from '../files/lock.ts';
import { explainFailure } from '../files/system-error.ts';
import { makeTemporaryDirectory } from '../files/temporary-directory.ts';
import { makeDirectory } from '../files/write-files.ts';
import { hasOverflow, isEntryName, retainEntries, type WorkspacePlaces } from './workspace.ts';

/** The directories of a workspace while a build uses them. */
export interface OpenPlaces {
  readonly places: WorkspacePlaces;
  /** When they were opened, by the clock of the file system: in nanoseconds since 1970. */
  readonly madeAt: bigint;
  /** Removes every entry, after a damaged one was found, and returns the directories to start over in. */
  restart(): Promise<WorkspacePlaces>;
  /** Removes the entries that the build did not use. */
  retain(used: ReadonlySet<string>): void;
  close(): Promise<void>;
}

/** Tells backup programs, and this one, that this is a cache. https://bford.info/cachedir describes the file. */
export const CACHE_TAG = 'CACHEDIR.TAG';
const TAG_CONTENT = `Signature: 8a477f597d28d172789f06886806bc55
# What repomill keeps from build to build. Safe to delete.
`;

/**
 * Opens the directories of a workspace.
 *
 * @param cache - undefined: nothing is kept
 * @param warn - called with the reason if the cache cannot be used
 * @throws RepomillError `conflict` if the directory has files that are not repomill's, `transport` if there is no place for
 *   temporary files
 */
export async function openPlaces(
  cache: string | undefined,
  warn: (message: string) => void,
  signal?: AbortSignal,
): Promise<OpenPlaces> {
  const lock = cache === undefined ? undefined : await prepare(cache, warn, signal);
  const temporary = await makeTemporaryDirectory().catch(async (reason: unknown) => {
    await lock?.release();
    throw reason;
  });
  const places: WorkspacePlaces = { cache: lock === undefined ? undefined : cache, temporary: temporary.path };
  return {
    places,
    madeAt: temporary.madeAt,
    retain(used) {
      if (places.cache === undefined) return;
      try {
        retainEntries(places.cache, used);
        if (hasOverflow(places)) warn(`cache ${cache}: cannot be written, or is full; this build is not remembered`);
      } catch (cause) {
        warn(`cache ${cache}: ${reasonOf(cause)}`);
      }
    },
    async restart() {
      for (const kind of await readdir(temporary.path)) await rm(join(temporary.path, kind), { recursive: true });
      try {
        if (places.cache !== undefined) retainEntries(places.cache, new Set());
        return places;
      } catch {
        // An entry that cannot be removed would be found damaged again.
        return { ...places, cache: undefined };
      }
    },
    async close() {
      await temporary.remove();
      await lock?.release();
    },
  };
}

/**
 * Makes the directory and takes its lock; undefined if it cannot. The lock is never claimed: entries are verified when
 * they are read, so a build in a different container that shares the cache costs time at worst.
 */
async function prepare(
  cache: string,
  warn: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<DirectoryLock | undefined> {
  let lock: DirectoryLock | undefined;
  try {
    const present = existsSync(cache) ? await readdir(cache) : [];
    const isTagged = present.includes(CACHE_TAG) && (await readFile(join(cache, CACHE_TAG), 'utf8')) === TAG_CONTENT;
    const foreign = isTagged ? undefined : await findForeign(cache, present);
    if (foreign !== undefined) throw notACache(cache, foreign);
    lock = await takeLock(cache, 'build', { signal });
    if (!isTagged) {
      await makeDirectory(cache);
      await writeFile(join(cache, CACHE_TAG), TAG_CONTENT);
    }
    return lock;
  } catch (cause) {
    await lock?.release();
    if (cause instanceof RepomillError && cause.code === 'interrupted') throw cause;
    if (cause instanceof RepomillError && cause.code === 'conflict' && cause.hint === FOREIGN_HINT) throw cause;
    warn(`cache ${cache}: ${reasonOf(cause)}; building without it`);
    return undefined;
  }
}

/** Why a cache cannot be used, for a warning that names it. */
function reasonOf(cause: unknown): string {
  return cause instanceof RepomillError ? cause.message : explainFailure(cause).text;
}

/** A file or folder that is not repomill's. Somebody may have removed the tag, and a full disk may have cut it short. */
async function findForeign(cache: string, present: readonly string[]): Promise<string | undefined> {
  for (const kind of present) {
    if (kind === CACHE_TAG && TAG_CONTENT.startsWith(await readFile(join(cache, CACHE_TAG), 'utf8'))) continue;
    if (!/^[a-z]+$/.test(kind)) return kind;
    const keys = await readdir(join(cache, kind)).catch(() => [kind]);
    if (!keys.every(isEntryName)) return kind;
  }
  return undefined;
}

const FOREIGN_HINT = 'name an empty directory with --cache, or build with --no-cache';

function notACache(cache: string, file: string): RepomillError {
  return new RepomillError('conflict', `expected a cache of repomill or an empty directory, found ${file}`, {
    path: cache,
    hint: FOREIGN_HINT,
  });
}
