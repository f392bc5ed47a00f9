/**
 * Publishes the files of packages: puts those into the tree that it lacks, and removes those that no client asks for any more.
 */
import { inParallel } from '../../async/parallel.ts';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import { foldPath, type PackageFile } from '../../model/package-file.ts';
import type { Reporter } from '../../model/progress.ts';
import { checkpoint, FILES_PER_TURN } from '../../platform/threads/next-turn.ts';
import { formatPlural } from '../../text/quantity.ts';
import type { IncomingFile } from '../incoming-file.ts';
import type { Transfer, Tree } from '../tree.ts';

/** What happened to the files of packages. Each list is in the order of paths. */
export interface PublishedPackages {
  readonly copied: readonly PackageFile[];
  readonly linked: readonly PackageFile[];
  readonly removed: readonly string[];
}

/** How many files are copied at once: each has a megabyte in memory. */
const PARALLEL_COPIES = 8;

/**
 * Puts files into the tree, by links or as copies.
 *
 * @throws RepomillError `conflict` if a file has changed since it was hashed, or if two paths are one on this file system;
 *   `integrity` if one comes damaged from the previous tree; `interrupted`
 */
export async function placePackages(
  files: readonly IncomingFile[],
  tree: Tree,
  { progress, signal }: { readonly progress: Reporter; readonly signal?: AbortSignal | undefined },
): Promise<Omit<PublishedPackages, 'removed'>> {
  const placed: Readonly<Record<Transfer, PackageFile[]>> = { copied: [], linked: [] };
  const unlinked: string[] = [];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > 0) progress.start('copying', bytes, 'bytes');
  let placedFiles = 0;
  const placeOne = async (file: IncomingFile): Promise<void> => {
    if (++placedFiles % FILES_PER_TURN === 0) await checkpoint(signal);
    throwIfAborted(signal);
    await refuseAlias(file, tree);
    const { path, size, sha256 } = file;
    const transfer = await tree.place(file);
    placed[transfer].push({ path, size, sha256 });
    if (transfer === 'copied' && file.link !== undefined) unlinked.push(path);
    progress.advance(size);
  };
  // Two paths may be one file here: the second is placed after the first is there to be found.
  const firsts = new Map(files.toReversed().map((file) => [foldPath(file.path), file]));
  await inParallel([...firsts.values()], PARALLEL_COPIES, placeOne);
  for (const file of files) if (firsts.get(foldPath(file.path)) !== file) await placeOne(file);
  warnOfCopies(unlinked, progress);
  for (const own of [placed.copied, placed.linked]) own.sort((a, b) => compareText(a.path, b.path));
  return placed;
}

/** Where a file system ignores case, or writes accents in one way alone, two paths may be one file. */
async function refuseAlias({ path, replaces }: IncomingFile, tree: Tree): Promise<void> {
  if (replaces || !(await tree.has(path))) return;
  throw new RepomillError('conflict', 'exists under a path that this file system does not tell apart from this one', {
    path: `${tree.location}/${path}`,
    hint: 'give one of the two files a path that differs in more than case',
  });
}

function warnOfCopies(unlinked: readonly string[], progress: Reporter): void {
  const [first] = unlinked.toSorted(compareText);
  if (first === undefined) return;
  const count = formatPlural(unlinked.length, 'package file was', 'package files were');
  const why = 'no link could be made, or the original has other read permissions';
  progress.warn(`${count} copied, not linked, such as ${first}: ${why}`);
}

/** Removes files, and returns their paths. One that a different program has changed stays, with a warning. */
export async function removePackages(
  files: readonly PackageFile[],
  tree: Tree,
  progress: Reporter,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const { path, size, sha256 } of files) {
    const found = tree.look(path);
    if (found === undefined) continue;
    if (found.kind === 'file' && found.size === size && (await found.digest()) === sha256) {
      await tree.remove(path);
      removed.push(path);
    } else progress.warn(`${tree.location}/${path}: not removed, because it is no longer what repomill published`);
  }
  return removed.sort(compareText);
}
