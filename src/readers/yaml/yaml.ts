/**
 * The reader of YAML files: each document is a record or a list of records. It holds one document.
 */
import { CONFIG_NAME } from '../../config/config-name.ts';
import { parseYamlDocuments } from '../../platform/yaml.ts';
import type { BatchBuilder } from '../batch-builder.ts';
import { type Cut, LineSplitter } from '../line-splitter.ts';
import { readPieces } from '../read-pieces.ts';
import type { Reader } from '../reader.ts';
import type { TextPiece } from '../splitter.ts';

/** YAML documents of one record, or of a list of records. */
export const yaml: Reader = {
  name: 'yaml',
  description: 'YAML documents, each of one record or a list of records (*.yaml, *.yml)',
  recognises: ({ name }) => /\.ya?ml$/.test(name) && name !== CONFIG_NAME,
  read: (file) => readPieces(file, new LineSplitter(documentCut()), parseYaml),
};

/**
 * Documents begin at a `---` line and end at a `...` line, wherever these stand: YAML allows neither inside of a text.
 * Only directives and comments may come before the `---` of their document.
 */
function documentCut(): Cut {
  let inPreamble = true;
  return (bytes, start, end) => {
    const first = bytes[start];
    if (first === 0x2d && isMarker(bytes, start, end)) {
      const cut = inPreamble ? 'nowhere' : 'before';
      inPreamble = false;
      return cut;
    }
    if (first === 0x2e && isMarker(bytes, start, end)) {
      inPreamble = true;
      return 'after';
    }
    // A line with `#`, `%` or nothing at its beginning leaves the preamble as it was.
    if (end > start && first !== 0x0d && first !== 0x23 && first !== 0x25) inPreamble = false;
    return 'nowhere';
  };
}

/** Three times the first byte, then white space or the end of the line. */
function isMarker(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start + 1] !== bytes[start] || bytes[start + 2] !== bytes[start] || end < start + 3) return false;
  const next = bytes[start + 3];
  return end === start + 3 || next === 0x20 || next === 0x09 || next === 0x0d;
}

function parseYaml(piece: TextPiece, found: BatchBuilder): void {
  const above = piece.line - 1;
  const { documents, problems } = parseYamlDocuments(piece.text);
  for (const { line, column, message } of problems) found.addProblem(message, above + line, column);
  for (const { value, line, positionOf } of documents) {
    if (value === null) continue;
    if (!Array.isArray(value)) found.addValue(value, above + line);
    else for (const [i, item] of value.entries()) found.addValue(item, above + positionOf([i]).line);
  }
}
