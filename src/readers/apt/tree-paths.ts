/**
 * Paths in an apt repository, as its suites write them, below `dists`, and as a user sees them who has named some part of it as the
 * input: for `dists/bookworm`, the file `bookworm/main/binary-amd64/Packages` is `main/binary-amd64/Packages`.
 */
import { type AptTree, releaseNames } from '../../config/find-apt-tree.ts';
import { parseAptIndexName } from './apt-index.ts';

/** Directories of a suite that have no indexes of packages, and may have very many files. */
const OTHERS = /^(?:by-hash|i18n|dep11|cnf|signed|uefi|debian-installer|dist-upgrader.*|installer-.*|.*\.diff)$/;

/** Names between `dists` and an index: two of a suite, two of a component, and its architecture. */
const MAX_DEPTH = 5;

/** Translates paths. */
export interface TreePaths {
  /** The path below `dists` of a path relative to the input; undefined for what is elsewhere in the repository. */
  below(path: string): string | undefined;
  /** The path relative to the input of a path below `dists`: with `..` for one that is not in the input. */
  shown(below: string): string;
  /** Whether a path below `dists` is in the input. */
  isInside(below: string): boolean;
  /** The directory that the input is, below `dists`; undefined if it is `dists` or above. */
  readonly start: string | undefined;
}

/** The paths of a repository, seen from a part of it. */
export function treePaths({ part }: Pick<AptTree, 'part'>): TreePaths {
  const names = part === '' ? [] : part.split('/');
  const isInside = (below: string): boolean => names.length < 2 || `dists/${below}`.startsWith(`${part}/`);
  return {
    below(path) {
      const full = part === '' ? path : `${part}/${path}`;
      return full.startsWith('dists/') ? full.slice('dists/'.length) : undefined;
    },
    shown(below) {
      const full = `dists/${below}`.split('/');
      const common = names.findIndex((name, i) => full[i] !== name);
      const shared = common < 0 ? names.length : common;
      return [...names.slice(shared).map(() => '..'), ...full.slice(shared)].join('/');
    },
    isInside,
    start: names.length < 2 ? undefined : names.slice(1).join('/'),
  };
}

/** What a file of a suite is, by its path below `dists`; undefined for one that is left alone. */
export function kindOfTreeFile(below: string): 'release' | 'index' | undefined {
  const names = below.split('/');
  const name = names.at(-1) ?? '';
  if (releaseNames.includes(name)) {
    // Each index has a Release of its own beside it, without digests.
    return names.length > 1 && !/^(?:binary-.*|source)$/.test(names.at(-2) ?? '') ? 'release' : undefined;
  }
  return parseAptIndexName(below) === undefined ? undefined : 'index';
}

/** Whether a directory below `dists` may have such files. */
export function mayHoldIndexes(below: string): boolean {
  const names = below.split('/');
  return names.length <= MAX_DEPTH && !OTHERS.test(names.at(-1) ?? '');
}
