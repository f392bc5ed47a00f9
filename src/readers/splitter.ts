/**
 * The interface of a splitter, which splits the bytes of a file into records to parse one by one, and the decoding shared by
 * all splitters. A splitter knows where records end, but nothing about their content.
 */
import { MAX_RECORD_SIZE } from '../model/limits.ts';

/** The text of one record, or of one YAML document, which may hold several. */
export interface RawRecord {
  /** Start of the text in the file: line and column from 1, columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** What comes immediately after the text, for messages: `"]"`, `the end of the file`. */
  readonly follows: string;
}

/** A record that cannot be parsed, and why. */
export interface BadRecord {
  readonly line: number;
  readonly column?: number;
  readonly problem: string;
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

/** The problem of bytes that are not UTF-8 and begin on this line. */
export function badText(bytes: Uint8Array, line: number): BadRecord {
  let start = 0;
  let badLine = line;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline === -1 || tryDecodeText(bytes.subarray(start, newline)) === undefined) break;
    start = newline + 1;
    badLine++;
  }
  return { line: badLine, problem: 'expected UTF-8 text, found other bytes' };
}
