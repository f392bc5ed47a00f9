/**
 * The interface of a splitter, which cuts the bytes of a file into pieces small enough to be parsed one at a time, and
 * the decoding that all splitters share. A splitter knows where records end, and nothing of what they say.
 */
import { MAX_RECORD_SIZE } from '../model/limits.ts';

/** A piece of a file: one record, or one document of several. */
export interface TextPiece {
  /** Where the text begins in the file: line and column from 1, columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** What comes right behind the text, for messages: `"]"`, `the end of the file`. */
  readonly follows: string;
}

/** A piece that cannot be parsed, and why. */
export interface BadPiece {
  readonly line: number;
  readonly column?: number;
  readonly problem: string;
}

/** What a splitter makes of a stretch of bytes. */
export type Piece = TextPiece | BadPiece;

/** Cuts the bytes of one file into pieces, whatever the chunks they arrive in. */
export interface Splitter {
  /** Takes the next bytes and returns the pieces that end in them. */
  push(chunk: Uint8Array): readonly Piece[];
  /** Returns the last piece, if the file does not end exactly behind one. */
  end(): readonly Piece[];
}

/** Why a record that exceeds `MAX_RECORD_SIZE` is refused. */
export const TOO_LARGE: string = `record: expected at most ${MAX_RECORD_SIZE} bytes, found more`;

// A byte order mark is skipped before the bytes come here; anywhere else it is a character like any other.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 to text; undefined where the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 to text of about the same shape, for counting lines in bytes that are not all UTF-8. */
export function decodeRoughly(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/** The problem of bytes that `decodeText` refuses; `line` is the one on which they begin. */
export function badText(bytes: Uint8Array, line: number): BadPiece {
  let start = 0;
  let badLine = line;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline === -1 || decodeText(bytes.subarray(start, newline)) === undefined) break;
    start = newline + 1;
    badLine++;
  }
  return { line: badLine, problem: 'expected UTF-8 text, found other bytes' };
}
