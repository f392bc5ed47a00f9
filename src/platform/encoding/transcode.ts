/**
 * Input files as UTF-8, whatever their encoding. Decodes with `@exodus/bytes`, because Node's own decoders differ from version
 * to version (for years, windows-1252 was wrong), and a tree must not.
 */
import { concatBytes, encodeText, formatHex } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { advance, type Position } from '../../text/line-index.ts';
import { type InputFile, memoryFile, readHead } from '../files/input-file.ts';

/**
 * The file in UTF-8: itself if that is its encoding. A byte order mark is believed more than `encoding`. Without either, UTF-16 is
 * known by its first two characters.
 *
 * Throws a `format` error for UTF-32, which no decoder reads. Its chunks throw a `format` error with the position of the first bytes that the encoding does not have.
 *
 * @param encoding - a name that `encodingOf` returns
 */
export async function fileInUtf8(file: InputFile, encoding?: string): Promise<InputFile> {
  const actual = markedEncoding(file.head) ?? encoding ?? evidentEncoding(file.head);
  if (actual === 'utf-32') {
    throw new RepomillError('format', 'expected UTF-8 or UTF-16 text, found UTF-32', { path: file.path });
  }
  if (actual === 'utf-8') return file;
  const chunks = (): AsyncIterable<Uint8Array> => transcode(file, actual);
  return { ...file, head: await readHead(chunks()), chunks };
}

/** The same for the bytes of a file in memory. */
export async function bytesInUtf8(bytes: Uint8Array, path: string, encoding?: string): Promise<Uint8Array> {
  const file = memoryFile(path, bytes);
  const decoded = await fileInUtf8(file, encoding);
  if (decoded === file) return bytes;
  const parts: Uint8Array[] = [];
  for await (const part of decoded.chunks()) parts.push(part);
  return concatBytes(parts);
}

/** The encoding that a byte order mark announces. */
function markedEncoding([first, second, third, fourth]: Uint8Array): string | undefined {
  const isLittle = first === 0xff && second === 0xfe;
  if (isLittle && third === 0 && fourth === 0) return 'utf-32';
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return 'utf-32';
  if (isLittle) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/** The encoding of a text without a byte order mark: no text begins with U+0000 or has it as its second character. */
function evidentEncoding(head: Uint8Array): string {
  const [first, second, third, fourth] = head;
  // Of fewer bytes, nothing is evident.
  if (fourth === undefined) return 'utf-8';
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  return first === 0 && second !== 0 && third === 0 && fourth !== 0 ? 'utf-16be' : 'utf-8';
}

async function* transcode(file: InputFile, encoding: string): AsyncGenerator<Uint8Array, void> {
  const decode = await openDecoder(encoding);
  let sound = 0;
  for await (const chunk of file.chunks()) {
    const text = decode(chunk);
    if (text === undefined) throw await findBadBytes(file, encoding, sound);
    yield encodeText(text);
    sound += chunk.length;
  }
  const rest = decode();
  if (rest === undefined) throw await findBadBytes(file, encoding, sound);
  yield encodeText(rest);
}

/** Decodes the next bytes of a file, or ends it; undefined for bytes that the encoding does not have. */
type Decode = (bytes?: Uint8Array) => string | undefined;

async function openDecoder(encoding: string): Promise<Decode> {
  const { TextDecoder: ExactDecoder } = await import('@exodus/bytes/encoding.js');
  const decoder = new ExactDecoder(encoding, { fatal: true });
  return (bytes) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      return undefined;
    }
  };
}

/** The most bytes of a character, or of a change of the character set, in any encoding. */
const MAX_CHARACTER_SIZE = 8;

/** The error of a file that cannot be decoded after the first `sound` bytes: decodes byte by byte to the place. */
async function findBadBytes(file: InputFile, encoding: string, sound: number): Promise<RepomillError> {
  const decode = await openDecoder(encoding);
  let position: Position = { line: 1, column: 1 };
  let pending: number[] = [];
  let offset = 0;
  for await (const chunk of file.chunks()) {
    // The last of the sound bytes may be the beginning of what is wrong.
    const known = Math.min(chunk.length, Math.max(0, sound - offset - MAX_CHARACTER_SIZE));
    offset += chunk.length;
    position = advance(position, decode(chunk.subarray(0, known)) ?? '');
    for (const byte of chunk.subarray(known)) {
      pending.push(byte);
      const text = decode(Uint8Array.of(byte));
      if (text === undefined) return badBytes(file, encoding, position, pending);
      if (text !== '') pending = [];
      position = advance(position, text);
    }
  }
  return badBytes(file, encoding, position, pending);
}

function badBytes({ path }: InputFile, encoding: string, position: Position, bytes: readonly number[]): RepomillError {
  const found = formatHex(Uint8Array.from(bytes)).replace(/..(?=.)/g, '$& ');
  const message = `expected ${encoding} text, found ${bytes.length === 1 ? 'the byte' : 'the bytes'} ${found}`;
  return new RepomillError('format', message, { path, problems: [{ file: path, ...position, message }] });
}
