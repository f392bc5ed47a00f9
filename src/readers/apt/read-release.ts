/**
 * Reads what an apt repository says about a suite: InRelease, which carries its signature, or Release where that is missing, as apt
 * does. Signatures are not checked: who gives repomill a directory trusts it. Of several digests of a file one counts.
 */
import { decodeText } from '../../bytes/bytes.ts';
import { MAX_RELEASE_SIZE, type ParsedRelease, parseRelease, type ReleaseEntry } from '../../deb/release-file.ts';
import { withoutSignature } from '../../deb/signed-text.ts';
import { RepomillError } from '../../errors.ts';
import { readWithin } from '../../platform/files/read-files.ts';
import type { DigestAlgorithm, StatedDigest } from '../../platform/files/stated-digest.ts';

/** The Release or InRelease of a suite. */
export interface ReadRelease {
  readonly facts: ParsedRelease;
  /** What it states of each file, by the path below the suite. */
  readonly files: ReadonlyMap<string, StatedDigest>;
}

/**
 * Reads a Release or InRelease.
 *
 * @param shownAs - the path as the user would type it
 * @throws RepomillError `not-found` or `transport` if it cannot be read, `format` if it is longer than apt allows or not what it
 *   should be
 */
export async function readRelease(file: string, shownAs: string): Promise<ReadRelease> {
  const bytes = await readWithin(file, MAX_RELEASE_SIZE).catch((error: unknown) => {
    throw error instanceof RepomillError ? new RepomillError(error.code, error.message, { path: shownAs }) : error;
  });
  if (bytes === undefined) throw new RepomillError('not-found', 'no such file', { path: shownAs });
  const { text, above } = withoutSignature(decodeText(bytes));
  // With the lines above it, so that messages have the numbers of the file.
  const facts = parseRelease('\n'.repeat(above) + text);
  return { facts, files: statedIn(facts, shownAs) };
}

/** SHA-256 first, which every archive has that apt still reads; then what is stronger, then what only tells copies apart. */
function statedIn(facts: ParsedRelease, by: string): ReadonlyMap<string, StatedDigest> {
  const lists: readonly (readonly [DigestAlgorithm, readonly ReleaseEntry[]])[] = [
    ['MD5Sum', facts.md5],
    ['SHA1', facts.sha1],
    ['SHA512', facts.sha512],
    ['SHA256', facts.sha256],
  ];
  const files = new Map<string, StatedDigest>();
  for (const [algorithm, entries] of lists) {
    for (const { path, size, digest: hex } of entries) files.set(path, { size, algorithm, hex, by });
  }
  return files;
}
