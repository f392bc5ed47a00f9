/**
 * From a piece of text that is not JSON to a problem with its exact place in the file.
 */

import type { Position } from '../../platform/yaml.ts';
import { quote } from '../../text/printable.ts';
import type { BadPiece, TextPiece } from '../splitter.ts';
import { findJsonError, type JsonError } from './json-syntax.ts';

/** The first syntax error of a piece, or undefined if it is JSON. */
export function findJsonProblem(piece: TextPiece): BadPiece | undefined {
  const error = findJsonError(piece.text);
  return error && jsonProblem(piece, error);
}

/** A syntax error as a problem of the file. */
export function jsonProblem(piece: TextPiece, { offset, expected }: JsonError): BadPiece {
  const char = String.fromCodePoint(piece.text.codePointAt(offset) ?? 0);
  const found = offset < piece.text.length ? quote(char) : piece.follows;
  return { ...advance(piece, piece.text, offset), problem: `invalid JSON: expected ${expected}, found ${found}` };
}

/** The position behind the first `length` code units of a text that begins at `start`. */
export function advance(start: Position, text: string, length: number = text.length): Position {
  let { line, column } = start;
  let lineStart = 0;
  for (;;) {
    const newline = text.indexOf('\n', lineStart);
    if (newline === -1 || newline >= length) break;
    line++;
    column = 1;
    lineStart = newline + 1;
  }
  return { line, column: column + length - lineStart };
}
