/**
 * A bucket's first line: how many records, how long the string table is, which columns follow. FORMAT.md, section "Bucket".
 */
import { RepomillError } from '../../../errors.ts';
import type { ColumnEntry, ColumnKind } from './column.ts';
import { asDocument, type Document, integerOf, listOf, textOf } from './fields.ts';

/** What the first line of a bucket says. */
export interface ColumnList {
  readonly records: number;
  /** Length of the string table in bytes. */
  readonly strings: number;
  readonly columns: readonly ColumnEntry[];
}

const kinds: readonly string[] = ['digest', 'integer', 'text', 'list', 'json'] satisfies readonly ColumnKind[];

/** Checks a bucket's first line against the number of bytes behind it. */
export function parseColumnList(line: Readonly<Record<string, unknown>>, available: number): ColumnList {
  const document: Document = { what: 'bucket', members: line };
  const records = integerOf(document, 'records', available);
  const strings = integerOf(document, 'strings', available);
  const columns = listOf(document, 'columns').map((value) => parseColumnEntry(asDocument(value, 'column'), available));
  const total = columns.reduce((sum, column) => sum + column.size, strings);
  if (total !== available) {
    throw new RepomillError('format', `bucket: expected ${total} bytes behind the first line, found ${available}`);
  }
  if (new Set(columns.map((column) => column.field)).size !== columns.length) {
    throw new RepomillError('format', 'bucket: a column occurs twice');
  }
  return { records, strings, columns };
}

function parseColumnEntry(document: Document, available: number): ColumnEntry {
  const kind = textOf(document, 'kind');
  if (!isKind(kind)) throw new RepomillError('format', `column: unknown kind ${JSON.stringify(kind)}`);
  const field = textOf(document, 'field');
  if (field === '__proto__') throw new RepomillError('format', 'column: __proto__ is no field');
  const rules = document.members.rules === undefined ? [] : listOf(document, 'rules').map(parseRule);
  if (rules.length > 0 && (field !== 'path' || kind !== 'text')) {
    throw new RepomillError('format', `column ${field}: only a text column path may have rules`);
  }
  return {
    field,
    kind,
    size: integerOf(document, 'size', available),
    ...(document.members.sparse === true ? { sparse: true } : {}),
    ...(rules.length > 0 ? { rules } : {}),
  };
}

function parseRule(rule: unknown): string {
  if (typeof rule === 'string') return rule;
  throw new RepomillError('format', `column path: expected a rule as text, found ${JSON.stringify(rule)}`);
}

function isKind(kind: string): kind is ColumnKind {
  return kinds.includes(kind);
}
