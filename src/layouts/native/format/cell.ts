/**
 * Cells of text, list and JSON columns, each ended by NUL. FORMAT.md, section "Cells". A cell is its own text, unless it
 * starts with a control character below 4: then it is a reference into the string table, a quoted text, or a path that
 * follows a rule.
 */
import { isTooDeep, TOO_DEEP } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import { formatCanonicalJson } from '../../../model/canonical-json.ts';
import type { FieldValue } from '../../../model/record.ts';

const REFERENCE = '\x01';
/** Starts a cell whose text is written as JSON. */
export const QUOTED = '\x02';
const FOLLOWS_RULE = '\x03';
const ITEM_END = '\x1f';
const FIRST_PLAIN = 4;

/** Whether a cell is its own text. */
export function isPlainCell(cell: string): boolean {
  return !(cell.charCodeAt(0) < FIRST_PLAIN);
}

/** A text as a cell: itself, or quoted as JSON if it could be mistaken for something else. */
export function textCell(text: string): string {
  return isPlainCell(text) && !text.includes('\0') ? text : QUOTED + JSON.stringify(text);
}

/** A list of texts as a cell: each item followed by the unit separator, so that `[]` and `['']` differ. */
export function listCell(items: readonly string[]): string {
  let cell = '';
  for (const item of items) cell += item + ITEM_END;
  return cell;
}

/** Whether a value can be a list cell: strings without NUL and separator, the first of which begins like no other kind of cell. */
export function fitsListCell(value: FieldValue): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) {
    if (typeof item !== 'string' || item.includes('\0') || item.includes(ITEM_END)) return false;
  }
  return value.length === 0 || isPlainCell(listCell(value.slice(0, 1)));
}

/** Any other value as a cell. */
export function jsonCell(value: FieldValue): string {
  return formatCanonicalJson(value);
}

/** The cell of a path that follows a rule. Rules count from 0. */
export function ruleCell(rule: number): string {
  return `${FOLLOWS_RULE}${rule}`;
}

/** The cell of a text in the string table. */
export function referenceCell(id: string): string {
  return REFERENCE + id;
}

/** What a cell means: a text, or the number of the path rule that gives it. */
export function parseCell(cell: string, table: ReadonlyMap<string, string>): string | { readonly rule: number } {
  if (isPlainCell(cell)) return cell;
  const rest = cell.slice(1);
  if (cell.startsWith(REFERENCE)) {
    const text = table.get(rest);
    if (text === undefined) throw new RepomillError('format', `string table: no entry ${JSON.stringify(rest)}`);
    return text;
  }
  if (cell.startsWith(QUOTED)) {
    const text = parseJsonCell(rest);
    if (typeof text === 'string') return text;
  }
  if (cell.startsWith(FOLLOWS_RULE) && /^(0|[1-9]\d?)$/.test(rest)) return { rule: Number(rest) };
  throw new RepomillError('format', `cell: expected text, found ${JSON.stringify(cell.slice(0, 20))}`);
}

/** The items of a list cell. */
export function parseListCell(text: string): readonly string[] {
  const items = text.split(ITEM_END);
  if (items.pop() !== '')
    throw new RepomillError('format', 'cell: the last item of a list has no separator at its end');
  return items;
}

/** The value of a JSON cell. */
export function parseJsonCell(text: string): FieldValue {
  let value: FieldValue;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RepomillError('format', 'cell: expected JSON', { cause });
  }
  if (isTooDeep(text, value)) throw new RepomillError('format', `cell: ${TOO_DEEP}`);
  return value;
}
