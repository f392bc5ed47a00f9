/**
 * Joins a path of a tree or a name of a store to a directory, and takes it off again. Refuses a path that leads out of the
 * directory. Links inside it are followed wherever they lead: somebody put them there on purpose.
 */
import { join, resolve, sep } from 'node:path';
import { RepomillError } from '../../errors.ts';

/** The file at a path of one or more names joined by `/`. Throws a usage error for `..`, empty names and the like. */
export function resolveInside(directory: string, path: string): string {
  const names = path.split('/');
  if (names.every((name) => name !== '' && name !== '.' && name !== '..' && !/[\\:\0]/.test(name))) {
    return join(directory, ...names);
  }
  throw new RepomillError('usage', 'expected a path of names joined by "/"', { path });
}

/** A file as it is seen from a directory above it. */
export interface FileView {
  readonly directory: string;
  /** Relative to the directory, with `/`. */
  readonly path: string;
}

/** A file as it is seen from the directories above it, the nearest first, at most `depth` of them. */
export function* viewsFromAbove(file: string, depth: number): Generator<FileView, void> {
  let end = file.length;
  for (let level = 0; level < depth && end > 0; level++) {
    end = file.lastIndexOf(sep, end - 1);
    if (end < 0) return;
    yield { directory: file.slice(0, end) || sep, path: withSlashes(file.slice(end + 1)) };
  }
}

/**
 * The path of a file relative to a directory, with `/`: what `resolveInside` takes. Undefined for a file elsewhere.
 *
 * @param file - absolute, with every link in it followed, as the directory is
 */
export function pathInside(directory: string, file: string): string | undefined {
  const start = directory.endsWith(sep) ? directory : `${directory}${sep}`;
  return file.startsWith(start) ? withSlashes(file.slice(start.length)) : undefined;
}

/** The same for two paths as people type them, from the working directory. Links are not followed. */
export function typedPathInside(directory: string, file: string): string | undefined {
  return pathInside(resolve(directory), resolve(file));
}

/** Whether a file is the directory or inside it. Both are absolute, with every link in them followed. */
export function isWithin(file: string, directory: string): boolean {
  return file === directory || pathInside(directory, file) !== undefined;
}

function withSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
