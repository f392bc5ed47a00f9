/**
 * How files of a directory were when they were first looked at. Who plans from what it read, and takes a lock only to write,
 * finds out here whether the plan still holds.
 */
import { statSync } from 'node:fs';

/** Files that were looked at. Paths are relative to the directory. */
export interface SeenFiles {
  /** Notes how a file or a directory is now, unless it was noted before. To be called before it is read. */
  note(path: string): void;
  /** The first noted path that has changed, appeared or disappeared since; undefined if none has. */
  findChanged(): string | undefined;
}

/** Starts with no files. */
export function seenFiles(directory: string): SeenFiles {
  const seen = new Map<string, string>();
  return {
    note(path) {
      if (!seen.has(path)) seen.set(path, versionOf(`${directory}/${path}`));
    },
    findChanged: () => [...seen].find(([path, version]) => versionOf(`${directory}/${path}`) !== version)?.[0],
  };
}

// A file that was replaced has a different inode; a directory gets a new time when an entry appears or disappears.
function versionOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? 'missing' : `${found.ino} ${found.mtimeNs} ${found.isFile() ? found.size : ''}`;
  } catch {
    // What is below a file is not there either.
    return 'missing';
  }
}
