/**
 * SHA-256 through the Web Crypto API, which Node and every browser have.
 */
import { formatHex } from '../format/bytes.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** The digest of bytes. */
export async function sha256(bytes: Uint8Array): Promise<Digest> {
  // The assertion excludes shared memory, which nothing here uses.
  const hash = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  const digest = formatHex(new Uint8Array(hash));
  if (!isDigest(digest)) throw new TypeError('SHA-256 gave no 32 bytes');
  return digest;
}
