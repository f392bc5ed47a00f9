/**
 * From the fields of a package manager's file to those of a record. A table says which field becomes which, and how its text is
 * parsed. All others keep their texts and their names, except for a name that would mean something else in a record.
 */
import { isHttpUrl } from '../../model/field-checks.ts';
import { isRecordField } from '../../model/parse-record.ts';
import { quote } from '../../text/printable.ts';
import type { RefuseLine, StanzaEntry } from './parse-entries.ts';

/**
 * How the text of a field is parsed. Lists are separated by `commas` outside of brackets, by white space (`words`), or by
 * `lines`. An empty list, `integer`, `kibibytes` or `homepage` gives no field.
 *
 * - `size`: a whole number, which may not be empty
 * - `arch`: one architecture, or several
 * - `homepage`: an http(s) URL; any other text keeps its name in the file
 * - `description`: the first line is the summary; the others, if any, are the description
 */
export type FieldKind =
  | 'text'
  | 'size'
  | 'integer'
  | 'kibibytes'
  | 'arch'
  | 'commas'
  | 'words'
  | 'lines'
  | 'homepage'
  | 'description';

/** A row of a table: the name in the file, the field of the record, and how its text is parsed. */
export type FieldRow = readonly [name: string, field: string, kind: FieldKind];

/** A row, without its name. */
export interface FieldRule {
  readonly field: string;
  readonly kind: FieldKind;
}

/** What the fields of a format become. */
export interface FieldTable {
  /** The rule of a field by its name in the file; undefined for a field that keeps its name. */
  ruleOf(name: string): FieldRule | undefined;
  /** The name in the file of each field that has a different one here. */
  readonly names: ReadonlyMap<string, string>;
}

/** A table of names that are written as they are here. */
export function fieldTable(rows: readonly FieldRow[]): FieldTable {
  const rules = new Map(rows.map(([name, field, kind]) => [name, { field, kind }]));
  return { ruleOf: (name) => rules.get(name), names: namesIn(rows) };
}

/** A table of names that may be written in any case. */
export function caselessFieldTable(rows: readonly FieldRow[]): FieldTable {
  const rules = new Map(
    rows.flatMap(([name, field, kind]) => [name, name.toLowerCase()].map((spelling) => [spelling, { field, kind }])),
  );
  return { ruleOf: (name) => rules.get(name) ?? rules.get(name.toLowerCase()), names: namesIn(rows) };
}

function namesIn(rows: readonly FieldRow[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(([name, field, kind]) =>
      (kind === 'description' ? [field, 'description'] : [field]).map((own) => [own, name] as const),
    ),
  );
}

/** The fields of a record. Refuses names and values that are not valid, and a field that is there twice. */
export function parseFields(
  entries: readonly StanzaEntry[],
  table: FieldTable,
  refuse: RefuseLine,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let twins: TwinsByField | undefined;
  for (const entry of entries) {
    const rule = table.ruleOf(entry.name);
    if (rule === undefined) addOwn(fields, entry, refuse);
    else if (rule.kind === 'text') add(fields, rule.field, entry.text, entry, refuse);
    else if (rule.kind === 'description') addDescription(fields, rule.field, entry, refuse);
    else if (rule.kind === 'homepage' && entry.text !== '' && !isHttpUrl(entry.text)) addOwn(fields, entry, refuse);
    else {
      const value = parseValue(entry.text, rule.kind);
      if (value === NO_NUMBER) {
        refuse(`${titleOf(entry)}: expected a whole number, found ${quote(entry.text)}`, entry.line);
      } else if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) {
        const expected = `expected a whole number of at most ${Number.MAX_SAFE_INTEGER}`;
        refuse(`${titleOf(entry)}: ${expected}, found ${quote(entry.text)}`, entry.line);
      } else if (value === undefined) {
        twins ??= findTwins(entries, table);
        refuseTwin(entry, twins.get(rule.field), refuse);
      } else add(fields, rule.field, value, entry, refuse);
    }
  }
  return fields;
}

function titleOf({ name, written = name }: StanzaEntry): string {
  return `field ${quote(written)}`;
}

const FIELD_NAME = /^[!-,.-~][!-~]*$/;

