/**
 * Columns: all values of one field in a bucket, in the order of the records. FORMAT.md, section "Columns". The kind
 * follows from the values alone: digests as 32 raw bytes, sizes as varints, texts and lists ended by NUL, all else as JSON.
 * `column-reader.ts` reads what is written here.
 */

import { type ByteWriter, parseHex } from '../../../bytes/bytes.ts';
import { isDigest } from '../../../model/digest.ts';
import type { FieldValue } from '../../../model/record.ts';
import { fitsListCell, jsonCell, listCell, textCell } from './cell.ts';

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
