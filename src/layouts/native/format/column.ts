/**
 * Columns: all values of one field in a bucket, in the order of the records. FORMAT.md, sections "Bucket" and "Columns". A
 * column's kind follows from its values alone: digests are 32 raw bytes, sizes are varints, strings and lists of strings end
 * with NUL, anything else is JSON. `column-reader.ts` reads what is written here.
 */

import { type ByteWriter, parseHex } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { isDigest } from '../../../model/digest.ts';
import type { FieldValue } from '../../../model/record.ts';
import { fitsListCell, jsonCell, listCell, textCell } from './cell.ts';
import {
  integerMember,
  type JsonDocument,
  listMember,
  optionalListMember,
  requireDocument,
  textMember,
} from './json-document.ts';

/** How a column's values are written. */
export type ColumnKind = 'digest' | 'integer' | 'text' | 'list' | 'json';

/** One column in the first line of a bucket. */
export interface ColumnEntry {
  readonly field: string;
  readonly kind: ColumnKind;
  /** Length of the body in bytes. */
  readonly size: number;
  /** Some records lack the field: the body starts with one byte for each record, 1 if it has a value. */
  readonly sparse?: true;
  /** Templates of the path rules that cells of this column may name. */
  readonly rules?: readonly string[];
}

/** The first line of a bucket. */
export interface ColumnList {
  readonly records: number;
  /** Length of the string table in bytes. */
  readonly strings: number;
  readonly columns: readonly ColumnEntry[];
}

/** A field's values, record by record; undefined where a record lacks the field. */
export type ColumnValues = readonly (FieldValue | undefined)[];

const columnKinds: readonly string[] = ['digest', 'integer', 'text', 'list', 'json'] satisfies readonly ColumnKind[];

/** Parses a bucket's first line, and checks it against the number of bytes after it. Throws a format error. */
export function parseColumnList(line: JsonDocument, available: number): ColumnList {
  const records = integerMember(line, 'records', available);
  const strings = integerMember(line, 'strings', available);
  const columns = listMember(line, 'columns').map((value) =>
    parseColumnEntry(requireDocument(value, 'column'), available),
  );
  const total = columns.reduce((sum, column) => sum + column.size, strings);
  if (total !== available) {
    throw new RepomillError('format', `bucket: expected ${total} bytes after the first line, found ${available}`);
  }
  if (new Set(columns.map((column) => column.field)).size !== columns.length) {
    throw new RepomillError('format', 'bucket: a column occurs twice');
  }
  return { records, strings, columns };
}

function parseColumnEntry(document: JsonDocument, available: number): ColumnEntry {
  const kind = textMember(document, 'kind');
  if (!isColumnKind(kind)) throw new RepomillError('format', `column: unknown kind ${JSON.stringify(kind)}`);
  const field = textMember(document, 'field');
  if (field === '__proto__') throw new RepomillError('format', 'column: a field must not be called __proto__');
  const rules = optionalListMember(document, 'rules').map((rule) => {
    if (typeof rule === 'string') return rule;
    throw new RepomillError('format', `column path: expected a rule as a string, found ${JSON.stringify(rule)}`);
  });
  if (rules.length > 0 && (field !== 'path' || kind !== 'text')) {
    throw new RepomillError('format', `column ${field}: only the column path, of kind text, may have rules`);
  }
  return defined({
    field,
    kind,
    size: integerMember(document, 'size', available),
    sparse: document.members.sparse === true ? (true as const) : undefined,
    rules: rules.length > 0 ? rules : undefined,
  });
}

function isColumnKind(kind: string): kind is ColumnKind {
  return columnKinds.includes(kind);
}

/** The tightest kind that holds every value. */
export function kindOf(values: ColumnValues): ColumnKind {
  const present = values.filter((value) => value !== undefined);
  if (present.every(isDigest)) return 'digest';
  if (present.every(isSize)) return 'integer';
  if (present.every((value) => typeof value === 'string')) return 'text';
  return present.every(fitsListCell) ? 'list' : 'json';
}

function isSize(value: FieldValue): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && !Object.is(value, -0);
}

/** The cells of a text, list or JSON column: one for each value that is not undefined. */
export function formatCells(kind: ColumnKind, values: ColumnValues): readonly string[] {
  const cells: string[] = [];
  for (const value of values) {
    if (value === undefined) continue;
    if (kind === 'text' && typeof value === 'string') cells.push(textCell(value));
    else if (kind === 'list' && isCheckedList(value)) cells.push(listCell(value));
    else cells.push(jsonCell(value));
  }
  return cells;
}

// `kindOf` has checked the items already.
function isCheckedList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Writes the presence bytes of a sparse column. */
export function encodePresence(values: ColumnValues, writer: ByteWriter): void {
  for (const value of values) writer.byte(value === undefined ? 0 : 1);
}

/** Writes the values of a digest or integer column. */
export function encodeBinary(kind: 'digest' | 'integer', values: ColumnValues, writer: ByteWriter): void {
  for (const value of values) {
    if (value === undefined) continue;
    if (kind === 'digest') writer.bytes(parseHex(String(value)));
    else writer.varint(Number(value));
  }
}
