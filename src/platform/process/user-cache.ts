/**
 * Where this user's programs keep what they can make again. See the XDG Base Directory Specification 0.8, Apple's File System
 * Programming Guide, and Microsoft's Known Folders.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { realPathOf } from '../files/read-files.ts';

/** The directory of the cache for builds into a directory; each has its own. Undefined for a user without a home directory. */
export async function buildCacheOf(directory: string): Promise<string | undefined> {
  const folder = userCacheFolder();
  if (folder === undefined) return undefined;
  const name = createHash('sha256')
    .update(await realPathOf(directory))
    .digest('hex');
  return join(folder, name.slice(0, 16));
}

/** The directory that holds the caches of all builds of this user; undefined without a home directory. */
export function userCacheFolder(): string | undefined {
  const cache = userCache();
  return cache === undefined ? undefined : join(cache, 'repomill', 'build');
}

function userCache(): string | undefined {
  const { XDG_CACHE_HOME: named, LOCALAPPDATA: local } = process.env;
  // The specification says to ignore a relative path.
  if (named !== undefined && isAbsolute(named)) return named;
  if (process.platform === 'win32' && local !== undefined) return local;
  const home = homeDirectory();
  if (home === undefined) return undefined;
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches');
  return process.platform === 'win32' ? join(home, 'AppData', 'Local') : join(home, '.cache');
}

/** A user of a container or a service may have none: no HOME, or an empty one, and no entry in the list of users. */
function homeDirectory(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}
