/**
 * The suites of an apt repository: which directories below `dists` are suites, and which of them are the same one under several
 * names. `stable` is often a link to `bookworm`: such a suite counts once.
 */
import { compareText } from '../../model/order.ts';
import { realPathOf } from '../../platform/files/read-files.ts';
import { pathInside } from '../../platform/files/resolve-inside.ts';

/** A directory with a Release. */
export interface SuiteDirectory {
  /** Below `dists`, with `/`: `bookworm`, `buster/updates`. */
  readonly path: string;
  /** Links to it, as paths below `dists`. */
  readonly aliases: readonly string[];
}

/**
 * The suites among directories below `dists`, each once, in order: a directory under its own name if that is one of them.
 *
 * @param dists - the directory `dists`, absolute, with every link followed
 */
export async function groupSuites(dists: string, paths: readonly string[]): Promise<readonly SuiteDirectory[]> {
  const byPlace = new Map<string, string[]>();
  for (const path of paths.toSorted(compareText)) {
    const place = await realPathOf(`${dists}/${path}`);
    const known = byPlace.get(place);
    if (known === undefined) byPlace.set(place, [path]);
    else known.push(path);
  }
  return [...byPlace].map(([place, names]) => {
    const own = pathInside(dists, place);
    const path = names.find((name) => name === own) ?? names[0] ?? '';
    return { path, aliases: names.filter((name) => name !== path) };
  });
}

/** A name without slashes for something that has its name from a path: `buster-updates` for `buster/updates`. */
export function flatName(path: string): string {
  return path.replaceAll('/', '-');
}
