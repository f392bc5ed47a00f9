/**
 * Kinds of files: those with one suffix, or one name where they have none. A person names files by their kind, and so does a
 * message about many files.
 */
import { compareText } from '../../model/order.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';
import { formatCount } from '../../text/quantity.ts';
import { literalPattern } from './guess-pattern.ts';

/** The files of one kind. */
export interface FileKind {
  /** A pattern that matches all of them: `**\/*.xml`, `**\/Packages`, `index/**`. */
  readonly files: string;
  /** In the order in which they were given; at least one. */
  readonly paths: readonly string[];
}

/** The kinds of files, those with most files first. Compressed files are of the kind of what is in them. */
export function kindsOf(paths: readonly string[]): readonly FileKind[] {
  const kinds = new Map<string, string[]>();
  for (const path of paths) {
    const pattern = patternOf(path);
    const known = kinds.get(pattern);
    if (known === undefined) kinds.set(pattern, [path]);
    else known.push(path);
  }
  // Files without a suffix whose names occur once are of one kind with those in the same folder.
  for (const [pattern, [path = '', ...others]] of [...kinds]) {
    if (others.length > 0 || pattern.startsWith('**/*') || !path.includes('/')) continue;
    const folder = `${literalPattern(path.slice(0, path.indexOf('/')))}/**`;
    kinds.delete(pattern);
    kinds.set(folder, [...(kinds.get(folder) ?? []), path]);
  }
  return [...kinds]
    .map(([files, found]) => ({ files, paths: found }))
    .sort((a, b) => b.paths.length - a.paths.length || compareText(a.files, b.files));
}

function patternOf(path: string): string {
  const kind = suffixOrName(path);
  return `**/${kind.startsWith('.') ? '*' : ''}${literalPattern(kind)}`;
}

/** The suffix of a file with its dot, or its name if it has none; of a compressed file, that of what is in it. */
export function suffixOrName(path: string): string {
  const name = withoutCompression(path.slice(path.lastIndexOf('/') + 1));
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : name;
}

/** Names of files about a directory, whatever their suffix. */
const aboutDirectories = new Set(
  wordsIn([
    'authors changelog changes cname codeowners contributing contributors copying dockerfile gemfile history',
    'licence license maintainers makefile news notice rakefile readme robots security todo vagrantfile checksums',
    'md5sums sha1sums sha256sums sha512sums',
  ]),
);

/** Suffixes of what holds no metadata of packages: documents, programs, pictures, signatures, and packages themselves. */
const otherSuffixes = new Set(
  wordsIn([
    'adoc css htm html markdown md mdx pdf rst scss po mo log lock patch diff bash bat c cc cjs cmd cpp cs fish go',
    'h hpp java js jsx kt lua mjs nix php pl ps1 psm1 py rb rs sh ts tsx vue zsh bak orig swp tmp avif bmp gif ico',
    'jpeg jpg mp3 mp4 otf png svg ttf webm webp woff woff2 asc att crt gpg key md5 minisig pem pub sha1 sha256',
    'sha512 sig sign sigstore 7z aar apk appimage bin class crate crx deb dll dmg dylib egg exe gem img ipk iso jar',
    'msi msix nupkg o pkg rar rpm snap so tar tbz tbz2 tgz txz udeb vsix war wasm whl xpi zip',
  ]),
);

function wordsIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** Whether a file may hold metadata of packages, as far as its name says. */
export function mayBeMetadata(path: string): boolean {
  const name = withoutCompression(path.slice(path.lastIndexOf('/') + 1)).toLowerCase();
  const [stem = ''] = name.split(/[._-]/);
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return !aboutDirectories.has(stem) && !(name.includes('.') && otherSuffixes.has(suffix));
}

/** The kinds in a few words: `12 files **\/*.xml (such as feeds/a.xml), notes.txt and 3 files of 2 other kinds`. */
export function formatKinds(kinds: readonly FileKind[], most: number): string {
  const shown = kinds.slice(0, most).map(formatKind);
  const others = kinds.slice(most);
  if (others.length === 0) return joinWords(shown);
  const count = others.reduce((sum, { paths }) => sum + paths.length, 0);
  return `${shown.join(', ')} and ${formatCount(count)} other ${count === 1 ? 'file' : 'files'}`;
}

/** One kind in a few words. One file is named. */
export function formatKind({ files, paths }: FileKind): string {
  const [first = ''] = paths;
  return paths.length === 1 ? first : `${formatCount(paths.length)} files ${files} (such as ${first})`;
}

function joinWords(words: readonly string[]): string {
  const [last = '', ...before] = words.toReversed();
  return before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
}
