/**
 * The loop shared by all readers: bytes to records to drafts, a few hundred drafts at a time. Skips a byte order mark.
 */
import { byteOrderMarkSize } from '../bytes/bytes.ts';
import { isObject } from '../bytes/json.ts';
import { type Location, type Selected, selectRecords } from '../mapping/select-records.ts';
import { valueAt } from '../mapping/value-path.ts';
import { defined } from '../model/defined.ts';
import type { ParsedDocument } from '../model/parsed-document.ts';
import { describeValue } from '../model/record-problems.ts';
import type { InputFile } from '../platform/files/input-file.ts';
import type { Draft, ReaderOutput, ReaderProblem, RecordSelection } from './reader.ts';
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
  #problems: ReaderProblem[] = [];

  /** `file` is the name as the user would type it. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether there is enough to yield. */
  get isFull(): boolean {
    return this.#drafts.length + this.#problems.length >= OUTPUT_LENGTH;
  }

  addDraft(fields: Draft['fields'], line: number, more: Pick<Draft, 'entry' | 'textOf'> = {}): void {
    this.#drafts.push({ fields, line, ...more });
  }

  /**
   * Adds the records of a document that a selection leads to.
   *
   * @param linesOf - the line of each location in the document, from 1
   */
  addSelected(
    { records, problems }: Selected,
    linesOf: (locations: readonly Location[]) => readonly number[],
    textOf?: Draft['textOf'],
  ): void {
    const lines = linesOf([...records, ...problems].map(({ location }) => location));
    for (const [i, { fields, inherited, keys, parents }] of records.entries()) {
      this.#drafts.push({ fields, line: lines[i] ?? 1, inherited, keys, ...defined({ textOf, parents }) });
    }
    for (const [i, { message, way }] of problems.entries()) {
      this.addProblem(message, lines[records.length + i] ?? 1, undefined, way);
    }
  }

  /** Adds a parsed value as a draft, or a problem if it is not an object. */
  addValue(value: unknown, line: number, textOf?: Draft['textOf']): void {
    if (isObject(value)) this.addDraft(value, line, defined({ textOf }));
    else this.addProblem(`expected a record, found ${describeValue(value)}`, line);
  }

  /**
   * Adds the record that is a document, or the records in its list, or those that a selection leads to.
   *
   * @param above - the lines of the file before its text
   */
  addDocument(document: ParsedDocument, above: number, selection?: RecordSelection): void {
    const { value, line, lineOf, positionOf, textOf } = document;
    if (selection !== undefined) {
      const lineAt = (location: Location): number => {
        const found = valueAt(value, location.map(String));
        return above + (typeof found === 'object' && found !== null ? lineOf(found) : positionOf(location).line);
      };
      this.addSelected(selectRecords(value, selection.paths), (locations) => locations.map(lineAt), textOf);
      return;
    }
    if (!Array.isArray(value)) {
      this.addValue(value, above + line, textOf);
      return;
    }
    for (const [i, item] of value.entries()) {
      this.addValue(item, above + (isObject(item) ? lineOf(item) : positionOf([i]).line), textOf);
    }
  }

  addProblem(message: string, line?: number, column?: number, way?: string): void {
    this.#problems.push(defined({ file: this.#file, line, column, message, way }));
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
