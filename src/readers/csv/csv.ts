/**
 * The readers of tables with a header: comma-separated values (RFC 4180) and tab-separated values. Each row is a record, each
 * cell a text. Holds one row.
 */
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { advance } from '../../text/line-index.ts';
import { quote } from '../../text/printable.ts';
import { LineSplitter } from '../line-splitter.ts';
import { type OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import type { RawRecord } from '../splitter.ts';
import { type CellSeparator, MAX_COLUMNS, type ParsedRow, parseRow, rowCut, separatorOf } from './rows.ts';

/** A header and rows of cells, separated by commas or semicolons. */
export const csv: Reader = {
  name: 'csv',
  description: 'a table with a header, its cells separated by commas or semicolons (*.csv)',
  recognises: ({ name }) => name.endsWith('.csv'),
  read: (file) => readTable(file, separatorOf(file.head.subarray(byteOrderMarkSize(file.head)))),
};

/** A header and rows of cells, separated by tabs. */
export const tsv: Reader = {
  name: 'tsv',
  description: 'a table with a header, its cells separated by tabs (*.tsv)',
  recognises: ({ name }) => name.endsWith('.tsv'),
  read: (file) => readTable(file, '\t'),
};

type Cells = Extract<ParsedRow, { readonly cells: unknown }>;

function readTable(file: InputFile, separator: CellSeparator): AsyncIterable<ReaderOutput> {
  let columns: readonly string[] | undefined;
  return readDrafts(file, new LineSplitter(rowCut(separator)), (row, output) => {
    const parsed = parseCells(row, separator, output);
    if (columns === undefined) columns = parseHeader(parsed, row.line, output);
    else if (columns.length > 0) addRow(columns, parsed, row.line, output);
  });
}

/** The cells of a row; none if it has a problem. */
function parseCells(row: RawRecord, separator: CellSeparator, output: OutputBuilder): Cells {
  const parsed = parseRow(row.text, separator);
  if ('cells' in parsed) return parsed;
  const { line, column } = advance(row, row.text, parsed.offset);
  output.addProblem(parsed.problem, line, column);
  return { cells: [], count: 0 };
}

/** The names of the columns; none if any of them is bad, so that the rows are not reported too. */
function parseHeader({ cells, count }: Cells, line: number, output: OutputBuilder): readonly string[] {
  const names = new Set<string>();
  const refuse = (expected: string, found: string): void => {
    output.addProblem(`header: expected ${expected}, found ${found}`, line);
  };
  // The whole file is one line then, and every other problem of the header comes from that.
  if (cells.some((cell) => /\r/.test(cell.trim()))) {
    refuse('lines that end in a line feed', 'a carriage return alone');
    return [];
  }
  if (count > MAX_COLUMNS) {
    refuse(`at most ${MAX_COLUMNS} columns`, String(count));
    return [];
  }
  for (const [i, cell] of cells.entries()) {
    const name = cell.trim();
    if (name === '') refuse(`a name in column ${i + 1}`, 'nothing');
    else if (name === '__proto__') refuse('a different name', quote(name));
    else if (/\p{Cc}/u.test(name)) refuse('a name without control characters', quote(name));
    else if (names.has(name)) refuse('each name once', `${quote(name)} again`);
    else names.add(name);
  }
  return names.size === cells.length ? [...names] : [];
}

/** Adds a row. Empty cells are no fields, and a row of empty cells is like an empty line. */
function addRow(columns: readonly string[], { cells, count }: Cells, line: number, output: OutputBuilder): void {
  if (count <= MAX_COLUMNS && cells.every((cell) => cell === '')) return;
  if (count !== columns.length) {
    output.addProblem(`row: expected ${columns.length} cells, as in the header, found ${count}`, line);
    return;
  }
  const fields: Record<string, unknown> = {};
  for (const [i, name] of columns.entries()) if (cells[i] !== '') fields[name] = cells[i];
  output.addDraft(fields, line);
}
