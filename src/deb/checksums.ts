/**
 * The list of files in a field of a source package: a digest, a size and a name on each line. Debian Policy, section 5.6.24.
 */

import { RepomillError } from '../errors.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import { quote } from '../text/printable.ts';

/** A file of a source package. */
export interface SourceFile {
  /** Of a file in the directory of the package. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: Digest;
}

/** Parses the text of a field `Checksums-Sha256`. Throws `format` for a line that is not of a file in the package's directory. */
export function parseChecksums(text: string): readonly SourceFile[] {
  const files: SourceFile[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [sha256, size = '', name = '', ...others] = line.trim().split(/[ \t]+/);
    const isSound = isDigest(sha256) && /^[0-9]{1,15}$/.test(size) && isPlainName(name) && others.length === 0;
    if (!isSound)
      throw new RepomillError(
        'format',
        `expected a digest, a size and the name of a file, found ${quote(line.trim())}`,
      );
    if (files.some((other) => other.name === name))
      throw new RepomillError('format', `${quote(name)}: expected once, found again`);
    files.push({ name, size: Number(size), sha256 });
  }
  return files;
}

/** The text of such a field. */
export function formatChecksums(files: readonly SourceFile[]): string {
  return files.map(({ name, size, sha256 }) => `\n${sha256} ${size} ${name}`).join('');
}

/** Whether a name is one of a file, and no path. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9+.~_:%-]*$/.test(name);
}
