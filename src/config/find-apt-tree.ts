/**
 * Finds the apt repository that a directory holds, or is a part of: suites in a directory `dists`, each with a Release or an
 * InRelease. Only looks at names; `readers/apt/` reads what is there.
 */
import { RepomillError } from '../errors.ts';
import { isDirectory, isFile, listEntries, realPathOf, type TopEntry } from '../platform/files/read-files.ts';
import { viewsFromAbove } from '../platform/files/resolve-inside.ts';

/** Where an apt repository is, and how much of it a directory holds. */
export interface AptTree {
  /** The directory above `dists`, absolute, with every link followed: the `Filename` of a package is relative to it. */
  readonly root: string;
  /** What the directory is below the root: empty for the root itself, otherwise `dists`, `dists/bookworm` or deeper. */
  readonly part: string;
  /** Whether the packages are there, too: in `pool`, where every program that makes such a tree puts them. */
  readonly hasPool: boolean;
}

/** The names of a file that makes a directory a suite. Where both are, apt reads the first. */
export const releaseNames: readonly string[] = ['InRelease', 'Release'];

/** How deep suites may be below `dists`: `bookworm/updates` is two deep. */
const MAX_SUITE_DEPTH = 2;

/** How far below the root a directory may be. */
const MAX_PART_DEPTH = 8;

/** The apt repository that a directory holds or is a part of; undefined if there is none. */
export async function findAptTree(directory: string): Promise<AptTree | undefined> {
  const here = await realPathOf(directory);
  if (await hasSuites(`${here}/dists`, MAX_SUITE_DEPTH)) return treeAt(here, '');
  for (const { directory: root, path: part } of viewsFromAbove(here, MAX_PART_DEPTH)) {
    if (part !== 'dists' && !part.startsWith('dists/')) continue;
    const isTree = (await hasSuites(here, MAX_SUITE_DEPTH)) || (await isInSuite(root, part));
    return isTree ? treeAt(root, part) : undefined;
  }
  return undefined;
}

async function treeAt(root: string, part: string): Promise<AptTree> {
  return { root, part, hasPool: await isDirectory(`${root}/pool`) };
}

/** Whether a directory has suites below it. */
async function hasSuites(directory: string, depth: number): Promise<boolean> {
  for (const { name, kind } of entriesIn(directory)) {
    if (kind !== 'directory') continue;
    const below = `${directory}/${name}`;
    if ((await isSuite(below)) || (depth > 1 && (await hasSuites(below, depth - 1)))) return true;
  }
  return false;
}

/** What cannot be looked at has no suites: what is wrong with it, the listing of the input says. */
function entriesIn(directory: string): readonly TopEntry[] {
  try {
    return listEntries(directory);
  } catch (error) {
    if (error instanceof RepomillError) return [];
    throw error;
  }
}

/** Whether a directory below `dists` is a suite, or in one. */
async function isInSuite(root: string, part: string): Promise<boolean> {
  for (let path = part; path.includes('/'); path = path.slice(0, path.lastIndexOf('/'))) {
    if (await isSuite(`${root}/${path}`)) return true;
  }
  return false;
}

async function isSuite(directory: string): Promise<boolean> {
  for (const name of releaseNames) if (await isFile(`${directory}/${name}`)) return true;
  return false;
}
