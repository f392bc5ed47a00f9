/**
 * What a build keeps for the next one: a directory that the user names, or one of the user's caches, which are noted and bounded.
 */
import { exists, realPathOf } from '../platform/files/read-files.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { buildCacheOf, userCacheFolder } from '../platform/process/user-cache.ts';
import { boundCaches, noteCache } from '../platform/workspace/caches.ts';
import { formatBytes, formatPlural } from '../text/quantity.ts';
import { cacheLimit } from './cache-limit.ts';

/** Where a build keeps its work, and what is to do with that after it. */
export interface KeptWork {
  readonly cache?: string;
  /** Notes that the cache was used, and bounds the caches of this user if this build has made a new one. */
  settle(): Promise<void>;
}

/**
 * Opens the cache of a build: the one that the user names, or that of the output among the user's caches.
 *
 * @param cache - the value of `--cache`; yargs sets it to false for `--no-cache`, even though the option is a string
 */
export async function openCache(cache: string | false | undefined, out: string, terminal: Terminal): Promise<KeptWork> {
  const limit = cacheLimit(process.env.REPOMILL_CACHE_LIMIT);
  if (cache === false) return { settle: async () => undefined };
  if (cache !== undefined) return { cache, settle: async () => undefined };
  const [own, folder] = [await buildCacheOf(out), userCacheFolder()];
  if (own === undefined || folder === undefined) {
    terminal.note('repomill: no home directory, so nothing is kept for the next build; name a directory with --cache');
    return { settle: async () => undefined };
  }
  const isNew = !exists(own);
  return {
    cache: own,
    async settle() {
      noteCache(own, await realPathOf(out), new Date());
      const removed = isNew ? await boundCaches(folder, limit, own) : [];
      if (removed.length === 0) return;
      terminal.note(
        `repomill: removed ${formatPlural(removed.length, 'cache')} of other builds: all of them took more than ${formatBytes(limit)}`,
      );
    },
  };
}
