/**
 * Cleartext messages (RFC 9580, section 7), which apt reads as `InRelease`: a text that everybody can read, and below it
 * signatures over it. Reading refuses what readers understand in different ways: text outside of the signed part, line ends and
 * blanks that a signature does not cover, headers other than `Hash`. apt refuses most of it, too (`SplitClearSignedFile` of
 * `apt-pkg/contrib/gpgv.cc`).
 */
import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';
import { formatArmor, parseArmor } from './armor.ts';
import { readSignature, readSignatureFacts, splitSignatures } from './packets.ts';

/** A text and the signatures over it. */
export interface Cleartext {
  /** With a line feed at the end of every line, also of the last one. */
  readonly text: string;
  /** Each a signature packet over `signedTextOf(text)`. */
  readonly signatures: readonly Uint8Array[];
}

const BEGIN_MESSAGE = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

/** What signatures do not cover or programs end lines at: blanks at the end (section 7.1), carriage returns, NUL. */
const UNCOVERED = /[ \t]$|[\r\0]/;

/** Digest algorithms by their numbers (section 9.5), those that apt 3 accepts: SHA-224 and what is older ended in 2026. */
const DIGESTS: ReadonlyMap<number | undefined, string> = new Map([
  [8, 'SHA256'],
  [9, 'SHA384'],
  [10, 'SHA512'],
]);

/** What a signature over a text covers: everything but its last line feed, which belongs to the signature's first line. */
export function signedTextOf(text: string): Uint8Array {
  return encodeText(text.replace(/\n$/, ''));
}

/**
 * Puts a text and its signatures together.
 *
 * @throws RepomillError `format` if the text does not end in a line feed, has carriage returns, or blanks at the end of a line; or
 *   if a signature is not one of version 4 over text with SHA-256, SHA-384 or SHA-512
 */
export function formatCleartext({ text, signatures }: Cleartext): string {
  checkText(text);
  const digests = signatures.map((signature) => {
    const digest = DIGESTS.get(readSignature(signature)?.digest);
    if (digest === undefined || readSignatureFacts(signature, 'text') === undefined) {
      throw wrong('expected signatures over text with SHA-256, SHA-384 or SHA-512, found a different one');
    }
    return digest;
  });
  if (digests.length === 0) throw wrong('expected a signature, found none');
  const hash = [...new Set(digests)].sort().join(', ');
  const escaped = text.replaceAll(/^-/gm, '- -');
  return `${BEGIN_MESSAGE}\nHash: ${hash}\n\n${escaped}${formatArmor('SIGNATURE', concatBytes(signatures))}`;
}

function checkText(text: string): void {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw wrong('expected a text that ends in a line feed');
  const line = lines.findIndex((one) => UNCOVERED.test(one));
  if (line !== -1)
    throw wrong(
      `line ${line + 1}: expected no blanks at the end and no carriage return, which signatures do not cover`,
    );
}

/**
 * Takes a message apart. Checks no signature.
 *
 * @throws RepomillError `format`, with the line, for anything but one message
 */
export function parseCleartext(message: string): Cleartext {
  const lines = message.split('\n');
  if (lines.pop() !== '') throw wrong('expected a line feed at the end: the file is cut off');
  if (lines[0] !== BEGIN_MESSAGE)
    throw wrong(`line 1: expected ${quote(BEGIN_MESSAGE)}, found ${quote(lines[0] ?? '')}`);
  const body = skipHeaders(lines);
  const end = lines.indexOf(BEGIN_SIGNATURE, body);
  if (end === -1) throw wrong(`expected a line ${quote(BEGIN_SIGNATURE)}, found none`);
  const text = lines.slice(body, end).map((line, i) => unescapeLine(line, body + i + 1));
  if (text.length === 0) throw wrong(`line ${body + 1}: expected a text, found none`);
  return { text: `${text.join('\n')}\n`, signatures: readSignatures(lines, end) };
}

/** The index of the first line of the text: after the headers and an empty line. */
function skipHeaders(lines: readonly string[]): number {
  for (const [i, line] of lines.entries()) {
    if (i > 0 && line === '') return i + 1;
    // Anything else would look signed and is not.
    if (i > 0 && !/^Hash: [A-Za-z0-9-]+(, ?[A-Za-z0-9-]+)*$/.test(line)) {
      throw wrong(`line ${i + 1}: expected "Hash: " or an empty line, found ${quote(line)}`);
    }
  }
  throw wrong('expected an empty line before the text, found none');
}

function unescapeLine(line: string, number: number): string {
  if (UNCOVERED.test(line)) {
    throw wrong(`line ${number}: expected no blanks at the end and no carriage return, which signatures do not cover`);
  }
  if (line.startsWith('- ')) return line.slice(2);
  if (line.startsWith('-'))
    throw wrong(`line ${number}: expected "- " before a line with a dash, found ${quote(line)}`);
  return line;
}

/** The signatures of the blocks from a line on, to the end: usually of one block. */
function readSignatures(lines: readonly string[], start: number): readonly Uint8Array[] {
  const signatures: Uint8Array[] = [];
  for (let at = start; at < lines.length; ) {
    if (lines[at] !== BEGIN_SIGNATURE) {
      throw wrong(`line ${at + 1}: expected nothing after the signature, found ${quote(lines[at] ?? '')}`);
    }
    const end = lines.indexOf(END_SIGNATURE, at);
    if (end === -1) throw wrong(`line ${at + 1}: expected a line ${quote(END_SIGNATURE)} below, found none`);
    const block = parseArmor('SIGNATURE', `${lines.slice(at, end + 1).join('\n')}\n`);
    const found = splitSignatures(block);
    if (found === undefined || found.length === 0)
      throw wrong(`line ${at + 1}: expected OpenPGP signatures, found other data`);
    signatures.push(...found);
    at = end + 1;
  }
  return signatures;
}

function wrong(message: string): RepomillError {
  return new RepomillError('format', message);
}
