/**
 * The positions of everything in a header and in a bucket, for comparing two versions byte by byte. FORMAT.md, sections
 * "Summary" and "Bucket". Values are decoded only to distinguish records.
 */
import { decodeText, encodeText } from '../../../../bytes/bytes.ts';
import { type ColumnEntry, parseColumnList } from '../../format/column.ts';
import { readColumn } from '../../format/column-reader.ts';
import { splitLine } from '../../format/json-document.ts';
import { readStringTable, type StringTable } from '../../format/string-table.ts';
import { decodeHeader, type SummaryHeader } from '../../format/summary.ts';

/** Bytes from `start` up to, but not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A line of JSON that ends with a list. */
export interface LineOutline {
  /** What comes before the first entry of the list; the whole line if it is not as our writer writes it. */
  readonly head: Span;
  /** The entries of the list, in order, each with the comma or brackets after it; none if `head` is the whole line. */
  readonly entries: readonly Span[];
}

/** A summary's header. */
export interface HeaderOutline {
  readonly header: SummaryHeader;
  readonly line: LineOutline;
}

/** A column in a bucket. */
export interface ColumnOutline {
  readonly entry: ColumnEntry;
  /** One byte for each record; empty if the column is not sparse. */
  readonly presence: Span;
  readonly cells: Span;
}

/** A bucket. Positions count from its first byte. */
export interface BucketOutline {
  readonly line: LineOutline;
  readonly records: number;
  readonly table: Span;
  /** In the order of the line's entries. */
  readonly columns: readonly ColumnOutline[];
  /** The string table, parsed once. Throws a format error. */
  strings(): StringTable;
  /** A column's values as texts, in the order of the records; empty if no record has the field. Throws a format error. */
  texts(field: string): readonly string[];
}

/** Outlines a header. Throws a format error if the bytes are not one. */
export function outlineHeader(bytes: Uint8Array): HeaderOutline {
  const { header, length } = decodeHeader(bytes);
  return {
    header,
    line: outlineLine(
      bytes.subarray(0, length),
      'id',
      header.buckets.map(({ id }) => id),
    ),
  };
}

/** Outlines a bucket. Throws a format error if the bytes are not one. */
export function outlineBucket(bytes: Uint8Array): BucketOutline {
  const { line, rest } = splitLine(bytes, 'bucket');
  const { records, strings: tableSize, columns: entries } = parseColumnList(line, rest.length);
  const start = bytes.length - rest.length;
  const table = { start, end: start + tableSize };
  const columns = outlineColumns(entries, records, table.end);
  const reader = readStringTable(bytes.subarray(table.start, table.end));
  const texts = (field: string): readonly string[] => {
    const column = columns.find(({ entry }) => entry.field === field);
    if (column === undefined) return [];
    const body = bytes.subarray(column.presence.start, column.cells.end);
    const values = readColumn(column.entry, body, records, reader);
    return Array.from({ length: records }, (_, position) => String(values.at(position)));
  };
  const fields = entries.map(({ field }) => field);
  return {
    line: outlineLine(bytes.subarray(0, start), 'field', fields),
    records,
    table,
    columns,
    strings: reader.table,
    texts,
  };
}

function outlineColumns(entries: readonly ColumnEntry[], records: number, start: number): readonly ColumnOutline[] {
  let at = start;
  return entries.map((entry) => {
    const end = at + entry.size;
    const cells = entry.sparse ? Math.min(at + records, end) : at;
    const outline = { entry, presence: { start: at, end: cells }, cells: { start: cells, end } };
    at = end;
    return outline;
  });
}

// Every entry begins with this member, and a string in JSON contains no unescaped quotation mark.
function outlineLine(line: Uint8Array, key: string, values: readonly string[]): LineOutline {
  const text = decodeText(line);
  const isAscii = text.length === line.length;
  const starts: number[] = [];
  let found = 0;
  let at = 0;
  for (const value of values) {
    const next = text.indexOf(`{"${key}":${JSON.stringify(value)},`, found);
    if (next === -1) return { head: { start: 0, end: line.length }, entries: [] };
    at += isAscii ? next - found : encodeText(text.slice(found, next)).length;
    starts.push(at);
    found = next;
  }
  const entries = starts.map((start, i) => ({ start, end: starts[i + 1] ?? line.length }));
  return { head: { start: 0, end: starts[0] ?? line.length }, entries };
}
