/**
 * The readers of JSON. `json`: a file with one record, or with a list of records of any length, read record by record.
 * `json-lines`: one record per line; empty lines are allowed.
 */
import { type Selected, selectItem, selectRecords, selectWithin } from '../../mapping/select-records.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { LineIndex, positionIn } from '../../text/line-index.ts';
import { LineSplitter } from '../line-splitter.ts';
import { OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput, RecordSelection } from '../reader.ts';
import { decodeLossy, type RawRecord } from '../splitter.ts';
import { linesOfValues } from './locate-values.ts';
import { findJsonLosses, findJsonProblem } from './problems.ts';
import { type DocumentPart, selectParts } from './select-stream.ts';
import { JsonSplitter } from './splitter.ts';

/** What helps where a comment or a trailing comma is in the way. */
const LOOSE = '; for comments and trailing commas, name the file *.jsonc or set `reader: jsonc`';

/** One JSON object, or a list of them. */
export const json: Reader = {
  name: 'json',
  description: 'a JSON file that holds one record or a list of records (*.json)',
  nests: true,
  recognises: ({ name }) => name.endsWith('.json'),
  read: (file, selection) =>
    selection === undefined
      ? readDrafts(file, new JsonSplitter(LOOSE), (record, output) => parseJson(record, output, LOOSE))
      : readSelected(file, selection),
};

const LINE_BREAK = Uint8Array.of(0x0a);

/** One JSON object per line. */
export const jsonLines: Reader = {
  name: 'json-lines',
  description: 'a file with one JSON record on each line (*.jsonl, *.ndjson)',
  separatorIn: () => LINE_BREAK,
  recognises: ({ name }) => /\.(jsonl|ndjson)$/.test(name),
  nests: true,
  read: (file, selection) =>
    readDrafts(file, new LineSplitter(() => 'after'), (record, output) => {
      if (!/\S/.test(record.text)) return;
      if (selection === undefined) parseJson(record, output);
      else parseJsonDocument(record, output, (value) => selectRecords(value, selection.paths));
    }),
};

/** Reads a document, or a list of them, and selects its records. */
async function* readSelected(file: InputFile, selection: RecordSelection): AsyncGenerator<ReaderOutput, void> {
  if (!isMap(file.head) || (await isSmall(file))) {
    yield* readDrafts(file, new JsonSplitter(LOOSE), (record, output) =>
      parseJsonDocument(record, output, (value) => selectRecords(value, selection.paths), LOOSE),
    );
    return;
  }
  const output = new OutputBuilder(file.path);
  for await (const part of selectParts(file, selection)) {
    if ('problem' in part) output.addProblem(part.problem, part.line, part.column, part.way);
    else if ('problem' in part.value) output.addProblem(part.value.problem, part.value.line, part.value.column);
    else parseJsonDocument(part.value, output, (value) => selectFrom(part, value));
    const full = output.isFull ? output.take() : undefined;
    if (full) yield full;
  }
  const rest = output.take();
  if (rest) yield rest;
}

function selectFrom({ paths, surroundings, isItem }: DocumentPart, value: unknown): Selected {
  return isItem ? selectItem(value, paths, surroundings) : selectWithin(value, paths, surroundings);
}

function isMap(head: Uint8Array): boolean {
  return /^\ufeff?\s*\{/.test(decodeLossy(head));
}

/** Whether a document can be held as a whole. */
async function isSmall(file: InputFile): Promise<boolean> {
  let size = 0;
  for await (const chunk of file.chunks()) {
    size += chunk.length;
    if (size > MAX_RECORD_SIZE) return false;
  }
  return true;
}

/** Adds the records of a document that is a JSON text, or its problems. `looseAdvice` as in `parseJson`. */
export function parseJsonDocument(
  record: RawRecord,
  output: OutputBuilder,
  select: (value: unknown) => Selected,
  looseAdvice = '',
): void {
  const value = parseText(record, output, looseAdvice);
  if (value === undefined) return;
  output.addSelected(select(value), (locations) => linesOfValues(record.text, locations, record.line));
}

/** Adds the record that is a JSON text, or its problems. `looseAdvice` ends the message about a comment or a trailing comma. */
export function parseJson(record: RawRecord, output: OutputBuilder, looseAdvice = ''): void {
  const value = parseText(record, output, looseAdvice);
  if (value !== undefined) output.addValue(value, record.line);
}

/** The value of a text; undefined after a problem. */
function parseText(record: RawRecord, output: OutputBuilder, looseAdvice: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(record.text);
  } catch {
    const found = findJsonProblem(record, looseAdvice) ?? { line: record.line, problem: 'invalid JSON' };
    output.addProblem(found.problem, found.line, found.column);
    return undefined;
  }
  const losses = findJsonLosses(record.text, value);
  const lines = new LineIndex(record.text);
  for (const { offset, problem } of losses) {
    const { line, column } = positionIn(record, lines.positionAt(offset));
    output.addProblem(problem, line, column);
  }
  return losses.length === 0 ? value : undefined;
}
