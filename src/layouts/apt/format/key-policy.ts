/**
 * Which keys apt believes. apt 2 asks gpgv, which believes nearly all; apt 3 asks sqv, which follows `default-sequoia.config` of
 * apt, and the policy of Sequoia below it. Tried with sqv 1.3.0 of Debian 13: it refuses RSA keys below 2,048 bits, DSA, the
 * curves brainpool and secp256k1, and keys that vouch for themselves by SHA-1 (since 2026-02-01) or MD5. RSA of 2,048 bits is
 * believed until 2030-02-01.
 */
import type { PublicKey } from '../../../model/signer.ts';
import { type KeyPart, readKeyParts } from '../../../openpgp/key-parts.ts';

/** The fewest bits of an RSA key. */
const MIN_RSA_BITS = 2048;

/** Curves, as gpg names them. */
const BELIEVED = new Set(['ed25519', 'nistp256', 'nistp384', 'nistp521']);

/** The digest algorithms that are too weak (RFC 9580, section 9.5): MD5, SHA-1 and RIPEMD-160. */
const WEAK_DIGESTS = new Set([1, 2, 3]);

/** What to do about a key: a sentence for each reason for which apt 3 refuses what it signs. None if all is well. */
export function findKeyFaults({ name, fingerprint, packets }: PublicKey): readonly string[] {
  const parts = readKeyParts(packets, fingerprint).filter(({ isPrimary, signs }) => isPrimary || signs);
  const unfit = parts.filter((part) => !isBelieved(part.algorithm)).map(({ algorithm }) => algorithm);
  const faults = [...new Set(unfit)].map(
    (algorithm) => `key ${name}: apt 3 refuses ${algorithm}: sign with a key of ed25519 or rsa4096 as well`,
  );
  if (!parts.some(isWeaklyBound)) return faults;
  const renew = `gpg --cert-digest-algo SHA512 --quick-set-expire ${fingerprint.toUpperCase()} 0`;
  return [...faults, `key ${name}: apt 3 refuses keys that vouch for themselves by SHA-1: ${renew} renews this one`];
}

function isBelieved(algorithm: string): boolean {
  const [, bits] = /^rsa(\d+)$/.exec(algorithm) ?? [];
  return bits === undefined ? BELIEVED.has(algorithm) : Number(bits) >= MIN_RSA_BITS;
}

/** Whether no signature of the key over a part counts; one that does is enough. */
function isWeaklyBound({ digests }: KeyPart): boolean {
  return digests.length > 0 && digests.every((digest) => WEAK_DIGESTS.has(digest));
}
