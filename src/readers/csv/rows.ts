/**
 * Rows of a table as text: where they end, and their cells. RFC 4180: a cell in quotation marks may contain separators, line
 * ends and doubled quotation marks.
 */
import { quote } from '../../text/printable.ts';
import type { LineCut } from '../line-splitter.ts';

/** What is between two cells. */
export type CellSeparator = ',' | ';' | '\t';

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** The separator of a table, from its header: the one of comma and semicolon that occurs more often outside quotation marks. */
export function separatorOf(head: Uint8Array): CellSeparator {
  let semicolons = 0;
  let commas = 0;
  let isQuoted = false;
  for (const byte of head.subarray(head.findIndex((byte) => byte !== NEWLINE && byte !== RETURN))) {
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === NEWLINE) break;
    else if (byte === SEMICOLON) semicolons++;
    else if (byte === COMMA) commas++;
  }
  return semicolons > commas ? ';' : ',';
}

/** Cuts after each row: after a line that does not end within quotation marks. */
export function rowCut(separator: CellSeparator): LineCut {
  const between = separator.charCodeAt(0);
  let isQuoted = false;
  return (bytes, start, end) => {
    // A quotation mark opens a cell at its beginning only; elsewhere it is a problem of its row alone.
    let isCellStart = !isQuoted;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (isQuoted) {
        if (byte !== QUOTE) continue;
        if (bytes[at + 1] === QUOTE && at + 1 < end) at++;
        else isQuoted = false;
      } else {
        isQuoted = isCellStart && byte === QUOTE;
        isCellStart = byte === between;
      }
    }
    return isQuoted ? 'nowhere' : 'after';
  };
}

/** The most columns of a table: a row of a longer line could have millions of cells. */
export const MAX_COLUMNS = 10_000;

/**
 * The first cells of a row, at most `MAX_COLUMNS`, and the number of all; or the first problem in it, at an offset in UTF-16 code
 * units.
 */
export type ParsedRow =
  | { readonly cells: readonly string[]; readonly count: number }
  | { readonly offset: number; readonly problem: string };

/** Parses a row without its line end. */
export function parseRow(text: string, separator: CellSeparator): ParsedRow {
  const cells: string[] = [];
  for (let start = 0, count = 1; ; count++) {
    const cell = text.charAt(start) === '"' ? parseQuoted(text, start) : parsePlain(text, start, separator);
    if ('problem' in cell) return cell;
    if (count <= MAX_COLUMNS) cells.push(cell.text);
    if (cell.end === text.length) return { cells, count };
    const next = text.charAt(cell.end);
    if (next !== separator) {
      const problem = `cell: expected ${quote(separator)} or the end of the line after it, found ${quote(next)}`;
      return { offset: cell.end, problem };
    }
    start = cell.end + 1;
  }
}

type ParsedCell =
  | { readonly text: string; readonly end: number }
  | { readonly offset: number; readonly problem: string };

function parseQuoted(text: string, start: number): ParsedCell {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text.charAt(end + 1) === '"') end = text.indexOf('"', end + 2);
  if (end === -1)
    return { offset: start, problem: 'cell: expected a second quotation mark, found the end of the file' };
  return { text: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 };
}

function parsePlain(text: string, start: number, separator: CellSeparator): ParsedCell {
  const next = text.indexOf(separator, start);
  const end = next === -1 ? text.length : next;
  const cell = text.slice(start, end);
  const mark = cell.indexOf('"');
  if (mark === -1) return { text: cell, end };
  return {
    offset: start + mark,
    problem: 'cell: expected quotation marks around it, and two for each inside, found one inside',
  };
}
