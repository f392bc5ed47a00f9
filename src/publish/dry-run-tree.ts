/**
 * A tree that reads from another one and keeps every write in memory, so that a dry run does all the work but changes nothing.
 */
import { concatBytes } from '../bytes/bytes.ts';
import type { IncomingFile } from './incoming-file.ts';
import { type Content, partsOf, type Tree } from './tree.ts';

/** A tree that reads from `below` and keeps all changes in memory. */
export function dryRunTree(below: Tree): Tree {
  const written = new Map<string, Uint8Array>();
  const placed = new Map<string, IncomingFile>();
  const removed = new Set<string>();
  const write = async (path: string, content: Content): Promise<void> => {
    written.set(path, concatBytes([...partsOf(content)]));
    removed.delete(path);
  };
  return {
    location: below.location,
    has: async (path) => !removed.has(path) && (written.has(path) || placed.has(path) || below.has(path)),
    read: async (path, maxSize) =>
      removed.has(path) ? undefined : (written.get(path)?.slice() ?? below.read(path, maxSize)),
    list: async (directories) => {
      const isChanged = (path: string): boolean => removed.has(path) || written.has(path) || placed.has(path);
      return [
        ...(await below.list(directories)).filter(({ path }) => !isChanged(path)),
        ...[...written].map(([path, bytes]) => ({ path, size: bytes.length })),
        ...[...placed.values()].map(({ path, size }) => ({ path, size })),
      ];
    },
    // A build does not look at a file of a package again after it has placed it.
    holds: below.holds,
    chunks: below.chunks,
    look: below.look,
    place: async (file) => {
      placed.set(file.path, file);
      removed.delete(file.path);
      return file.link === undefined ? 'copied' : 'linked';
    },
    create: write,
    replace: write,
    remove: async (path) => {
      written.delete(path);
      placed.delete(path);
      removed.add(path);
    },
  };
}
