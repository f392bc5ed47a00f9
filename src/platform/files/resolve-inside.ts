/**
 * Joins a path of a tree or a name of a store to a directory. Refuses a path that leads out of the directory. Links inside it
 * are followed wherever they lead: somebody put them there on purpose.
 */
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';

/** The file at a path of one or more names joined by `/`. Throws a usage error for `..`, empty names and the like. */
export function resolveInside(directory: string, path: string): string {
  const names = path.split('/');
  if (names.every((name) => name !== '' && name !== '.' && name !== '..' && !/[\\:\0]/.test(name))) {
    return join(directory, ...names);
  }
  throw new RepomillError('usage', 'expected a path of names joined by "/"', { path });
}
