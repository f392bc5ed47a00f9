/**
 * Whose files are in a directory: a build writes into an empty directory, or into one with a tree of ours, and never prunes
 * what somebody else put there.
 */
import { RepomillError } from '../errors.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { isTemporaryPath } from '../platform/files/write-files.ts';
import type { TreeFile } from './tree.ts';

/**
 * Refuses a directory that holds somebody else's files: without an entry point of ours, everything in it must be something
 * that an interrupted first build may have left. Next to an entry point, foreign files (`_headers`, `.nojekyll`) are welcome
 * and untouched.
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
