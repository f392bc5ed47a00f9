/**
 * Reads a large file from a source piece by piece, so that it is never whole in memory.
 */
import { missingFile } from '../errors.ts';
import { defined } from './defined.ts';
import type { Source } from './source.ts';

/** Bytes of one request. */
const CHUNK_SIZE = 8 * 1024 * 1024;

/**
 * The bytes of a file, unverified. A source without ranges gives all of them at once.
 *
 * @param size - of the whole file, in bytes; nothing is read beyond it
 * @throws RepomillError `not-found`, `integrity` if the file is longer, and what the source throws
 */
export async function* fetchChunks(
  source: Source,
  path: string,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start === 0 || start < size; ) {
    const length = Math.min(CHUNK_SIZE, size - start);
    const range = length === 0 ? undefined : { start, length };
    const found = await source.fetch(path, defined({ maxBytes: size, range, signal }));
    if (found.kind !== 'full' && found.kind !== 'partial') throw missingFile(path);
    yield found.bytes;
    if (found.kind === 'full' || found.bytes.length === 0) return;
    start += found.bytes.length;
  }
}
