/**
 * A store in a local directory. What an interrupted write left behind is listed like anything else, so that the next pull
 * clears it away.
 */
import { resolve } from 'node:path';
import { messageOf, RepomillError } from '../../errors.ts';
import type { Store } from '../../model/store.ts';
import { listTree, readIfPresent, removeFile, replaceFile } from './files.ts';
import { type DirectoryLock, LOCK_NAME, takeLock } from './lock.ts';
import { readStretch } from './read-range.ts';
import { resolveInside } from './resolve-inside.ts';
import { type SeenFiles, seenFiles } from './seen-files.ts';

/** Keeps a client's cache in a directory, which the first write creates. */
export function directoryStore(directory: string): Store {
  const root = resolve(directory);
  // Of a pull that is at work.
  let lock: DirectoryLock | undefined;
  let seen: SeenFiles | undefined;
  return {
    location: root,
    async read(name) {
      const file = resolveInside(root, name);
      seen?.note(name);
      return readIfPresent(file);
    },
    async readRange(name, start, length) {
      return (await readStretch(resolveInside(root, name), () => ({ start, length })))?.bytes;
    },
    async write(name, bytes) {
      const file = resolveInside(root, name);
      await lock?.claim();
      await replaceFile(file, bytes);
    },
    async remove(name) {
      const file = resolveInside(root, name);
      await lock?.claim();
      await removeFile(file).catch((cause: unknown) => {
        throw new RepomillError('transport', `${file}: cannot remove: ${messageOf(cause)}`, { cause });
      });
    },
    list: async () => (await listTree(root)).map((file) => file.path).filter((path) => path !== LOCK_NAME),
    async lock() {
      seen = seenFiles(root);
      lock = await takeLock(root, 'pull', { seen });
      return async () => {
        await lock?.release();
        lock = undefined;
        seen = undefined;
      };
    },
  };
}
