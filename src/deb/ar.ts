/**
 * The headers of an ar archive, as packages have them: a signature, and before each member 60 bytes of text. Facts: deb(5), ar(5),
 * and `dpkg_ar_normalize_name` of dpkg. Refuses names that are kept elsewhere (BSD's and GNU's long names), which dpkg does not know.
 */
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';

/** What an archive begins with. */
export const AR_SIGNATURE = '!<arch>\n';

/** Bytes of a member's header. */
export const AR_HEADER_SIZE = 60;

/** A member of an archive. */
export interface ArHeader {
  /** Without the spaces that fill its place, and without the slash that GNU's ar adds. */
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
}

/** Whether a file begins like an archive. */
export function isAr(head: Uint8Array): boolean {
  return latin1.decode(head.subarray(0, AR_SIGNATURE.length)) === AR_SIGNATURE;
}

/** Where the header of the next member begins: content has an even number of bytes, with one of padding if need be. */
export function endOfMember(start: number, size: number): number {
  return start + size + (size % 2);
}

/**
 * Parses the header of a member.
 *
 * @param bytes - `AR_HEADER_SIZE` of them
 * @throws RepomillError `format` if it is something else, or if its size is not a number of bytes
 */
export function parseArHeader(bytes: Uint8Array): ArHeader {
  const text = latin1.decode(bytes);
  if (text.slice(58) !== '`\n')
    throw new RepomillError('format', 'ar: expected the header of a member, found other bytes');
  const name = text.slice(0, 16).replace(/ +$/, '').replace(/\/$/, '');
  const size = text.slice(48, 58);
  if (/^[0-9]+ *$/.test(size)) return { name, size: Number.parseInt(size, 10) };
  throw new RepomillError('format', `ar: ${quote(name)}: expected a size in bytes, found ${quote(size.trim())}`);
}

const latin1 = new TextDecoder('latin1');
