/**
 * Reads a range of a file.
 */
import type { FileHandle } from 'node:fs/promises';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import type { ByteRange } from '../../model/source.ts';
import { openRegularFile } from './regular-file.ts';
import { cannotRead, isMissing } from './system-error.ts';

/** Bytes of one read: between reads an abort is noticed. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * Reads a range of a file; shorter if the file ends early, undefined if there is no such file.
 *
 * @param choose - given the length of the file in bytes, says which range to read; may throw
 * @throws RepomillError `transport` if the file cannot be read, `interrupted` after an abort
 */
export async function readRange(
  file: string,
  choose: (fileSize: number) => ByteRange,
  signal?: AbortSignal,
): Promise<Uint8Array | undefined> {
  throwIfAborted(signal);
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(file);
    const fileSize = (await handle.stat()).size;
    const { start, length } = choose(fileSize);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, fileSize - start)));
    let used = 0;
    while (used < bytes.length) {
      throwIfAborted(signal);
      const size = Math.min(bytes.length - used, CHUNK_BYTES);
      const { bytesRead } = await handle.read(bytes, used, size, start + used);
      if (bytesRead === 0) break;
      used += bytesRead;
    }
    throwIfAborted(signal);
    return bytes.subarray(0, used);
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    if (isMissing(cause)) return undefined;
    throw cannotRead(file, cause);
  } finally {
    await handle?.close();
  }
}
