/**
 * Where this user's programs keep what they can make again. See the XDG Base Directory Specification 0.8, Apple's File System
 * Programming Guide, and Microsoft's Known Folders.
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { realPathOf } from '../files/read-files.ts';

/** The directory of the cache for builds into a directory; each has its own. */
export async function buildCacheOf(directory: string): Promise<string> {
  const name = createHash('sha256')
    .update(await realPathOf(directory))
    .digest('hex');
  return join(userCache(), 'repomill', 'build', name.slice(0, 16));
}

function userCache(): string {
  const { XDG_CACHE_HOME: named, LOCALAPPDATA: local } = process.env;
  // The specification says to ignore a relative path.
  if (named !== undefined && isAbsolute(named)) return named;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return local ?? join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.cache');
}
