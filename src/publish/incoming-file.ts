/**
 * A file that comes into a tree from somewhere else, whole: the file of a package. It may be larger than memory, so its bytes
 * come piece by piece, and are verified on their way.
 */
import { RepomillError } from '../errors.ts';
import type { PackageFile } from '../model/package-file.ts';
import type { FileStamp } from '../platform/files/file-stamp.ts';
import { startDigest } from '../platform/hash/sha256.ts';

/** A file to put into a tree. */
export interface IncomingFile extends PackageFile {
  /** A file to link to: it has this content as long as it has this stamp. Absent: the bytes are copied. */
  readonly link?: { readonly file: string; readonly stamp: FileStamp };
  /** Whether the tree has a damaged file of ours at this path. */
  readonly replaces: boolean;
  /** The bytes, unverified. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The bytes of a file. Ends in a `conflict` error if they are not those that were planned. */
export async function* verifiedChunks({ path, size, sha256, chunks }: IncomingFile): AsyncGenerator<Uint8Array, void> {
  const digest = startDigest();
  let left = size;
  for await (const chunk of chunks()) {
    left -= chunk.length;
    if (left < 0) break;
    digest.update(chunk);
    yield chunk;
  }
  if (left !== 0 || digest.finish() !== sha256) throw changedFile(path);
}

/** The error for a file that changed after it was hashed. */
export function changedFile(path: string): RepomillError {
  return new RepomillError('conflict', 'changed while this build was running', { path, hint: 'run this build again' });
}