function addOwn(fields: Record<string, unknown>, entry: StanzaEntry, refuse: RefuseLine): void {
  const { name, text, line } = entry;
  if (name === '__proto__') refuse(`${titleOf(entry)}: this name is not allowed`, line);
  else if (FIELD_NAME.test(name)) add(fields, ownName(name), text, entry, refuse);
  else refuse(`${titleOf(entry)}: expected a name of printable ASCII that does not start with "-"`, line);
}

/** The name of a field that is not ours. If it looks like one of ours, it gets a capital: `Name`, `Url`, `Tags`. */
function ownName(name: string): string {
  const first = name.charCodeAt(0);
  const isLower = first >= 0x61 && first <= 0x7a;
  return isLower && isRecordField(name) ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
}

function add(
  fields: Record<string, unknown>,
  field: string,
  value: unknown,
  entry: StanzaEntry,
  refuse: RefuseLine,
): void {
  if (Object.hasOwn(fields, field)) refuse(`${titleOf(entry)}: expected once in a stanza, found again`, entry.line);
  else fields[field] = value;
}

function addDescription(fields: Record<string, unknown>, field: string, entry: StanzaEntry, refuse: RefuseLine): void {
  const { text } = entry;
  const newline = text.indexOf('\n');
  add(fields, field, newline === -1 ? text : text.slice(0, newline), entry, refuse);
  if (newline !== -1) fields.description = text.slice(newline + 1);
}

/** The first two entries of each field of a stanza. */
type TwinsByField = ReadonlyMap<string, readonly StanzaEntry[]>;

function findTwins(entries: readonly StanzaEntry[], table: FieldTable): TwinsByField {
  const twins = new Map<string, StanzaEntry[]>();
  for (const entry of entries) {
    const field = table.ruleOf(entry.name)?.field;
    if (field === undefined) continue;
    const known = twins.get(field);
    if (known === undefined) twins.set(field, [entry]);
    else if (known.length === 1) known.push(entry);
  }
  return twins;
}

/** A field that is empty, and so gives nothing, may not be there twice either. */
function refuseTwin(entry: StanzaEntry, twins: readonly StanzaEntry[] = [], refuse: RefuseLine): void {
  const twin = twins.find((other) => other !== entry);
  // Of two that are empty, the second is refused.
  if (twin === undefined || (twin.line > entry.line && twin.text === '')) return;
  const later = twin.line > entry.line ? twin : entry;
  refuse(`${titleOf(later)}: expected once in a stanza, found again`, later.line);
}

/** The value of a text that should be a number and is something else. */
const NO_NUMBER: unique symbol = Symbol('no number');

/** The value of a field; undefined if it is empty and then gives no field. */
function parseValue(text: string, kind: FieldKind): unknown {
  switch (kind) {
    case 'size':
      return parseInteger(text);
    case 'integer':
      return text === '' ? undefined : parseInteger(text);
    case 'kibibytes': {
      const size = text === '' ? undefined : parseInteger(text);
      return typeof size === 'number' ? size * 1024 : size;
    }
    case 'arch':
      return /\s/.test(text) ? text.split(/\s+/) : text;
    case 'commas':
      return nonEmpty(splitAtCommas(text));
    case 'words':
      return nonEmpty(text.split(/\s+/));
    case 'lines':
      return nonEmpty(text.split('\n'));
    default:
      return text === '' ? undefined : text;
  }
}

function parseInteger(text: string): number | typeof NO_NUMBER {
  return /^[0-9]+$/.test(text) ? Number(text) : NO_NUMBER;
}

// Rare: without it, a list can be split at every comma.
const COMMA_IN_BRACKET = /[([][^()[\]]*,/;

/** The parts between commas outside of brackets. */
function splitAtCommas(text: string): readonly string[] {
  if (!COMMA_IN_BRACKET.test(text)) return text.split(',');
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = at === text.length ? ',' : text[at];
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === ',' && (depth <= 0 || at === text.length)) {
      items.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return items;
}

/** The items, trimmed and without empty ones; undefined if none is left. */
function nonEmpty(items: readonly string[]): readonly string[] | undefined {
  const kept = items.map((item) => item.trim()).filter((item) => item !== '');
  return kept.length === 0 ? undefined : kept;
}
