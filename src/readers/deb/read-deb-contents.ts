/**
 * The paths that a Debian package installs, for `Contents` files. The data archive is decompressed as a stream and never kept.
 */
import { DataPaths } from '../../deb/data-paths.ts';
import { locateMembers } from '../../deb/members.ts';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { MAX_INPUT_SIZE } from '../../model/limits.ts';
import { noDigests, withStoredFile } from '../../platform/files/stored-file.ts';
import { decompressRange } from '../../platform/zlib/decompress-range.ts';

/**
 * The sorted paths of a package's files and links, without `./`; directories are left out, as in the files of apt-ftparchive.
 *
 * @param file - where the package is on disk
 * @throws RepomillError `not-found` or `transport` if it cannot be read; `format` if it is no package, or if its data is cut off,
 *   corrupt, or more than `MAX_INPUT_SIZE` bytes
 */
export async function readDebContents(file: string, signal?: AbortSignal): Promise<readonly string[]> {
  return withStoredFile(file, noDigests, async (stored) => {
    const { start, size, ...data } = locateMembers(stored).data;
    const paths = new DataPaths();
    let bytes = 0;
    try {
      const range = { size, read: (at: number, length: number) => stored.read(start + at, length) };
      for await (const chunk of decompressRange(range, data.compression)) {
        throwIfAborted(signal);
        bytes += chunk.length;
        if (bytes > MAX_INPUT_SIZE) {
          throw new RepomillError('format', `expected at most ${MAX_INPUT_SIZE} bytes uncompressed, found more`);
        }
        paths.push(chunk);
      }
      return paths.finish();
    } catch (cause) {
      if (!(cause instanceof RepomillError) || cause.code !== 'format') throw cause;
      throw new RepomillError('format', `${data.name}: ${cause.message}`, { path: file, cause });
    }
  });
}
