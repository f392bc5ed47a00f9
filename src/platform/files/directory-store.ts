/**
 * A store in a local directory. What an interrupted write left behind is listed like anything else, so that the next pull
 * clears it away.
 */
import { resolve } from 'node:path';
import { messageOf, RepomillError } from '../../errors.ts';
import type { Store } from '../../model/store.ts';
import { listTree, readIfPresent, removeFile, replaceFile } from './files.ts';
import { takeLock } from './lock.ts';
import { readStretch } from './read-range.ts';
import { resolveInside } from './resolve-inside.ts';

/** Keeps a client's cache in a directory, which the first write creates. */
export function directoryStore(directory: string): Store {
  const root = resolve(directory);
  return {
    location: root,
    read: async (name) => readIfPresent(resolveInside(root, name)),
    async readRange(name, start, length) {
      return (await readStretch(resolveInside(root, name), () => ({ start, length })))?.bytes;
    },
    write: async (name, bytes) => replaceFile(resolveInside(root, name), bytes),
    async remove(name) {
      const file = resolveInside(root, name);
      await removeFile(file).catch((cause: unknown) => {
        throw new RepomillError('transport', `${file}: cannot remove: ${messageOf(cause)}`, { cause });
      });
    },
    list: async () => (await listTree(root)).map((file) => file.path),
    lock: () => takeLock(root, 'pull'),
  };
}
