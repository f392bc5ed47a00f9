/**
 * A file that comes into a tree from somewhere else, whole: the file of a package. It may be larger than memory, so its bytes
 * come piece by piece, and are verified on their way.
 */
import { RepomillError } from '../errors.ts';
import { pathBelow } from '../model/location.ts';
import type { PackageFile } from '../model/package-file.ts';
import type { FileStamp } from '../platform/files/file-stamp.ts';
import { startDigest } from '../platform/hash/sha256.ts';

/** A file to put into a tree. */
export interface IncomingFile extends PackageFile {
  /** A file to link to: it has this content as long as it has this stamp. Absent: the bytes are copied. */
  readonly link?: { readonly file: string; readonly stamp: FileStamp };
  /** The tree that it comes from, a directory or a URL. Absent: it comes from the input. */
  readonly from?: string;
  /** Whether the tree has a damaged file of ours at this path. */
  readonly replaces: boolean;
  /** The bytes, unverified. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The bytes of a file. Ends in a `conflict` or `integrity` error if they are not those that were planned. */
export async function* verifiedChunks(file: IncomingFile): AsyncGenerator<Uint8Array, void> {
  const { path, size, sha256, from, chunks } = file;
  const digest = startDigest();
  let left = size;
  for await (const chunk of chunks()) {
    left -= chunk.length;
    if (left < 0) break;
    digest.update(chunk);
    yield chunk;
  }
  if (left === 0 && digest.finish() === sha256) return;
  throw from === undefined ? changedFile(path) : damagedFile(from, file);
}

/** The error for a file that changed after it was hashed. */
export function changedFile(path: string): RepomillError {
  return new RepomillError('conflict', 'changed while this build was running', { path, hint: 'run this build again' });
}

function damagedFile(from: string, { path, sha256 }: PackageFile): RepomillError {
  return new RepomillError('integrity', `expected the file with sha256 ${sha256}, found a different one`, {
    path: pathBelow(from, path),
    hint: 'restore it there, or delete it: without it, the build goes on with a warning',
  });
}
