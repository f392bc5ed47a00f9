/**
 * The header of an entry in a tar archive: a block of 512 bytes, in the formats of POSIX and of GNU. Facts: tar(5). Refuses a header
 * that does not have its checksum, or whose size is not a number of bytes.
 */
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';

/** Bytes of a header, to whose multiple content is filled up. */
export const TAR_BLOCK = 512;

/** An entry. */
export interface TarHeader {
  readonly name: string;
  /** The kind of entry, as a character: `0` is a file, `5` a directory; `L`, `K`, `x` and `g` are about what follows. */
  readonly type: string;
  /** Bytes of its content. */
  readonly size: number;
}

/**
 * Parses a header; undefined for a block of zeros, which ends an archive.
 *
 * @param block - `TAR_BLOCK` bytes
 * @throws RepomillError `format`
 */
export function parseTarHeader(block: Uint8Array): TarHeader | undefined {
  const sum = parseNumber(block.subarray(148, 156));
  const found = sumOf(block);
  if (found === EMPTY_SUM && block[0] === 0 && block[156] === 0 && sum === undefined) return undefined;
  if (found !== sum) throw new RepomillError('format', 'tar: a header does not have its checksum');
  const name = nameIn(block);
  const type = String.fromCharCode(block[156] ?? 0);
  // Links, devices and directories have no content, whatever their headers say.
  if (type >= '1' && type <= '6') return { name, type, size: 0 };
  const size = parseNumber(block.subarray(124, 136));
  if (size !== undefined) return { name, type, size };
  throw new RepomillError('format', `tar: ${quote(name)}: expected a size in bytes, found something else`);
}

/** Whether an entry is a regular file. */
export function isRegularEntry({ type }: Pick<TarHeader, 'type'>): boolean {
  return type === '0' || type === '\0';
}

/** The values that a header of POSIX gives the next entry: lines of a length, a name and a value. */
export function parsePax(content: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const [whole = '', digits = ''] = /^([0-9]{1,9}) /.exec(latin1.decode(content.subarray(at, at + 10))) ?? [];
    const end = at + Number(digits);
    const line = utf8.decode(content.subarray(at + whole.length, end - 1));
    const equals = line.indexOf('=');
    if (whole === '' || end <= at + whole.length || end > content.length || equals === -1) {
      throw new RepomillError(
        'format',
        'tar: expected a length, a name and a value in a header of POSIX, found something else',
      );
    }
    values.set(line.slice(0, equals), line.slice(equals + 1));
    at = end;
  }
  return values;
}

/** A text that ends at the first NUL. */
export function textUpToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** The name of an entry. POSIX divides a long one in two. */
function nameIn(block: Uint8Array): string {
  const name = textUpToNul(block.subarray(0, 100));
  // `ustar` with a NUL is POSIX's; with spaces it is GNU's, which has other things in the place of the rest.
  const isPosix = block[257] === 0x75 && textUpToNul(block.subarray(257, 263)) === 'ustar' && block[262] === 0;
  const prefix = isPosix ? textUpToNul(block.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** A number in octal digits, or in binary if the first bit is set. Undefined if it is neither, negative, or more than a file can have. */
function parseNumber(bytes: Uint8Array): number | undefined {
  const [first = 0] = bytes;
  if (first === 0x80) {
    const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(latin1.decode(bytes)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** The sum of a block of zeros. */
const EMPTY_SUM = 8 * 0x20;

/** The sum of all bytes, with spaces in the place of the sum itself. */
function sumOf(block: Uint8Array): number {
  let sum = EMPTY_SUM;
  for (let i = 0; i < 148; i++) sum += block[i] ?? 0;
  for (let i = 156; i < TAR_BLOCK; i++) sum += block[i] ?? 0;
  return sum;
}

const latin1 = new TextDecoder('latin1');
// Names in archives are bytes; what is not UTF-8 becomes U+FFFD.
const utf8 = new TextDecoder('utf-8');
