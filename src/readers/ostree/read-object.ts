/**
 * Reads objects of a repository. Parsers see bytes only; an error here names the object's file, which is what a person has to
 * repair.
 */
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_OBJECT_SIZE } from '../../ostree/limits.ts';
import { objectPath } from '../../ostree/paths.ts';
import type { Folder } from '../../platform/files/folder.ts';
import { digestOf } from '../../platform/hash/sha256.ts';

/** Reads an object that is named by the digest of its bytes, and parses it once it has been verified. */
export function readObject<Parsed>(
  folder: Folder,
  sha256: Digest,
  kind: 'commit' | 'dirtree',
  parse: (bytes: Uint8Array) => Parsed,
): Parsed {
  const path = objectPath(sha256, kind);
  const bytes = folder.read(path, MAX_OBJECT_SIZE);
  const found = digestOf(bytes);
  if (found === sha256) return atPath(path, () => parse(bytes));
  throw new RepomillError('integrity', `expected the bytes of this digest, found those of ${found}`, { path });
}

/** Does some work on a file. An error that names no path is given this one. */
export function atPath<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RepomillError) || error.path !== undefined) throw error;
    throw new RepomillError(error.code, error.message, { path, cause: error });
  }
}
