/**
 * From what a host serves to canonical bytes. A host that labels a `.gz` file as compressed makes `fetch` unpack it on the
 * way; the digest is of the canonical bytes, so either form will do.
 */
import { isGzip } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { gunzip } from '../../platform/zlib/gunzip.ts';

/**
 * The canonical bytes of a gzip file, or of one that was unpacked on the way. Unverified.
 *
 * @param size - canonical bytes that are expected; a gzip file that does not hold as many is an integrity error
 */
export async function unpack(bytes: Uint8Array, size: number, what: string): Promise<Uint8Array> {
  // Canonical bytes never begin like a gzip file.
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzip(bytes, size);
  } catch (cause) {
    throw new RepomillError('integrity', `${what}: ${messageOf(cause)}`, { cause });
  }
}
