/**
 * Digests: SHA-256, written as 64 lower-case hexadecimal digits.
 */

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly __digest: unique symbol };

const pattern = /^[0-9a-f]{64}$/;

/** True for 64 lower-case hexadecimal digits, and nothing else. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && pattern.test(text);
}
