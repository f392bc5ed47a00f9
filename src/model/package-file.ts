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

/** The files that a record names by path: its own, and those of its package deltas. A record with only a `url` names none. */
export function namedFilesOf(record: Readonly<Record<string, unknown>>): readonly NamedFile[] {
  const deltas: readonly unknown[] = Array.isArray(record.packageDeltas) ? record.packageDeltas : [];
  return [record, ...deltas.filter(isObject)].flatMap((fields) => namedFileOf(fields) ?? []);
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
