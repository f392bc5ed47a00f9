/**
 * Files that are not what their name says, because a program on the way put something else in their place: a pointer of Git LFS
 * that was never replaced by its file, or a file that was compressed a second time.
 */
import type { InputFile } from '../../platform/files/input-file.ts';
import { compressionOf } from '../../platform/zlib/compressions.ts';
import { headText } from '../../readers/head-text.ts';

/** How a pointer of Git LFS begins (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** What is wrong with a decompressed file as a whole; undefined if it may be what its name says. */
export function findStandIn(file: Pick<InputFile, 'head'>): string | undefined {
  if (headText(file, LFS_POINTER.length) === LFS_POINTER) {
    return 'expected package metadata, found a pointer of Git LFS; fetch the file with `git lfs pull`';
  }
  const compression = compressionOf('', file.head);
  return compression && `expected text, found ${compression.suffix.slice(1)} data again: the file is compressed twice`;
}
