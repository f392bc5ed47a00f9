/**
 * How the listing of a directory looks at its folders: each time anew, or remembering what it saw, for several lists that are
 * made one after the other.
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
  /** Looks at the names in a folder anew the next time. */
  forget(folder: string): void;
}

/** Remembers nothing. */
export const freshView: FolderView = {
  namesIn: (folder) => readdirSync(folder).filter((name) => !name.startsWith('.')),
  statsOf(path) {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats && entryStats(stats);
  },
  forget: () => undefined,
};

/** A view that looks at everything once. */
export function rememberingView(): FolderView {
  const names = new Map<string, readonly string[]>();
  const entries = new Map<string, EntryStats>();
  return {
    namesIn(folder) {
      const known = names.get(folder) ?? freshView.namesIn(folder);
      names.set(folder, known);
      return known;
    },
    statsOf(path) {
      const known = entries.get(path) ?? freshView.statsOf(path);
      if (known !== undefined) entries.set(path, known);
      return known;
    },
    forget: (folder) => void names.delete(folder),
  };
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
