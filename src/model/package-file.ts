/**
 * The files of packages: what a client downloads after it has read a record.
 */
import { isObject } from '../bytes/json.ts';
import { defined } from './defined.ts';
import { type Digest, isDigest } from './digest.ts';

/** A file of a package. */
export interface PackageFile {
  /** Relative to the root of the tree. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: Digest;
}

/** A file as a record names it; the record may lack its size and digest. */
export type NamedFile = Pick<PackageFile, 'path'> & Partial<PackageFile>;

/**
 * The files that a record names by path: its own, those of its package deltas, and the archives of a source package. A record with
 * only a `url` names none.
 */
export function namedFilesOf(record: Readonly<Record<string, unknown>>): readonly NamedFile[] {
  const deltas: readonly unknown[] = Array.isArray(record.packageDeltas) ? record.packageDeltas : [];
  const named = [record, ...deltas.filter(isObject)].flatMap((fields) => namedFileOf(fields) ?? []);
  return record.arch === 'source' ? [...named, ...sourceFilesOf(record)] : named;
}

/** The archives of a Debian source package, which are beside its own file: lines of a digest, a size and a name. */
function sourceFilesOf({ path, 'Checksums-Sha256': list }: Readonly<Record<string, unknown>>): readonly NamedFile[] {
  if (typeof path !== 'string' || typeof list !== 'string') return [];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return list.split('\n').flatMap((line) => {
    const [sha256, size, name] = line.trim().split(/[ \t]+/);
    const own = name === undefined ? path : folder + name;
    return own === path || !isDigest(sha256) ? [] : [{ path: own, size: Number(size), sha256 }];
  });
}

/** The file that a record, or one of its package deltas, names by path. */
export function namedFileOf({ path, size, sha256 }: Readonly<Record<string, unknown>>): NamedFile | undefined {
  if (typeof path !== 'string') return undefined;
  return defined({
    path,
    size: typeof size === 'number' ? size : undefined,
    sha256: isDigest(sha256) ? sha256 : undefined,
  });
}

/**
 * Whether the path of a file says which content it has, so that a different content gets a different path: it has the version
 * in it (without an epoch), or a digest.
 */
export function namesContent({ path, sha256 }: PackageFile, version: string): boolean {
  const short = version.slice(version.indexOf(':') + 1);
  return path.includes(short) || path.includes(sha256.slice(0, 8)) || /[0-9a-f]{32}/.test(path);
}

/** Equal for two paths that are one where the file system ignores case, or writes accents in one way alone. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}
