/**
 * The interface of a reader, which understands one kind of input file. To add a reader: one file that exports a
 * `Reader`, and one line in `readers.ts`. A reader streams: it holds one chunk and one record, never the whole file.
 */
import type { Problem } from '../errors.ts';
import type { InputFile } from '../platform/files/input-file.ts';

/** One record as the file has it, in the field names of the record schema, not yet validated. */
export interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line of the file where the record starts, from 1. */
  readonly line: number;
}

/** What a reader found in one stretch of the file: drafts, and problems that kept a record from becoming one. */
export interface Batch {
  readonly drafts: readonly Draft[];
  readonly problems: readonly Problem[];
}

/** Understands one kind of input. */
export interface Reader {
  /** The name that a configuration uses: `reader: deb822`. */
  readonly name: string;
  /** For help and messages: what it reads, in a few words. */
  readonly description: string;
  /**
   * What stands between any two records, if there is such a thing: wherever it stands, a record ends before it and another
   * begins behind it. A large file is cut there, and what did not change is not read again. Undefined for a file that must
   * be read as a whole.
   */
  separatorIn?(file: Pick<InputFile, 'head'>): Uint8Array | undefined;
  /** Whether this looks like a file of the kind, by name and first bytes. Cheap, and never throws. */
  recognises(file: Pick<InputFile, 'name' | 'head'>): boolean;
  /** All records of the file, in order. A broken record is a problem, and reading goes on behind it where that is possible. */
  read(file: InputFile): AsyncIterable<Batch>;
}
