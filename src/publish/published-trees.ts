/**
 * Recognises published trees, and the files in them by their real paths. A build never reads those as input, so that the input
 * may be the output, or hold the output of an earlier build.
 */
import { RepomillError } from '../errors.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { openFolder } from '../platform/files/folder.ts';
import { realPathOf } from '../platform/files/read-files.ts';
import { pathInside, viewsFromAbove } from '../platform/files/resolve-inside.ts';

/** Bytes by which an entry point is recognised. */
const HEAD_SIZE = 4096;

/** The most names in the path of a file in a tree. */
const MAX_DEPTH = 10;

/** The layouts that are published in a directory: those with an entry point there. */
export function publishedIn(directory: string, owners: readonly TreeOwner[]): readonly TreeOwner[] {
  const folder = openFolder(directory);
  return owners.filter(({ entryPoints, recognises }) =>
    entryPoints.some((path) => {
      try {
        return folder.has(path) && (recognises?.(folder.readHead(path, HEAD_SIZE).bytes) ?? true);
      } catch (error) {
        // A directory of that name, a loop of links, a file that may not be read.
        if (error instanceof RepomillError) return false;
        throw error;
      }
    }),
  );
}

/**
 * Whether a file, given by its real path, is part of a published tree, or of the one that is being built.
 *
 * @param out - the directory of the tree that is being built; need not exist
 * @param writers - the layouts whose files it may have, published or not
 * @param owners - all layouts
 */
export async function treeMembership(
  out: string,
  writers: readonly TreeOwner[],
  owners: readonly TreeOwner[],
): Promise<(realPath: string) => boolean> {
  const names = ['', ...new Set(writers.flatMap(({ directories }) => directories))];
  // The tree's directories may be links.
  const places = await Promise.all(
    names.map(async (name) => ({ start: name === '' ? '' : `${name}/`, real: await realPathOf(`${out}/${name}`) })),
  );
  const isInOutput = (realPath: string): boolean =>
    places.some(({ start, real }) => {
      const path = pathInside(real, realPath);
      return path !== undefined && writers.some((writer) => writer.owns(`${start}${path}`));
    });
  const isInTree = publishedMembership(owners);
  return (realPath) => isInOutput(realPath) || isInTree(realPath);
}

/** Whether a file, given by its real path, is part of any published tree. */
export function publishedMembership(owners: readonly TreeOwner[]): (realPath: string) => boolean {
  const known = new Map<string, readonly TreeOwner[]>();
  return (realPath) => {
    for (const { directory, path } of viewsFromAbove(realPath, MAX_DEPTH)) {
      if (!owners.some((owner) => owner.owns(path))) continue;
      const published = known.get(directory) ?? publishedIn(directory, owners);
      known.set(directory, published);
      if (published.some((owner) => owner.owns(path))) return true;
    }
    return false;
  };
}
