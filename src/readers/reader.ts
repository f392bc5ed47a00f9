/**
 * The interface of a reader, which understands one kind of input file. To add a reader, write a file that exports a `Reader`
 * and add it to the table in `readers.ts`. A reader streams: it holds one chunk and one record, never the whole file.
 */
import type { Problem } from '../errors.ts';
import type { InputFile } from '../platform/files/input-file.ts';

/** One record as the file has it, in the field names of the record schema, not yet validated. */
export interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line of the file on which the record starts, from 1. */
  readonly line: number;
}

/** What a reader found in a part of the file: drafts, and the problems that kept records from becoming drafts. */
export interface ReaderOutput {
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
}

/** Understands one kind of input. */
export interface Reader {
  /** The name that a configuration uses: `reader: deb822`. */
  readonly name: string;
  /** What it reads, in a few words, for help and messages. */
  readonly description: string;
  /**
   * The bytes that separate records, if there are such bytes: wherever they occur, one record ends before them and the next
   * begins after them. Large files are cut there, so that unchanged chunks are not read again. Undefined if the file has to be
   * read as a whole.
   */
  separatorIn?(file: Pick<InputFile, 'head'>): Uint8Array | undefined;
  /** Whether the name and the first bytes look like a file of this kind. Cheap, and never throws. */
  recognises(file: Pick<InputFile, 'name' | 'head'>): boolean;
  /** All records of the file, in order. A broken record is a problem; reading continues after it where possible. */
  read(file: InputFile): AsyncIterable<ReaderOutput>;
}
