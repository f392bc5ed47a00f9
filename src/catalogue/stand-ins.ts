/**
 * Files that are not what their name says, because a program on the way put something else in their place: a pointer of Git LFS
 * that was never replaced by its file, or a file that was compressed a second time.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { compressionOf } from '../platform/zlib/compressions.ts';
import { headText } from '../readers/head-text.ts';

/** A file, as far as it is needed to see what it is. */
type Beginning = Pick<InputFile, 'head'>;

/** Bytes. A pointer of Git LFS is shorter (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
export const MAX_LFS_POINTER = 1024;

/** How a pointer of Git LFS begins. */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** What a pointer of Git LFS is, and what helps; undefined if the file is something else. */
export function describeLfsPointer(file: Beginning): string | undefined {
  if (headText(file, LFS_POINTER.length) !== LFS_POINTER) return undefined;
  return 'a pointer of Git LFS; fetch the file with `git lfs pull`';
}

/** What is wrong with a decompressed file of metadata as a whole; undefined if it may be what its name says. */
export function findStandIn(file: Beginning): string | undefined {
  const pointer = describeLfsPointer(file);
  if (pointer !== undefined) return `expected package metadata, found ${pointer}`;
  const compression = compressionOf('', file.head);
  return compression && `expected text, found ${compression.suffix.slice(1)} data again: the file is compressed twice`;
}
