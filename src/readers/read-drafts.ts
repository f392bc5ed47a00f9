/**
 * The loop shared by all readers: bytes to records to drafts, a few hundred drafts at a time. Skips a byte order mark.
 */
import { byteOrderMarkSize } from '../bytes/bytes.ts';
import { isObject } from '../bytes/json.ts';
import type { Problem } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { describeValue } from '../model/record-problems.ts';
import type { InputFile } from '../platform/files/input-file.ts';
import type { Draft, ReaderOutput } from './reader.ts';
import type { RawRecord, SplitRecord, Splitter } from './splitter.ts';

/** Number of drafts and problems to yield together. */
const OUTPUT_LENGTH = 256;

/** Reads a file through a splitter. `parse` adds the drafts in a record's text, or its problems. */
export async function* readDrafts(
  file: InputFile,
  splitter: Splitter,
  parse: (record: RawRecord, output: OutputBuilder) => void,
): AsyncGenerator<ReaderOutput, void> {
  const output = new OutputBuilder(file.path);
  for await (const records of split(file, splitter)) {
    for (const record of records) {
      if ('text' in record) parse(record, output);
      else output.addProblem(record.problem, record.line, record.column);
      const full = output.isFull ? output.take() : undefined;
      if (full) yield full;
    }
  }
  const rest = output.take();
  if (rest) yield rest;
}

async function* split(file: InputFile, splitter: Splitter): AsyncGenerator<readonly SplitRecord[], void> {
  let unread: number = byteOrderMarkSize(file.head);
  for await (const chunk of file.chunks()) {
    yield splitter.push(chunk.subarray(unread));
    unread -= Math.min(unread, chunk.length);
  }
  yield splitter.end();
}

/** Collects the drafts and problems of one file. */
export class OutputBuilder {
  readonly #file: string;
  #drafts: Draft[] = [];
  #problems: Problem[] = [];

  /** `file` is the name as the user would type it. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether there is enough to yield. */
  get isFull(): boolean {
    return this.#drafts.length + this.#problems.length >= OUTPUT_LENGTH;
  }

  /** `entry`: the file that has this line, if the whole is an archive. */
  addDraft(fields: Readonly<Record<string, unknown>>, line: number, entry?: string): void {
    this.#drafts.push(entry === undefined ? { fields, line } : { fields, line, entry });
  }

  /** Adds a parsed value as a draft, or a problem if it is not an object. */
  addValue(value: unknown, line: number): void {
    if (isObject(value)) this.addDraft(value, line);
    else this.addProblem(`expected a record, found ${describeValue(value)}`, line);
  }

  addProblem(message: string, line?: number, column?: number): void {
    this.#problems.push(defined({ file: this.#file, line, column, message }));
  }

  /** Returns what was collected since the last call; undefined if nothing was. */
  take(): ReaderOutput | undefined {
    if (this.#drafts.length + this.#problems.length === 0) return undefined;
    const output = { drafts: this.#drafts, problems: this.#problems };
    this.#drafts = [];
    this.#problems = [];
    return output;
  }
}
