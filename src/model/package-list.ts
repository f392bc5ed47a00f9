/**
 * The list of the packages' files that are published with a tree. The native layout's FORMAT.md, section "Package files". A line
 * for each file, in the order of paths. Clients do not need it: it says which files belong to the repository, to the next
 * build and to programs that check or copy the tree.
 */
import { decodeText, encodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { isDigest } from './digest.ts';
import { isSafePath } from './field-checks.ts';
import { compareText } from './order.ts';
import type { PackageFile } from './package-file.ts';

/** A file on the list. */
export interface ListedPackageFile extends PackageFile {
  /**
   * When records last named the file; absent if they still do. The native layout counts versions of its index, the apt layout
   * seconds since 1970.
   */
  readonly lastNamed?: number;
}

/** The canonical bytes of a list: `<sha256> <size> <last version, or a dash> <path>`, one file a line. */
export function encodePackageList(files: readonly ListedPackageFile[]): Uint8Array {
  const lines = files
    .toSorted((a, b) => compareText(a.path, b.path))
    .map(({ path, size, sha256, lastNamed }) => `${sha256} ${size} ${lastNamed ?? '-'} ${path}\n`);
  return encodeText(lines.join(''));
}

/** Parses a list, whose digest the caller has verified. Throws a format error. */
export function decodePackageList(bytes: Uint8Array): readonly ListedPackageFile[] {
  const lines = decodeText(bytes).split('\n');
  if (lines.pop() !== '') throw malformed(lines.length, 'a line end');
  let before: string | undefined;
  return lines.map((line, i) => {
    const [, sha256, size, last, path = ''] = /^(\S+) (0|[1-9]\d*) (-|0|[1-9]\d*) (.+)$/.exec(line) ?? [];
    if (!isDigest(sha256)) throw malformed(i, 'a digest, a size, a version and a path');
    if (!isSafePath(path)) throw malformed(i, 'a relative path');
    if (before !== undefined && compareText(before, path) >= 0) throw malformed(i, 'paths in order');
    before = path;
    const counts = [Number(size), last === '-' ? 0 : Number(last)];
    if (!counts.every(Number.isSafeInteger)) throw malformed(i, 'numbers below 2^53');
    return { path, size: Number(size), sha256, ...(last === '-' ? {} : { lastNamed: Number(last) }) };
  });
}

function malformed(line: number, expected: string): RepomillError {
  return new RepomillError('format', `package list: line ${line + 1}: expected ${expected}`);
}
