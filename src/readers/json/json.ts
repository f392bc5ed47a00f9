/**
 * The readers of JSON. `json`: a file with one record, or with a list of records of any length, read record by record.
 * `json-lines`: one record per line; empty lines are allowed.
 */
import { advance } from '../../text/line-index.ts';
import { LineSplitter } from '../line-splitter.ts';
import { type OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader } from '../reader.ts';
import type { RawRecord } from '../splitter.ts';
import { findJsonLosses, findJsonProblem } from './problems.ts';
import { JsonSplitter } from './splitter.ts';

/** One JSON object, or a list of them. */
export const json: Reader = {
  name: 'json',
  description: 'a JSON file that holds one record or a list of records (*.json)',
  recognises: ({ name }) => name.endsWith('.json'),
  read: (file) => {
    const advice = '; for comments and trailing commas, name the file *.jsonc or set `reader: jsonc`';
    return readDrafts(file, new JsonSplitter(advice), (record, output) => parseJson(record, output, advice));
  },
};

const LINE_BREAK = Uint8Array.of(0x0a);

/** One JSON object per line. */
export const jsonLines: Reader = {
  name: 'json-lines',
  description: 'a file with one JSON record on each line (*.jsonl, *.ndjson)',
  separatorIn: () => LINE_BREAK,
  recognises: ({ name }) => /\.(jsonl|ndjson)$/.test(name),
  read: (file) =>
    readDrafts(file, new LineSplitter(() => 'after'), (record, output) => {
      if (/\S/.test(record.text)) parseJson(record, output);
    }),
};

/** Adds the record that is a JSON text, or its problems. `looseAdvice` ends the message about a comment or a trailing comma. */
export function parseJson(record: RawRecord, output: OutputBuilder, looseAdvice = ''): void {
  let value: unknown;
  try {
    value = JSON.parse(record.text);
  } catch {
    const found = findJsonProblem(record, looseAdvice) ?? { line: record.line, problem: 'invalid JSON' };
    output.addProblem(found.problem, found.line, found.column);
    return;
  }
  const losses = findJsonLosses(record.text, value);
  for (const { offset, problem } of losses) {
    const { line, column } = advance(record, record.text, offset);
    output.addProblem(problem, line, column);
  }
  if (losses.length === 0) output.addValue(value, record.line);
}
