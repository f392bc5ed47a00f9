/**
 * How the listing of a directory looks at its folders: each time anew, or, where two lists are made one after the other, with what
 * the first has seen.
 */
import { lstatSync, readdirSync, type Stats } from 'node:fs';

/** What an entry of a folder is; a link is not followed. */
export interface EntryStats {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
}

/** Looks at folders. Throws what the system throws. */
export interface FolderView {
  /** The names in a folder that are not hidden. */
  namesIn(folder: string): readonly string[];
  /** What an entry is; undefined if it is gone. */
  statsOf(path: string): EntryStats | undefined;
}

/** Remembers nothing. */
export const freshView: FolderView = {
  namesIn: (folder) => readdirSync(folder).filter((name) => !name.startsWith('.')),
  statsOf(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats && entryStats(stats);
  },
};

/**
 * Views for two lists of one directory. The first remembers what it sees; the second looks only at what the first did not look at,
 * and what it has seen is forgotten: a build lasts longer than its lists.
 */
export function successiveViews(): { readonly first: FolderView; readonly second: FolderView } {
  const names = new Map<string, readonly string[]>();
  const entries = new Map<string, EntryStats>();
  return {
    first: {
      namesIn(folder) {
        const found = freshView.namesIn(folder);
        names.set(folder, found);
        return found;
      },
      statsOf(path) {
        const found = freshView.statsOf(path);
        if (found !== undefined) entries.set(path, found);
        return found;
      },
    },
    second: {
      namesIn: (folder) => taken(names, folder) ?? freshView.namesIn(folder),
      statsOf: (path) => taken(entries, path) ?? freshView.statsOf(path),
    },
  };
}

function taken<Value>(known: Map<string, Value>, key: string): Value | undefined {
  const value = known.get(key);
  known.delete(key);
  return value;
}

/** What the system's stats say. */
export function entryStats(stats: Stats): EntryStats {
  return { kind: kindOf(stats), size: stats.size };
}

function kindOf(stats: Stats): EntryStats['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
