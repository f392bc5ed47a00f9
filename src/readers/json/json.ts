/**
 * The reader of JSON files: one record, or a list of records. A list is read record by record, whatever its length.
 */
import type { BatchBuilder } from '../batch-builder.ts';
import { readPieces } from '../read-pieces.ts';
import type { Reader } from '../reader.ts';
import type { TextPiece } from '../splitter.ts';
import { findJsonLosses } from './json-losses.ts';
import { advance, findJsonProblem } from './json-problem.ts';
import { JsonSplitter } from './json-splitter.ts';

/** One JSON object, or a list of them. */
export const json: Reader = {
  name: 'json',
  description: 'a JSON file that holds one record or a list of records (*.json)',
  recognises: ({ name }) => name.endsWith('.json'),
  read: (file) => readPieces(file, new JsonSplitter(), parseJson),
};

/** Adds the JSON value that a piece holds. */
export function parseJson(piece: TextPiece, found: BatchBuilder): void {
  let value: unknown;
  try {
    value = JSON.parse(piece.text);
  } catch {
    const flaw = findJsonProblem(piece) ?? { line: piece.line, problem: 'invalid JSON' };
    found.addProblem(flaw.problem, flaw.line, flaw.column);
    return;
  }
  const losses = findJsonLosses(piece.text, value);
  for (const { offset, problem } of losses) {
    const { line, column } = advance(piece, piece.text, offset);
    found.addProblem(problem, line, column);
  }
  if (losses.length === 0) found.addValue(value, piece.line);
}
