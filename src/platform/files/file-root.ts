/**
 * A directory that files are taken from by their relative paths, and that no path may lead out of, by `..` or by a link.
 * Synchronous: there may be a hundred thousand files, and a promise for each takes longer than the file system does.
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { type FileStamp, fileStampOf } from './file-stamp.ts';
import { kindOfEntry } from './regular-file.ts';
import { isWithin } from './resolve-inside.ts';
import { explainFailure } from './system-error.ts';

/** What is at a path below a root. */
export type FoundFile =
  | { readonly kind: 'file'; readonly file: string; readonly stamp: FileStamp }
  | { readonly kind: 'missing' }
  /** Something that is not taken. `what` is a phrase: `a directory`, `a link to /etc/passwd`. */
  | { readonly kind: 'other'; readonly what: string };

/** A directory to take files from. */
export interface FileRoot {
  /** The directory, with every link in its path followed. */
  readonly directory: string;
  /** Looks at a path of names joined by `/`. A link inside the directory is followed. Nothing is opened. */
  find(path: string): FoundFile;
}

/**
 * Opens a root.
 *
 * @param location - relative to the directory `base`, or absolute
 * @throws RepomillError `not-found` if there is no such directory
 */
export function openFileRoot(base: string, location: string): FileRoot {
  const directory = realDirectory(resolve(base, location));
  const parents = new Map<string, string>();
  const realParent = (path: string): string => {
    const known = parents.get(path);
    if (known !== undefined) return known;
    const real = realpathSync.native(join(directory, path));
    parents.set(path, real);
    return real;
  };
  const look = (path: string): FoundFile => {
    const slash = path.lastIndexOf('/');
    const parent = realParent(path.slice(0, Math.max(0, slash)));
    let file = join(parent, path.slice(slash + 1));
    let stats = lstatSync(file, { bigint: true });
    if (stats.isSymbolicLink()) {
      file = realpathSync.native(file);
      stats = statSync(file, { bigint: true });
    }
    if (!isWithin(parent, directory) || !isWithin(file, directory)) return { kind: 'other', what: `a link to ${file}` };
    if (!stats.isFile()) return { kind: 'other', what: kindOfEntry(stats) };
    return { kind: 'file', file, stamp: fileStampOf(stats) };
  };
  return {
    directory,
    find(path) {
      try {
        return look(path);
      } catch (cause) {
        const { code, text } = explainFailure(cause);
        if (code !== 'not-found') return { kind: 'other', what: `something that cannot be read: ${text}` };
        return isLink(join(directory, path)) ? { kind: 'other', what: 'a link to nothing' } : { kind: 'missing' };
      }
    },
  };
}

/** A directory with every link in its path followed. Throws `not-found` if there is none, `transport` if it cannot be looked at. */
export function realDirectory(path: string): string {
  try {
    if (statSync(path).isDirectory()) return realpathSync.native(path);
  } catch (cause) {
    const { code, text } = explainFailure(cause);
    const message = code === 'not-found' ? 'no such directory' : `cannot read: ${text}`;
    throw new RepomillError(code, message, { path, cause });
  }
  throw new RepomillError('not-found', 'expected a directory, found a file', { path });
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
