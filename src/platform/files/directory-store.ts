/**
 * A store in a local directory. Leftovers of interrupted writes are listed like any other file, so that the next pull removes
 * them.
 */
import { resolve } from 'node:path';
import { RepomillError } from '../../errors.ts';
import type { Store } from '../../model/store.ts';
import type { DirectoryLock } from './lock.ts';
import { listTree, readIfPresent } from './read-files.ts';
import { readRange } from './read-range.ts';
import { resolveInside } from './resolve-inside.ts';
import { type SeenFiles, seenFiles } from './seen-files.ts';
import { explainFailure } from './system-error.ts';
import { LOCK_NAME, removeFile, replaceFile } from './write-files.ts';

/**
 * A client's copy in a local directory, which the first write creates. One pull at a time writes to it.
 *
 * @example
 * await pull({ source: httpSource('https://example.org/repo'), store: directoryStore('cache') });
 */
export function directoryStore(directory: string): Store {
  const root = resolve(directory);
  // Of the pull that is running.
  let lock: DirectoryLock | undefined;
  let seen: SeenFiles | undefined;
  return {
    location: root,
    async read(name) {
      const file = resolveInside(root, name);
      seen?.note(name);
      return readIfPresent(file);
    },
    readRange: async (name, start, length) => readRange(resolveInside(root, name), () => ({ start, length })),
    async write(name, bytes) {
      const file = resolveInside(root, name);
      await lock?.claim();
      lock?.confirm();
      await replaceFile(file, bytes);
    },
    async remove(name) {
      const file = resolveInside(root, name);
      await lock?.claim();
      lock?.confirm();
      await removeFile(file).catch((cause: unknown) => {
        throw new RepomillError('transport', `cannot remove: ${explainFailure(cause).text}`, { path: file, cause });
      });
    },
    list: async () => (await listTree(root)).map((file) => file.path).filter((path) => path !== LOCK_NAME),
    async lock(signal) {
      seen = seenFiles(root);
      // Loaded by a pull alone: most commands only read.
      const { takeLock } = await import('./lock.ts');
      lock = await takeLock(root, 'pull', { seen, signal });
      return async () => {
        await lock?.release();
        lock = undefined;
        seen = undefined;
      };
    },
  };
}
