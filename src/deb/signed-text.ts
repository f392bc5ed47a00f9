/**
 * The text of a `.dsc` file without its signature. The signature is the maintainer's, for those who upload and rebuild; an archive
 * signs its own index, which pins the file by its digest. Refuses text outside of what is signed: RFC 9580, section 7.
 */
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END = '-----END PGP SIGNATURE-----';

/** A text, and how many lines of the file are above it. */
export interface UnsignedText {
  readonly text: string;
  readonly above: number;
}

/** Takes the armor off a text, if it has one. Throws `format` if the armor is cut off, or if there is anything around it. */
export function withoutSignature(text: string): UnsignedText {
  if (!text.startsWith('-----')) return { text, above: 0 };
  const lines = text.split('\n');
  if (lines[0] !== BEGIN) throw bad(`expected a stanza or ${quote(BEGIN)}, found ${quote(lines[0] ?? '')}`);
  const above = lines.indexOf('') + 1;
  const end = lines.indexOf(SIGNATURE);
  const last = lines.indexOf(END);
  if (above === 0 || end === -1 || last === -1) throw bad('cut off: expected a signature after the text');
  if (above > end) throw bad('expected an empty line before the signed text, found none');
  if (lines.slice(last + 1).some((line) => line !== ''))
    throw bad('expected nothing after the signature, found more text');
  return {
    text: lines
      .slice(above, end)
      .map((line) => line.replace(/^- /, ''))
      .join('\n'),
    above,
  };
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
