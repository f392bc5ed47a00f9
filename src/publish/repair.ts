/**
 * Repairs a published tree: files that are not what their names say are hidden from the build, which then makes them anew, or
 * does without them, as if they were missing.
 */
import { messageAbout, RepomillError, throwIfAborted } from '../errors.ts';
import type { Reporter } from '../model/progress.ts';
import { formatPlural } from '../text/quantity.ts';
import type { Tree } from './tree.ts';

/** Checks one immutable file of a tree. Throws `format`, `integrity`, `transport` or `not-found` if it is damaged. */
export type CheckFile = (path: string) => Promise<void>;

/** What a layout checks. */
export interface TreeCheck {
  /** Paths of immutable files, in the order in which they are checked. */
  readonly paths: readonly string[];
  readonly check: CheckFile;
}

/** What a search for damage needs. */
export interface DamageSearch {
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** Finds damaged files, with one warning for all. Throws `interrupted`. */
export async function findDamaged(
  { location }: Pick<Tree, 'location'>,
  { paths, check }: TreeCheck,
  { progress, signal }: DamageSearch,
): Promise<ReadonlySet<string>> {
  const damaged = new Map<string, string>();
  progress.start('checking', paths.length, 'files');
  for (const path of paths) {
    throwIfAborted(signal);
    try {
      await check(path);
    } catch (error) {
      if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
      damaged.set(path, messageAbout(`${location}/${path}`, error));
    }
    progress.advance(1);
  }
  const [first] = damaged;
  if (first !== undefined) {
    const [path, reason] = first;
    const what = damaged.size === 1 ? path : `${formatPlural(damaged.size, 'file')}, such as ${path}`;
    progress.warn(`${location}: damaged: ${what}: ${reason}`);
  }
  return new Set(damaged.keys());
}

/** A tree in which damaged files are missing until they are written, although their names are taken. */
export function withoutDamaged(tree: Tree, damaged: ReadonlySet<string>): Tree {
  const hidden = new Set(damaged);
  return {
    ...tree,
    has: async (path) => !hidden.has(path) && tree.has(path),
    read: async (path, maxSize) => (hidden.has(path) ? undefined : tree.read(path, maxSize)),
    holds: async (path, size) => !hidden.has(path) && tree.holds(path, size),
    look: (path) => (hidden.has(path) ? undefined : tree.look(path)),
    // A file without a byte is never one of ours, but pruned like one.
    list: async (directories) =>
      (await tree.list(directories)).map((file) => (hidden.has(file.path) ? { ...file, size: 0 } : file)),
    async create(path, content) {
      await tree.create(path, content);
      hidden.delete(path);
    },
    async place(file) {
      const transfer = await tree.place(file);
      hidden.delete(file.path);
      return transfer;
    },
  };
}
