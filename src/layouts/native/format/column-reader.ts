/**
 * Reading a column: whole, or value by value, for readers that need few values of many buckets. FORMAT.md, sections
 * "Columns" and "Cells". Refuses wrong presence bytes and counts, and each requested value that is not of the column's kind.
 */

import { decodeText, formatHex, VarintReader } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { FieldValue } from '../../../model/record.ts';
import { parseCell, parseJsonCell, parseListCell, QUOTED, referenceCell } from './cell.ts';
import type { ColumnEntry } from './column.ts';
import type { StringTableReader } from './string-table.ts';

/** A value as its column stores it: a path that follows a rule is `{rule}`, which the bucket resolves. */
export type RawValue = FieldValue | { readonly rule: number };

/** A column that is parsed value by value. Positions of records count from 0. */
export interface ColumnReader {
  /** The value of a record; undefined if it has none. Cheapest in ascending order. */
  at(position: number): RawValue | undefined;
  /** Throws a format error unless the column has exactly as many values as it should; `at` looks no further than it must. */
  requireCount(): void;
  /**
   * Positions, ascending, of the records whose value may contain a text: all that contain it, in any case, and few others.
   * Parses no value.
   *
   * @param lowered - in lower case, not empty, without NUL
   */
  mayHold(lowered: string): readonly number[];
}

/** Opens a column for reading. */
export function readColumn(
  entry: ColumnEntry,
  body: Uint8Array,
  records: number,
  strings: StringTableReader,
): ColumnReader {
  if (!entry.sparse) return openValues(entry, body, records, strings);
  const present = body.subarray(0, records);
  const count = countPresent(present, records);
  return spreadValues(openValues(entry, body.subarray(records), count, strings), present);
}

function countPresent(present: Uint8Array, records: number): number {
  let count = 0;
  let sound = present.length === records;
  for (const byte of present) {
    sound &&= byte <= 1;
    count += byte;
  }
  if (sound) return count;
  throw new RepomillError('format', `column: expected ${records} presence bytes of 0 or 1`);
}

/** Turns a reader of the values that are there into a reader of all records. */
function spreadValues(dense: ColumnReader, present: Uint8Array): ColumnReader {
  let places: readonly number[] | undefined;
  return {
    at(position) {
      if (present[position] !== 1) return undefined;
      let next = 0;
      places ??= Array.from(present, (there) => (there === 1 ? next++ : next));
      return dense.at(places[position] ?? 0);
    },
    requireCount: dense.requireCount,
    mayHold(lowered) {
      const found = dense.mayHold(lowered);
      if (found.length === 0) return found;
      const positions = [...present.keys()].filter((position) => present[position] === 1);
      return found.flatMap((place) => positions[place] ?? []);
    },
  };
}

function openValues(entry: ColumnEntry, body: Uint8Array, count: number, strings: StringTableReader): ColumnReader {
  switch (entry.kind) {
    case 'digest':
      return allMayHold(entry, decodeDigests(body, count), count);
    case 'integer':
      return allMayHold(entry, decodeIntegers(body), count);
    default:
      return openCells(entry, decodeText(body), count, strings);
  }
}

// Digests and numbers contain no words; fields that are searched rarely have any.
function allMayHold(entry: ColumnEntry, values: readonly FieldValue[], count: number): ColumnReader {
  return {
    at: (position) => values[position],
    requireCount: () => requireEqual(entry, values.length, count),
    mayHold: () => [...values.keys()],
  };
}

function openCells(entry: ColumnEntry, text: string, count: number, strings: StringTableReader): ColumnReader {
  const { kind } = entry;
  let inLowerCase: string | undefined;
  // The cell that was asked for last, and where it starts: the next one is not far.
  let current = 0;
  let start = 0;
  const cellAt = (position: number): string => {
    if (position < current) [current, start] = [0, 0];
    for (; current < position; current++) start = endOfCell(text, start) + 1;
    return text.slice(start, endOfCell(text, start));
  };
  return {
    at(position) {
      if (position >= count) return undefined;
      const value = parseCell(cellAt(position), strings.table());
      if (kind === 'text') return value;
      if (typeof value === 'string') return kind === 'list' ? parseListCell(value) : parseJsonCell(value);
      throw new RepomillError('format', `column: a path rule in a column of kind ${kind}`);
    },
    requireCount() {
      let found = 0;
      for (let at = 0; at < text.length; at = endOfCell(text, at) + 1) found++;
      requireEqual(entry, found, count);
    },
    mayHold(lowered) {
      // JSON can write the same text in many ways.
      if (kind === 'json') return Array.from({ length: count }, (_, position) => position);
      inLowerCase ??= text.toLowerCase();
      const found = new Set([...cellsWith(inLowerCase, lowered), ...cellsWith(text, QUOTED)]);
      for (const id of strings.idsHolding(lowered)) {
        for (const position of cellsWith(text, `${referenceCell(id)}\0`)) found.add(position);
      }
      return [...found].sort((a, b) => a - b);
    },
  };
}

function endOfCell(text: string, start: number): number {
  const end = text.indexOf('\0', start);
  if (end !== -1) return end;
  throw new RepomillError('format', 'column: the last cell has no NUL at its end');
}

/** The cells that contain `part`, counted from 0, ascending. Changing the case of `text` moves no cell: NUL has no case. */
function cellsWith(text: string, part: string): readonly number[] {
  const cells: number[] = [];
  let cell = 0;
  let end = text.indexOf('\0');
  for (let at = text.indexOf(part); at !== -1 && end !== -1; at = text.indexOf(part, end)) {
    for (; end !== -1 && end < at; end = text.indexOf('\0', end + 1)) cell++;
    cells.push(cell);
  }
  return cells;
}

function requireEqual({ field }: ColumnEntry, found: number, expected: number): void {
  if (found === expected) return;
  throw new RepomillError('format', `column ${field}: expected ${expected} values, found ${found}`);
}

const DIGEST_SIZE = 32;

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
