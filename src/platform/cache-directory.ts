/**
 * The directory where a build's workspace is kept for the next one: outside of the tree, safe to delete, never believed. A
 * cache that cannot be used costs time and nothing else.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, RepomillError } from '../errors.ts';
import { takeLock } from './lock.ts';
import { hasOverflow, retainEntries, type WorkspacePlaces } from './workspace.ts';

/** A workspace's directories while a build has them. */
export interface OpenPlaces {
  readonly places: WorkspacePlaces;
  /** Removes every entry, after one of them was found damaged. */
  clear(): Promise<void>;
  /** Removes the entries that the build did not use. */
  retain(used: ReadonlySet<string>): void;
  close(): Promise<void>;
}

/** Says to backup programs, and to us, that this is a cache. bford.info/cachedir describes the file. */
const TAG = 'CACHEDIR.TAG';
const TAG_CONTENT = `Signature: 8a477f597d28d172789f06886806bc55
# What repomill keeps from build to build. Safe to delete.
`;

/**
 * Opens the directories of a workspace. `warn` is told why a cache cannot be used.
 *
 * @param cache - undefined: nothing is kept
 * @throws RepomillError `conflict` where the directory holds somebody else's files
 */
export async function openPlaces(cache: string | undefined, warn: (message: string) => void): Promise<OpenPlaces> {
  const unlock = cache === undefined ? undefined : await prepare(cache, warn);
  const temporary = await mkdtemp(join(tmpdir(), 'repomill-'));
  const places: WorkspacePlaces = { cache: unlock === undefined ? undefined : cache, temporary };
  const retain = (used: ReadonlySet<string>): void => {
    if (places.cache === undefined) return;
    try {
      retainEntries(places.cache, used);
      if (hasOverflow(places)) warn(`cache ${cache}: it cannot be written, or is full; this build is not remembered`);
    } catch (cause) {
      warn(`cache ${cache}: ${messageOf(cause)}`);
    }
  };
  return {
    places,
    retain,
    async clear() {
      retain(new Set());
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary);
    },
    async close() {
      await rm(temporary, { recursive: true, force: true });
      await unlock?.();
    },
  };
}

/** Makes the directory and takes its lock; undefined where that cannot be. */
async function prepare(cache: string, warn: (message: string) => void): Promise<(() => Promise<void>) | undefined> {
  try {
    const present = existsSync(cache) ? await readdir(cache) : [];
    if (present.length > 0 && !present.includes(TAG)) throw foreign(cache, present[0] ?? '');
    const unlock = await takeLock(cache);
    if (!present.includes(TAG)) {
      await mkdir(cache, { recursive: true });
      await writeFile(join(cache, TAG), TAG_CONTENT);
    }
    return unlock;
  } catch (cause) {
    if (cause instanceof RepomillError && cause.code === 'conflict' && cause.hint === FOREIGN_HINT) throw cause;
    warn(`cache ${cache}: ${messageOf(cause)}; building without it`);
    return undefined;
  }
}

const FOREIGN_HINT = 'name an empty directory with --cache, or build with --no-cache';

function foreign(cache: string, file: string): RepomillError {
  return new RepomillError('conflict', `${cache}: holds files that are no cache of repomill, such as ${file}`, {
    hint: FOREIGN_HINT,
  });
}
