/**
 * The interface of a reader, which understands one kind of input file. To add a reader, write a file that exports a `Reader`
 * and add it to the table in `readers.ts`. A reader streams: it holds one chunk and one record, never the whole file.
 */
import type { Problem } from '../errors.ts';
import type { InputFile } from '../platform/files/input-file.ts';

/** One record of a file, under the field names of the record schema, not yet validated. */
export interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line on which the record starts, from 1. */
  readonly line: number;
  /** For a file that is an archive: the name of the file in it that has this line. */
  readonly entry?: string;
}

/** A reader's output for part of a file: drafts, and the problems of records that could not become drafts. */
export interface ReaderOutput {
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
}

/** Reads one kind of input file. */
export interface Reader {
  /** Its name in a configuration: `reader: deb822`. */
  readonly name: string;
  /** Other names that a configuration may use. */
  readonly aliases?: readonly string[];
  /** The files it reads, in a few words, for help and messages. */
  readonly description: string;
  /**
   * The bytes that separate records, if any: wherever they occur, one record ends before them and the next begins after them.
   * Large files are cut there, so that unchanged chunks are not read again. Undefined if the file must be read as a whole.
   */
  separatorIn?(file: Pick<InputFile, 'head'>): Uint8Array | undefined;
  /** Whether the name and the first bytes look like a file of this kind. Cheap, and never throws. */
  recognises(file: Pick<InputFile, 'name' | 'head'>): boolean;
  /**
   * Whether a file looks like one that accompanies the files of this kind and repeats their records, with more or fewer fields:
   * it is left alone unless a configuration names it. Cheap, and never throws.
   */
  isCompanion?(file: Pick<InputFile, 'name' | 'head'>): boolean;
  /** All records of the file, in order. A broken record is a problem; reading continues after it where possible. */
  read(file: InputFile): AsyncIterable<ReaderOutput>;
}
