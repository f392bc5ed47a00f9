/**
 * Checks who owns the files in a directory: a build writes into an empty directory or into one of our trees, and never prunes
 * foreign files.
 */
import { RepomillError } from '../errors.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { isTemporaryPath } from '../platform/files/write-files.ts';
import type { TreeFile } from './tree.ts';

/**
 * Refuses a directory with foreign files. Without one of our entry points, everything in it must be a possible leftover of an
 * interrupted first build. Next to an entry point, foreign files (`_headers`, `.nojekyll`) are allowed and left alone.
 */
export function checkOwnership(files: readonly TreeFile[], directory: string, owners: readonly TreeOwner[]): void {
  const entryPoints = new Set(owners.flatMap((owner) => owner.entryPoints));
  if (files.some(({ path }) => entryPoints.has(path))) return;
  const foreign = files.find(({ path }) => !isTemporaryPath(path) && !owners.some((owner) => owner.owns(path)));
  if (foreign === undefined) return;
  throw new RepomillError('conflict', `contains files that repomill did not write, such as ${foreign.path}`, {
    path: directory,
    hint: 'use an empty directory, or one written by an earlier build',
  });
}
