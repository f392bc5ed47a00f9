/**
 * Columns: all values of one field in a bucket, in the order of the records. FORMAT.md, section "Columns". The kind
 * follows from the values alone: digests as 32 raw bytes, sizes as varints, texts and lists ended by NUL, all else as JSON.
 */
import { RepomillError } from '../errors.ts';
import { isDigest } from '../model/digest.ts';
import type { FieldValue } from '../model/record.ts';
import { type ByteWriter, decodeText, formatHex, parseHex, VarintReader } from './bytes.ts';
import { fitsListCell, jsonCell, listCell, parseCell, parseJsonCell, parseListCell, textCell } from './cell.ts';
import type { StringTable } from './string-table.ts';

/** How a column's values are written. */
export type ColumnKind = 'digest' | 'integer' | 'text' | 'list' | 'json';

/** What a bucket's first line says of a column. */
export interface ColumnEntry {
  readonly field: string;
  readonly kind: ColumnKind;
  /** Length of the body in bytes. */
  readonly size: number;
  /** Some records lack the field: the body starts with one byte a record, 1 where the value is there. */
  readonly sparse?: true;
  /** Path rules that cells of this column may name. */
  readonly rules?: readonly string[];
}

/** A field's values, record by record; undefined where a record lacks it. */
export type Values = readonly (FieldValue | undefined)[];

const DIGEST_SIZE = 32;

/** The tightest kind that holds every value. */
export function kindOf(values: Values): ColumnKind {
  const present = values.filter((value) => value !== undefined);
  if (present.every(isDigest)) return 'digest';
  if (present.every(isSize)) return 'integer';
  if (present.every((value) => typeof value === 'string')) return 'text';
  return present.every(fitsListCell) ? 'list' : 'json';
}

function isSize(value: FieldValue): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && !Object.is(value, -0);
}

/** The cells of a text, list or JSON column, without those of absent values. */
export function formatCells(kind: ColumnKind, values: Values): readonly string[] {
  const cells: string[] = [];
  for (const value of values) {
    if (value === undefined) continue;
    if (kind === 'text' && typeof value === 'string') cells.push(textCell(value));
    else if (kind === 'list' && isTextList(value)) cells.push(listCell(value));
    else cells.push(jsonCell(value));
  }
  return cells;
}

// `kindOf` has looked into the items already.
function isTextList(value: FieldValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Writes a column's presence bytes, if it is sparse. */
export function encodePresence(values: Values, writer: ByteWriter): void {
  for (const value of values) writer.byte(value === undefined ? 0 : 1);
}

/** Writes the values of a digest or integer column. */
export function encodeBinary(kind: 'digest' | 'integer', values: Values, writer: ByteWriter): void {
  for (const value of values) {
    if (value === undefined) continue;
    if (kind === 'digest') writer.bytes(parseHex(String(value)));
    else writer.varint(Number(value));
  }
}

/** Reads a column. A path that follows a rule comes back as `{rule}`, for the bucket to fill in. */
export function decodeColumn(
  entry: ColumnEntry,
  body: Uint8Array,
  records: number,
  table: () => StringTable,
): readonly (FieldValue | { readonly rule: number } | undefined)[] {
  const present = entry.sparse ? decodePresence(body.subarray(0, records), records) : undefined;
  const rest = entry.sparse ? body.subarray(records) : body;
  const count = present?.reduce((sum, there) => sum + (there ? 1 : 0), 0) ?? records;
  const values = decodeValues(entry.kind, rest, count, table);
  if (values.length !== count) {
    throw new RepomillError('format', `column ${entry.field}: expected ${count} values, found ${values.length}`);
  }
  if (present === undefined) return values;
  let next = 0;
  return present.map((there) => (there ? values[next++] : undefined));
}

function decodePresence(bytes: Uint8Array, records: number): readonly boolean[] {
  if (bytes.length !== records || bytes.some((byte) => byte > 1)) {
    throw new RepomillError('format', `column: expected ${records} presence bytes of 0 or 1`);
  }
  return Array.from(bytes, (byte) => byte === 1);
}

function decodeValues(
  kind: ColumnKind,
  body: Uint8Array,
  count: number,
  table: () => StringTable,
): readonly (FieldValue | { readonly rule: number })[] {
  if (kind === 'digest') return decodeDigests(body, count);
  if (kind === 'integer') return decodeIntegers(body);
  const cells = decodeText(body).split('\0');
  if (cells.pop() !== '') throw new RepomillError('format', 'column: the last cell has no end');
  const strings = table();
  return cells.map((cell) => {
    const text = parseCell(cell, strings);
    if (kind === 'text') return text;
    if (typeof text !== 'string') throw new RepomillError('format', `column: a path rule in a column of kind ${kind}`);
    return kind === 'list' ? parseListCell(text) : parseJsonCell(text);
  });
}

function decodeDigests(body: Uint8Array, count: number): readonly string[] {
  if (body.length !== count * DIGEST_SIZE) throw new RepomillError('format', `column: expected ${count} digests`);
  return Array.from({ length: count }, (_, i) => formatHex(body.subarray(i * DIGEST_SIZE, (i + 1) * DIGEST_SIZE)));
}

function decodeIntegers(body: Uint8Array): readonly number[] {
  const reader = new VarintReader(body);
  const values: number[] = [];
  while (!reader.done) values.push(reader.next());
  return values;
}
