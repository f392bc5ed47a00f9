/**
 * SHA-256: through Node's own crypto where there is one, which neither copies the bytes nor waits for a thread; elsewhere
 * through the Web Crypto API, which every browser has.
 */
import { formatHex } from '../../bytes/bytes.ts';
import { type Digest, isDigest } from '../../model/digest.ts';

/** The digest of bytes. */
export async function sha256(bytes: Uint8Array): Promise<Digest> {
  const node = globalThis.process?.getBuiltinModule?.('node:crypto');
  const digest = node?.createHash('sha256').update(bytes).digest('hex') ?? (await webSha256(bytes));
  if (!isDigest(digest)) throw new TypeError('SHA-256 gave no 32 bytes');
  return digest;
}

async function webSha256(bytes: Uint8Array): Promise<string> {
  // The assertion excludes shared memory, which nothing here uses.
  const hash = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return formatHex(new Uint8Array(hash));
}
