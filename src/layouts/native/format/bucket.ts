/**
 * A bucket: some tens of kilobytes of records, column by column, that can be read alone. FORMAT.md, section "Bucket". A line
 * of JSON that lists the columns, then the string table, then the columns' bodies. The bytes depend on nothing but the
 * records and the path rules, so the same packages give the same bucket in every arch, subset, release and snapshot.
 */

import { ByteWriter } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Fingerprint } from '../../../model/bucket-placement.ts';
import { compareText } from '../../../model/order.ts';
import { followsRule, parsePathRule } from '../../../model/path-rule.ts';
import type { FieldValue, PackageRecord } from '../../../model/record.ts';
import type { Template } from '../../../model/template.ts';
import { referenceCell, ruleCell } from './cell.ts';
import {
  type ColumnEntry,
  type ColumnKind,
  type ColumnValues,
  encodeBinary,
  encodePresence,
  formatCells,
  kindOf,
  parseColumnList,
} from './column.ts';
import { type ColumnReader, type RawValue, readColumn } from './column-reader.ts';
import { joinLine, splitLine } from './json-document.ts';
import { chooseStrings, formatStringTable, readStringTable } from './string-table.ts';

/** What `encodeBucket` needs besides the records. */
export interface BucketOptions {
  readonly fingerprint: Fingerprint;
  readonly pathRules: readonly Template[];
}

/** An open bucket. Columns are decoded when they are first asked for. Positions of records count from 0. */
export interface Bucket {
  readonly records: number;
  readonly columns: readonly ColumnEntry[];
  /** A field's values in the order of the records; undefined where no record of the bucket has the field. */
  column(field: string): ColumnValues | undefined;
  /** A field of the record at a position; undefined where the record lacks it. */
  value(field: string, position: number): FieldValue | undefined;
  /**
   * Positions, ascending, of the records whose field may contain a text: all that contain it, in any case, and few others.
   *
   * @param lowered - in lower case, not empty, without NUL
   */
  mayHold(field: string, lowered: string): readonly number[];
  /**
   * The record at a position: all of it, or name, version, arch and the given fields. The columns of other fields are then not
   * decoded.
   */
  record(position: number, fields?: readonly string[]): PackageRecord;
}

interface ColumnDraft {
  readonly field: string;
  readonly kind: ColumnKind;
  readonly values: ColumnValues;
  readonly cells: readonly string[];
  readonly rules: readonly string[];
}

/** Canonical bytes of records that are in order (`compareRecords`). */
export function encodeBucket(records: readonly PackageRecord[], options: BucketOptions): Uint8Array {
  const drafts = columnsOf(records).map(([field, values]) => draftColumn(field, values, records, options.pathRules));
  const idOfText = chooseStrings(
    drafts.map((draft) => draft.cells),
    options.fingerprint,
  );
  const body = new ByteWriter();
  body.text(formatStringTable(idOfText));
  const strings = body.length;
  const columns: ColumnEntry[] = [];
  for (const draft of drafts) {
    const start = body.length;
    const sparse = draft.values.includes(undefined);
    if (sparse) encodePresence(draft.values, body);
    if (draft.kind === 'digest' || draft.kind === 'integer') encodeBinary(draft.kind, draft.values, body);
    else encodeCells(draft.cells, idOfText, body);
    columns.push({
      field: draft.field,
      kind: draft.kind,
      size: body.length - start,
      ...(sparse ? { sparse } : {}),
      ...(draft.rules.length > 0 ? { rules: draft.rules } : {}),
    });
  }
  return joinLine({ records: records.length, strings, columns }, body.take());
}

// One pass over the records, because they have different fields: asking each for every field takes twice as long.
function columnsOf(records: readonly PackageRecord[]): readonly (readonly [field: string, values: ColumnValues])[] {
  const columns = new Map<string, (FieldValue | undefined)[]>();
  for (const [position, record] of records.entries()) {
    for (const field in record) {
      let values = columns.get(field);
      if (values === undefined) {
        values = new Array<FieldValue | undefined>(records.length).fill(undefined);
        columns.set(field, values);
      }
      values[position] = record[field];
    }
  }
  return [...columns]
    .filter(([, values]) => values.some((value) => value !== undefined))
    .sort(([a], [b]) => compareText(a, b));
}

