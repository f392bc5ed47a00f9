/**
 * The indexes of a suite: lists of packages (`Packages`) and of sources (`Sources`), each in one or several compressions. A Release
 * names them, and much else: translations, contents, icons and installers are for others.
 */
import { compareText } from '../../model/order.ts';

/** What an index lists. */
export type AptIndexKind = 'Packages' | 'Sources';

/** Which index of a suite a file is, and in which compression. */
export interface AptIndexName {
  readonly kind: AptIndexKind;
  /** The path without its compression, relative to the suite: `main/binary-amd64/Packages`. */
  readonly plain: string;
  /** `updates/main` for an index in a directory of its own. */
  readonly component: string;
  /** `all` and `source` as well. */
  readonly arch: string;
  /** `.xz`, or empty. */
  readonly suffix: string;
}

/**
 * The compressions that are read, the one that takes least time first. An index that is there in several is read once.
 */
export const indexSuffixes: readonly string[] = ['', '.gz', '.zst', '.xz', '.bz2'];

/** Which index a path relative to a suite names; undefined if it does not name one that lists packages for users. */
export function parseAptIndexName(path: string): AptIndexName | undefined {
  const [, component = '', place = '', arch = 'source', kind = '', suffix = ''] =
    /^(.+)\/(binary-([^/]+)|source)\/(Packages|Sources)(|\.gz|\.zst|\.xz|\.bz2)$/.exec(path) ?? [];
  if (kind !== (place === 'source' ? 'Sources' : 'Packages')) return undefined;
  // apt does not install packages of the installer.
  if (component.split('/').includes('debian-installer')) return undefined;
  return { kind, plain: path.slice(0, path.length - suffix.length), component, arch, suffix };
}

/** Compares by the place in `indexSuffixes`. */
export function compareSuffixes(a: { readonly suffix: string }, b: { readonly suffix: string }): number {
  return indexSuffixes.indexOf(a.suffix) - indexSuffixes.indexOf(b.suffix) || compareText(a.suffix, b.suffix);
}
