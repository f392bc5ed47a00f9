/**
 * The interface of a reader, which understands one kind of input file. To add a reader: one file that exports a
 * `Reader`, and one line in `readers.ts`. A reader streams: it holds one chunk and one record, never the whole file.
 */
import type { Problem } from '../errors.ts';

/** An input file as a reader sees it: already uncompressed. */
export interface InputFile {
  /** As the user would type it, for messages. */
  readonly path: string;
  /** Base name without a compression suffix: `Packages` for `Packages.xz`. */
  readonly name: string;
  /** The first bytes of the uncompressed content, at most `HEAD_SIZE`. */
  readonly head: Uint8Array;
  /** The whole uncompressed content, in order. Throws a RepomillError (transport, format) that names the file. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** How many bytes of the content `InputFile.head` holds at most. */
export const HEAD_SIZE = 4096;

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
  /** Whether this looks like a file of the kind, by name and first bytes. Cheap, and never throws. */
  recognises(file: Pick<InputFile, 'name' | 'head'>): boolean;
  /** All records of the file, in order. A broken record is a problem, and reading goes on behind it where that is possible. */
  read(file: InputFile): AsyncIterable<Batch>;
}
