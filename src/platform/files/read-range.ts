/**
 * Reads a stretch of a file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, RepomillError } from '../../errors.ts';

/** A stretch of a file and the length of the whole, both in bytes. */
export interface FileStretch {
  /** Shorter than asked for where the file ends early. */
  readonly bytes: Uint8Array;
  readonly fileSize: number;
}

/**
 * Reads a stretch of a file; undefined where there is no such file.
 *
 * @param choose - given the length of the file, says where the stretch starts and how long it is; may throw
 * @throws RepomillError `transport` where the file cannot be read
 */
export async function readStretch(
  file: string,
  choose: (fileSize: number) => { readonly start: number; readonly length: number },
): Promise<FileStretch | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const fileSize = (await handle.stat()).size;
    const { start, length } = choose(fileSize);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, fileSize - start)));
    let used = 0;
    while (used < bytes.length) {
      const { bytesRead } = await handle.read(bytes, used, bytes.length - used, start + used);
      if (bytesRead === 0) break;
      used += bytesRead;
    }
    return { bytes: bytes.subarray(0, used), fileSize };
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    if (isMissing(cause)) return undefined;
    throw new RepomillError('transport', `${file}: cannot read: ${messageOf(cause)}`, { cause });
  } finally {
    await handle?.close();
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}
