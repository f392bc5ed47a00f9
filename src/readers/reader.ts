/**
 * The interface of a reader, which understands one kind of input file. To add a reader, write a file that exports a `Reader`
 * and add it to the table in `readers.ts`. A reader streams: it holds one chunk and one record, never the whole file.
 */
import type { Problem } from '../errors.ts';
import type { RecordsPath } from '../mapping/records-path.ts';
import type { ParsedDocument } from '../model/parsed-document.ts';
import type { InputFile } from '../platform/files/input-file.ts';

/** One record of a file, under the field names of the record schema, not yet validated. */
export interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line on which the record starts, from 1. */
  readonly line: number;
  /** For a file that is an archive: the name of the file in it that has this line. */
  readonly entry?: string;
  /** How the file writes a number in `fields`, for a field that holds a text. Absent in formats that tell texts from numbers. */
  readonly textOf?: ParsedDocument['textOf'];
  /** Fields of its parents in the document, if `records:` led to it. */
  readonly inherited?: Readonly<Record<string, unknown>>;
  /** The objects that hold those fields, the nearest first. */
  readonly parents?: readonly object[];
  /** Fields that keys of maps on the way to it give. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Which parts of a document are records. */
export interface RecordSelection {
  readonly paths: readonly RecordsPath[];
  /** Whether the mapping leaves out a field of a parent, so that a reader need not keep its value. */
  ignores(field: string): boolean;
}

/** A reader's output for part of a file: drafts, and the problems of records that could not become drafts. */
export interface ReaderOutput {
  readonly drafts: readonly Draft[];
  readonly problems: readonly ReaderProblem[];
}

/** A problem of a file. */
export interface ReaderProblem extends Problem {
  /** Of a problem on the way to records: the same for all documents that have it. */
  readonly way?: string;
}

/** Files that are packages, or parts of one, and describe themselves. */
export interface OwnFiles {
  /** Whether a file with this name is one of them, whatever is in it. */
  isNamed(name: string): boolean;
  /**
   * The names of files in the same directory that the record depends on.
   *
   * @param bytes - the whole file, of at most `MAX_RECORD_SIZE` bytes
   */
  neighboursIn?(bytes: Uint8Array): readonly string[];
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
  /** What its files call the fields that have a different name in drafts, for messages: `path` is `Filename`. */
  readonly names?: ReadonlyMap<string, string>;
  /**
   * Set by a reader of packages themselves: `read` uses `InputFile.stored`, so that files of any size are read in little memory, and
   * files that did not change are not read at all.
   */
  readonly ownFiles?: OwnFiles;
  /** Whether its documents can hold records within records: whether `selection` has a meaning. */
  readonly nests?: boolean;
  /**
   * All records of the file, in order. A broken record is a problem; reading continues after it where possible.
   *
   * @param selection - where the records of each document are; by default, a document is a record or a list of records
   */
  read(file: InputFile, selection?: RecordSelection): AsyncIterable<ReaderOutput>;
  /**
   * Whether a file looks like one that accompanies the files of this kind and repeats their records, with more or fewer fields:
   * it is left alone unless a configuration names it. Cheap, and never throws.
   */
  isCompanion?(file: Pick<InputFile, 'name' | 'head'>): boolean;
}
