/**
 * The names of indexes in a Release file: `main/binary-amd64/Packages.xz` is the compressed list of packages of one component and
 * architecture. As apt asks for them (`apt-pkg/deb/debmetaindex.cc`).
 */

/** What an index holds. */
export type IndexKind = 'packages' | 'sources' | 'patches' | 'contents';

/** A parsed name. */
export interface IndexName {
  readonly kind: IndexKind;
  readonly component: string;
  /** An architecture, or `source`. */
  readonly arch: string;
  /** The name without the ending of a compression. */
  readonly base: string;
}

const SUFFIXES = ['.xz', '.gz', '.bz2', '.zst', '.lzma', '.lz4'];

/** The ending of a compression that a path has; empty if it has none. */
export function compressionSuffix(path: string): string {
  return SUFFIXES.find((suffix) => path.endsWith(suffix)) ?? '';
}

/** What a name says; undefined if it is of no index. */
export function parseIndexName(path: string): IndexName | undefined {
  const base = path.slice(0, path.length - compressionSuffix(path).length);
  const [, component = '', directory = '', file = '', diff] =
    /^([^/]+)\/(binary-[^/]+|source)\/(Packages|Sources)(\.diff\/Index)?$/.exec(base) ?? [];
  if (component !== '') {
    const arch = directory === 'source' ? directory : directory.slice('binary-'.length);
    if ((arch === 'source') !== (file === 'Sources')) return undefined;
    const kind = diff !== undefined ? 'patches' : file === 'Sources' ? 'sources' : 'packages';
    return { kind, component, arch, base };
  }
  const [, owner, arch] = /^([^/]+)\/Contents-([^/]+)$/.exec(base) ?? [];
  return owner === undefined || arch === undefined ? undefined : { kind: 'contents', component: owner, arch, base };
}
