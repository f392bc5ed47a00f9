/**
 * Digests: SHA-256, written as 64 lower-case hexadecimal digits.
 */

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly __digest: unique symbol };

const digestPattern = /^[0-9a-f]{64}$/;

/** Whether a value is a string of exactly 64 lower-case hexadecimal digits. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && digestPattern.test(text);
}
