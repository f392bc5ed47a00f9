/**
 * SHA-256 through Node's own crypto, for the generator: without a promise for each of a hundred thousand records, and over
 * files that are never whole in memory.
 */
import { createHash, hash } from 'node:crypto';
import { inChunks } from '../../bytes/bytes.ts';
import { type Digest, isDigest } from '../../model/digest.ts';

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return asDigest(hash('sha256', bytes, 'hex'));
}

/** The digest of several parts, one behind the other. */
export function digestOfParts(parts: Iterable<Uint8Array>): Digest {
  const whole = createHash('sha256');
  for (const chunk of inChunks(parts)) whole.update(chunk);
  return asDigest(whole.digest('hex'));
}

/** A name for a text: its SHA-256 in base64url, 43 characters. */
export function nameOfText(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** A key for anything that JSON can say; the order of members counts. */
export function keyOf(value: unknown): Digest {
  return asDigest(hash('sha256', JSON.stringify(value), 'hex'));
}

function asDigest(hex: string): Digest {
  if (!isDigest(hex)) throw new TypeError('SHA-256 gave no 32 bytes');
  return hex;
}
