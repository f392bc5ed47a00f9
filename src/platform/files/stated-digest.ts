/**
 * Files whose size and digest another file states. Digests that are no longer safe against forgery still tell a file that was
 * copied in part from one that was copied whole.
 */
import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { RepomillError } from '../../errors.ts';
import { formatCount } from '../../text/quantity.ts';
import { openRegularFileSync } from './regular-file.ts';
import { cannotRead } from './system-error.ts';

/** The name of a digest's algorithm, as a Release of Debian writes it. */
export type DigestAlgorithm = 'MD5Sum' | 'SHA1' | 'SHA256' | 'SHA512';

/** What a file has to be. */
export interface StatedDigest {
  /** In bytes, as the file is on disk. */
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
  /** The digest in lower-case hexadecimal digits. */
  readonly hex: string;
  /** The file that says so, as the user would type it. */
  readonly by: string;
}

const hashNames: Readonly<Record<DigestAlgorithm, string>> = {
  MD5Sum: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA512: 'sha512',
};

/** Bytes of one read. */
const CHUNK_SIZE = 1 << 18;

/**
 * Compares the size of a file with what is stated of it.
 *
 * @throws RepomillError `integrity` if it is different
 */
export function checkStatedSize(shownAs: string, size: number, stated: StatedDigest): void {
  if (size === stated.size) return;
  const expected = `expected ${formatCount(stated.size)} bytes, as ${stated.by} says`;
  throw new RepomillError('integrity', `${expected}, found ${formatCount(size)}`, { path: shownAs });
}

/**
 * Compares bytes with what is stated of the file that they are.
 *
 * @throws RepomillError `integrity` if they are different
 */
export function checkStatedBytes(shownAs: string, bytes: Uint8Array, stated: StatedDigest): void {
  checkStatedSize(shownAs, bytes.length, stated);
  checkDigest(shownAs, createHash(hashNames[stated.algorithm]).update(bytes).digest('hex'), stated);
}

/**
 * Compares a file with what is stated of it.
 *
 * @param sha256 - its SHA-256, in base64url
 * @throws RepomillError `integrity` if it is different, `not-found` or `transport` if it cannot be read
 */
export function checkStatedFile(file: string, shownAs: string, sha256: string, stated: StatedDigest): void {
  const isKnown = stated.algorithm === 'SHA256';
  const hex = isKnown ? Buffer.from(sha256, 'base64url').toString('hex') : hexDigestOf(file, shownAs, stated.algorithm);
  checkDigest(shownAs, hex, stated);
}

function checkDigest(shownAs: string, hex: string, { algorithm, hex: expected, by }: StatedDigest): void {
  if (hex === expected) return;
  const message = `expected ${algorithm} ${expected}, as ${by} says, found ${hex}`;
  throw new RepomillError('integrity', message, { path: shownAs });
}

function hexDigestOf(file: string, shownAs: string, algorithm: DigestAlgorithm): string {
  let handle: number | undefined;
  try {
    handle = openRegularFileSync(file);
    const digest = createHash(hashNames[algorithm]);
    const chunk = new Uint8Array(CHUNK_SIZE);
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
      digest.update(chunk.subarray(0, read));
    }
    return digest.digest('hex');
  } catch (cause) {
    throw cannotRead(shownAs, cause);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
