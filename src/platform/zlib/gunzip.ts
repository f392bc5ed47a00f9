/**
 * Decompression of what clients fetch: through Node's own zlib where there is one, which is three times as fast; elsewhere
 * through fflate, which is loaded when it is needed. Refuses a file that holds more or less than signed data announces.
 */
import { messageOf, RepomillError } from '../../errors.ts';

/** Room for the output is made in pieces of this size, or of the whole where that is less. */
const PIECE = 4 * 1024 * 1024;

/**
 * The content of a gzip file of one or several members.
 *
 * @param size - how many bytes it must hold; more or less is a format error, found before more is kept
 */
export async function gunzip(stored: Uint8Array, size: number): Promise<Uint8Array> {
  const zlib = globalThis.process?.getBuiltinModule?.('node:zlib');
  if (zlib === undefined) return (await import('./gzip.ts')).gunzip(stored, size);
  let content: Buffer;
  try {
    content = zlib.gunzipSync(stored, {
      maxOutputLength: size + 1,
      chunkSize: Math.max(64, Math.min(size + 1, PIECE)),
    });
  } catch (cause) {
    throw new RepomillError('format', `gzip: ${messageOf(cause)}`, { cause });
  }
  if (content.length === size) return new Uint8Array(content.buffer, content.byteOffset, size);
  throw new RepomillError('format', `gzip: expected ${size} bytes, found ${content.length}`);
}
