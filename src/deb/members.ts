/**
 * The members of a Debian package: `debian-binary`, an archive with its control file, and an archive with its data, in this order.
 * Only headers are read. Facts: deb(5), and what dpkg-deb and apt refuse. Members after the data are of versions to come and ignored.
 */
import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';
import { AR_HEADER_SIZE, AR_SIGNATURE, type ArHeader, endOfMember, isAr, parseArHeader } from './ar.ts';

/** How a member is compressed. */
export type DebCompression = 'none' | 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'lzma';

/** An archive in a package. */
export interface DebMember {
  readonly name: string;
  /** Where its content begins in the file. */
  readonly start: number;
  /** In bytes. */
  readonly size: number;
  readonly compression: DebCompression;
}

/** Both archives of a package. */
export interface DebMembers {
  readonly control: DebMember;
  readonly data: DebMember;
}

/** A file of which parts are read. */
export interface ReadableBytes {
  readonly size: number;
  /** Exactly `length` bytes from `start`, which must be there. */
  read(start: number, length: number): Uint8Array;
}

/** What dpkg-deb reads: a control archive has less choice. */
const compressions: readonly (readonly [suffix: string, compression: DebCompression, isOfControl: boolean])[] = [
  ['', 'none', true],
  ['.gz', 'gzip', true],
  ['.xz', 'xz', true],
  ['.zst', 'zstd', true],
  ['.bz2', 'bzip2', false],
  ['.lzma', 'lzma', false],
];

/** The most bytes of `debian-binary`: a version and a line end, and what versions to come may add. */
const MAX_VERSION_SIZE = 1024;

/** The most members: there are three, and others are ignored. */
const MAX_MEMBERS = 32;

/**
 * Finds the members of a package.
 *
 * @throws RepomillError `format` if it is no package, or if a member is missing, out of order, twice, or ends after the file
 */
export function locateMembers(file: ReadableBytes): DebMembers {
  const members = readMembers(file);
  const [version, ...others] = members;
  if (version === undefined) throw bad('expected a member "debian-binary" in the package, found none');
  if (version.name !== 'debian-binary')
    throw bad(`expected "debian-binary" as the first member, found ${quote(version.name)}`);
  checkVersion(file, version);
  // What begins with an underscore may be anywhere, for programs to come.
  const known = others.filter(({ name }) => !name.startsWith('_'));
  const [control, data] = known;
  if (control === undefined) throw bad('expected a member "control.tar" in the package, found none');
  const controlPart = memberOf(control, 'control.tar', true);
  if (data === undefined) throw bad('expected a member "data.tar" in the package, found none');
  const dataPart = memberOf(data, 'data.tar', false);
  for (const { name } of known.slice(2)) {
    if (/^(control|data)\.tar/.test(name) || name === 'debian-binary')
      throw bad(`expected ${quote(name)} once or not at all after "data.tar", found it again`);
  }
  return { control: controlPart, data: dataPart };
}

interface LocatedMember extends ArHeader {
  readonly start: number;
}

function readMembers(file: ReadableBytes): readonly LocatedMember[] {
  if (file.size === 0) throw bad('expected a package, found an empty file');
  if (file.size < AR_SIGNATURE.length || !isAr(file.read(0, AR_SIGNATURE.length))) {
    throw bad('expected a Debian package, which begins with "!<arch>"; found something else');
  }
  const members: LocatedMember[] = [];
  for (let at = AR_SIGNATURE.length; at < file.size; ) {
    if (at + AR_HEADER_SIZE > file.size)
      throw bad('cut off: expected the header of a member, found the end of the file');
    const header = parseArHeader(file.read(at, AR_HEADER_SIZE));
    const start = at + AR_HEADER_SIZE;
    const left = file.size - start;
    if (header.size > left) {
      throw bad(`cut off: ${quote(header.name)} should have ${header.size} bytes, found ${left}`);
    }
    members.push({ ...header, start });
    if (members.length > MAX_MEMBERS) throw bad(`expected at most ${MAX_MEMBERS} members in the package, found more`);
    at = endOfMember(start, header.size);
  }
  return members;
}

function checkVersion(file: ReadableBytes, { start, size }: LocatedMember): void {
  if (size > MAX_VERSION_SIZE) throw bad(`debian-binary: expected a version, found ${size} bytes`);
  const [line = ''] = decodeText(file.read(start, size)).split('\n', 1);
  const isWhole = size > line.length;
  if (!isWhole || !/^2\.[0-9]+$/.test(line))
    throw bad(`debian-binary: expected version 2 of the format, found ${quote(line)}`);
}

function memberOf({ name, start, size }: LocatedMember, expected: string, isControl: boolean): DebMember {
  const known = compressions.filter(([, , isOfControl]) => isOfControl || !isControl);
  const found = known.find(([suffix]) => name === `${expected}${suffix}`);
  if (found !== undefined) return { name, start, size, compression: found[1] };
  if (!name.startsWith(`${expected}.`)) throw bad(`expected "${expected}" as the next member, found ${quote(name)}`);
  const suffixes = known.flatMap(([suffix]) => (suffix === '' ? [] : [suffix]));
  throw bad(
    `${name}: expected a compression that dpkg reads (${suffixes.join(', ')}), found ${quote(name.slice(expected.length))}`,
  );
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
