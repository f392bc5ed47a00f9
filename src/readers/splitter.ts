/**
 * The interface of a splitter, which splits the bytes of a file into records to parse one by one, and the decoding shared by
 * all splitters. A splitter knows where records end, but nothing about their content.
 */
import { formatHex } from '../bytes/bytes.ts';
import { MAX_RECORD_SIZE } from '../model/limits.ts';
import { advance, type Position } from '../text/line-index.ts';

/** The text of one record, or of one YAML document, which may hold several. Its position is that of its start in the file. */
export interface RawRecord extends Position {
  readonly text: string;
  /** What comes immediately after the text, for messages: `"]"`, `the end of the file`. */
  readonly follows: string;
}

/** A record that cannot be parsed, and why. */
export interface BadRecord {
  readonly line: number;
  readonly column?: number;
  readonly problem: string;
  /** As in `ReaderProblem`. */
  readonly way?: string;
}

/** The result for one record. */
export type SplitRecord = RawRecord | BadRecord;

/** Splits the bytes of one file into records. How the bytes are divided into chunks makes no difference. */
export interface Splitter {
  /** Takes the next bytes and returns the records that end in them. */
  push(chunk: Uint8Array): readonly SplitRecord[];
  /** Returns the rest of the file as the last record, if any. */
  end(): readonly SplitRecord[];
}

/** The problem of a record larger than `MAX_RECORD_SIZE` bytes. */
export const TOO_LARGE: string = `record: expected at most ${MAX_RECORD_SIZE} bytes, found more`;

// A byte order mark at the start of the file has been skipped already; elsewhere it is an ordinary character.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes UTF-8; undefined if the bytes are not UTF-8. */
export function tryDecodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decodes bytes that may not be UTF-8, for counting lines and columns. */
export function decodeLossy(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/** The problem of bytes that are not UTF-8, in a text that begins at `start`. */
export function badText(bytes: Uint8Array, start: Position): BadRecord {
  const { offset, length } = findBadBytes(bytes);
  const found = formatHex(bytes.subarray(offset, offset + length)).replace(/..(?=.)/g, '$& ');
  const what = length === 1 ? 'the byte' : 'the bytes';
  const advice = 'if the file has a different encoding, name it, as in `encoding: latin1`';
  return {
    ...advance(start, decodeLossy(bytes.subarray(0, offset))),
    problem: `expected UTF-8 text, found ${what} ${found}; ${advice}`,
  };
}

/** The first bytes that are no character. There must be some. */
function findBadBytes(bytes: Uint8Array): { readonly offset: number; readonly length: number } {
  let sound = 0;
  for (let tooLong = bytes.length + 1; tooLong - sound > 1; ) {
    const middle = (sound + tooLong) >> 1;
    if (canBeginText(bytes.subarray(0, middle))) sound = middle;
    else tooLong = middle;
  }
  // A character that was cut off may begin a text.
  let offset = sound;
  while (tryDecodeText(bytes.subarray(0, offset)) === undefined) offset--;
  return { offset, length: Math.max(1, sound - offset) };
}

function canBeginText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
