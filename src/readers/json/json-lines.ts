/**
 * The reader of JSON Lines: one record a line. Empty lines are allowed.
 */

import { LineSplitter } from '../line-splitter.ts';
import { readPieces } from '../read-pieces.ts';
import type { Reader } from '../reader.ts';
import { parseJson } from './json.ts';

const LINE_BREAK = Uint8Array.of(0x0a);

/** One JSON object a line. */
export const jsonLines: Reader = {
  name: 'json-lines',
  description: 'a file with one JSON record a line (*.jsonl, *.ndjson)',
  separatorIn: () => LINE_BREAK,
  recognises: ({ name }) => /\.(jsonl|ndjson)$/.test(name),
  read: (file) =>
    readPieces(file, new LineSplitter(() => 'after'), (piece, found) => {
      if (/\S/.test(piece.text)) parseJson(piece, found);
    }),
};
