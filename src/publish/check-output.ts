/**
 * Checks the directory of an output before anything is written there. Files of other programs stay: a `.git`, a web page, the
 * packages themselves. Refuses what is in the way of the tree: foreign files under the names that it needs, and in the
 * directories that are its own.
 */
import { type Problem, RepomillError } from '../errors.ts';
import { compareProblems } from '../model/problems.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { exists, findEntry, isFile, listEntries, type TopEntry } from '../platform/files/read-files.ts';
import { formatPlural } from '../text/quantity.ts';
import { publishedIn } from './published-trees.ts';
import type { Tree } from './tree.ts';

/** An output, and who may have written there. */
export interface CheckedOutput {
  readonly tree: Tree;
  /** The layout that is built. */
  readonly owner: TreeOwner;
  /** All layouts. */
  readonly owners: readonly TreeOwner[];
  /** Whether the output is an OSTree repository, whose other files are not foreign. */
  readonly isRepository: boolean;
}

/**
 * Checks an output.
 *
 * @returns the layouts whose files it may have: the one that is built, and those that are published there
 * @throws RepomillError `conflict` with everything that is in the way
 */
export async function checkOutput({ tree, owner, owners, isRepository }: CheckedOutput): Promise<readonly TreeOwner[]> {
  const directory = tree.location;
  if (await isFile(directory)) {
    throw new RepomillError('conflict', 'expected a directory, found a file', { path: directory });
  }
  if (findEntry(directory) === 'hidden') {
    const found = 'a link that leads nowhere, or a file in its path';
    throw new RepomillError('conflict', `expected a directory, found ${found}`, { path: directory });
  }
  const entries = listEntries(directory);
  const names = entries.map(({ name }) => name);
  const published = publishedIn(directory, owners);
  const otherCases = findOtherCases(names, owner, (name) => exists(`${directory}/${name}`));
  const problems = [...wrongKinds(entries, owner), ...otherCases];
  // Among published files, a foreign one does no harm: somebody put it there on purpose, or a file manager did.
  if (problems.length === 0 && !published.includes(owner) && !isRepository) {
    problems.push(...(await foreignFiles(tree, owner, owners)));
  }
  if (problems.length === 0) return [...new Set([owner, ...published])];
  const count = formatPlural(problems.length, 'file is', 'files are');
  throw new RepomillError('conflict', `${count} in the way; nothing was written`, {
    path: directory,
    problems: problems.map(({ file, message }) => ({ file: `${directory}/${file}`, message })).sort(compareProblems),
    hint: `move ${problems.length === 1 ? 'it' : 'them'} away, or build into a different directory`,
  });
}

/** Files where directories have to be, and the other way round. */
function wrongKinds(entries: readonly TopEntry[], owner: TreeOwner): readonly Problem[] {
  return entries.flatMap(({ name, kind }) => {
    const isDirectory = owner.directories.includes(name);
    const expected = isDirectory ? 'directory' : owner.owns(name) ? 'file' : kind;
    if (kind === expected) return [];
    const found = { file: 'file', directory: 'directory', neither: 'link that leads nowhere, or a pipe' }[kind];
    return [{ file: name, message: `expected a ${expected}, found a ${found}` }];
  });
}

/**
 * Names that differ from ours in case alone, on a file system that ignores case. What is written there would keep the wrong name,
 * and hosts tell the two apart.
 *
 * @param names - at the top of the tree
 * @param isThere - whether the file system has something under a name
 */
export function findOtherCases(
  names: readonly string[],
  owner: TreeOwner,
  isThere: (name: string) => boolean,
): readonly Problem[] {
  return names.flatMap((name) => {
    const ours = name.toLowerCase();
    const isNeeded = owner.directories.includes(ours) || owner.owns(ours);
    if (name === ours || !isNeeded || names.includes(ours) || !isThere(ours)) return [];
    return [{ file: name, message: `expected the name ${ours}, which is the same to this file system` }];
  });
}

/**
 * Files that repomill did not write, where the layout is not published yet. In its directories only names with digests are its
 * own, left by an interrupted first build. At the top, names say nothing: without such leftovers, they are foreign.
 */
async function foreignFiles(tree: Tree, owner: TreeOwner, owners: readonly TreeOwner[]): Promise<readonly Problem[]> {
  const files = (await tree.list(owner.directories)).map(({ path }) => path);
  const inside = files.filter((path) => path.includes('/') && !/(?:^|\/)\./.test(path));
  const foreign = inside.filter((path) => !owners.some((one) => one.owns(path)));
  const hasLeftovers = inside.length > foreign.length;
  const top = hasLeftovers ? [] : files.filter((path) => !path.includes('/') && owner.owns(path));
  return [
    ...foreign.map((file) => ({ file, message: 'not written by repomill, in a directory that the tree needs' })),
    ...top.map((file) => ({ file, message: 'not written by repomill, under a name that the tree needs' })),
  ];
}