function draftColumn(
  field: string,
  values: ColumnValues,
  records: readonly PackageRecord[],
  pathRules: readonly Template[],
): ColumnDraft {
  const kind = kindOf(values);
  if (kind === 'digest' || kind === 'integer') return { field, kind, values, cells: [], rules: [] };
  if (field !== 'path' || kind !== 'text' || pathRules.length === 0) {
    return { field, kind, values, cells: formatCells(kind, values), rules: [] };
  }
  const present = records.filter((record) => record[field] !== undefined);
  const cells = formatCells(kind, values).map((cell, i) => {
    const record = present[i];
    const rule = pathRules.findIndex((candidate) => record !== undefined && followsRule(record, candidate));
    return rule === -1 ? cell : ruleCell(rule);
  });
  return { field, kind, values, cells, rules: pathRules.map((rule) => rule.template) };
}

function encodeCells(cells: readonly string[], idOfText: ReadonlyMap<string, string>, body: ByteWriter): void {
  const written = cells.map((cell) => {
    const id = idOfText.get(cell);
    return id === undefined ? cell : referenceCell(id);
  });
  body.text(`${written.join('\0')}\0`);
}

/** Opens a bucket whose digest the caller has verified. Throws a format error if the bytes are not a bucket. */
export function openBucket(bytes: Uint8Array): Bucket {
  const { line, rest } = splitLine(bytes, 'bucket');
  const { records, strings, columns } = parseColumnList(line, rest.length);
  const table = readStringTable(rest.subarray(0, strings));
  const places = placeColumns(columns, strings);
  const opened = new Map<string, OpenColumn>();
  const open = (field: string): OpenColumn | undefined => {
    const known = opened.get(field);
    if (known !== undefined) return known;
    const place = places.get(field);
    if (place === undefined) return undefined;
    const { entry, start } = place;
    const reader = readColumn(entry, rest.subarray(start, start + entry.size), records, table);
    const column = { entry, reader, rules: parseRules(entry) };
    opened.set(field, column);
    return column;
  };
  const value = (field: string, position: number): FieldValue | undefined => valueAt(open(field), position, value);
  return {
    records,
    columns,
    column(field) {
      const column = open(field);
      column?.reader.requireCount();
      return column && Array.from({ length: records }, (_, position) => value(field, position));
    },
    value,
    mayHold: (field, lowered) => open(field)?.reader.mayHold(lowered) ?? [],
    record: (position, fields = columns.map(({ field }) => field)) => assembleRecord(fields, value, position),
  };
}

/** Where each column begins in the bytes after the first line. */
function placeColumns(
  columns: readonly ColumnEntry[],
  first: number,
): ReadonlyMap<string, { readonly entry: ColumnEntry; readonly start: number }> {
  let end = first;
  return new Map(
    columns.map((entry) => {
      const start = end;
      end += entry.size;
      return [entry.field, { entry, start }];
    }),
  );
}

interface OpenColumn {
  readonly entry: ColumnEntry;
  readonly reader: ColumnReader;
  readonly rules: readonly Template[];
}

function parseRules({ rules = [] }: ColumnEntry): readonly Template[] {
  return rules.map((template) => parsePathRule(template, 'format'));
}

function valueAt(
  column: OpenColumn | undefined,
  position: number,
  value: (field: string, position: number) => FieldValue | undefined,
): FieldValue | undefined {
  const raw = column?.reader.at(position);
  if (column === undefined || !isRuleCell(raw, column.entry)) return raw;
  const path = column.rules[raw.rule]?.apply((field) => value(field, position));
  if (path !== undefined) return path;
  throw new RepomillError('format', `column ${column.entry.field}: rule ${raw.rule} gives no path`);
}

// A JSON column may hold the user's own objects; only text columns have rule cells.
function isRuleCell(value: RawValue | undefined, entry: ColumnEntry): value is { readonly rule: number } {
  return entry.kind !== 'json' && typeof value === 'object' && value !== null && 'rule' in value;
}

function assembleRecord(
  fields: readonly string[],
  value: (field: string, position: number) => FieldValue | undefined,
  position: number,
): PackageRecord {
  const record: Record<string, FieldValue> = {};
  for (const field of fields) {
    const found = value(field, position);
    if (found !== undefined) record[field] = found;
  }
  const [name, version, arch] = ['name', 'version', 'arch'].map((field) => record[field] ?? value(field, position));
  if (typeof name !== 'string' || typeof version !== 'string' || !(typeof arch === 'string' || isTextList(arch))) {
    throw new RepomillError('format', `bucket: record ${position} has no name, version or arch`);
  }
  return { ...record, name, version, arch };
}

function isTextList(value: FieldValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
