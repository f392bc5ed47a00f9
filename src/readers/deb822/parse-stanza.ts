/**
 * Parses one stanza of a control file (deb822) into a draft: lines to entries, entries to the fields of a record. Debian
 * Policy, sections 5 (control files) and 7 (relationships). A bad stanza yields all of its problems and no draft.
 */
import { quote } from '../../text/printable.ts';
import type { OutputBuilder } from '../read-drafts.ts';
import type { RawRecord } from '../splitter.ts';

/** How the text of a field is parsed. */
type FieldKind = 'text' | 'list' | 'arch' | 'bytes' | 'kibibytes' | 'description';

/** The field of the record, and how its value is parsed. */
interface RecordField {
  readonly field: string;
  readonly kind: FieldKind;
}

/** Control fields that map to fields of the record schema. All others keep their names and texts. */
const mapped: readonly (readonly [string, string, FieldKind])[] = [
  ['Package', 'name', 'text'],
  ['Version', 'version', 'text'],
  ['Architecture', 'arch', 'arch'],
  ['Size', 'size', 'bytes'],
  ['Installed-Size', 'installedSize', 'kibibytes'],
  ['SHA256', 'sha256', 'text'],
  ['Filename', 'path', 'text'],
  ['Homepage', 'homepage', 'text'],
  ['Depends', 'dependencies', 'list'],
  ['Tag', 'tags', 'list'],
  ['Description', 'summary', 'description'],
];

/** Lists that keep their names. */
const plainLists = [
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Breaks',
  'Conflicts',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
];

/** By usual spelling and by lower-case spelling. */
const knownFields = new Map<string, RecordField>();
for (const [name, field, kind] of [...mapped, ...plainLists.map((name) => [name, name, 'list'] as const)]) {
  knownFields.set(name, { field, kind });
  knownFields.set(name.toLowerCase(), { field, kind });
}

const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;

// Rare: without it, a list can be split at every comma.
const COMMA_IN_BRACKET = /[([][^)\]]*,/;

/** A field of the file. `line` is the line with its name. */
interface Entry {
  readonly name: string;
  readonly line: number;
  text: string;
}

type Refuse = (message: string, line: number) => void;

/** Adds the draft of a stanza, or its problems. A stanza of only comments and blank lines adds nothing. */
export function parseStanza(record: RawRecord, output: OutputBuilder): void {
  let isSound = true;
  const refuse: Refuse = (message, line) => {
    isSound = false;
    output.addProblem(message, line);
  };
  const entries = parseEntries(record, refuse);
  const [first] = entries;
  if (first === undefined) return;
  const fields = parseFields(entries, refuse);
  if (!Object.hasOwn(fields, 'name')) refuse('stanza: expected a field "Package", found none', first.line);
  if (isSound) output.addDraft(fields, first.line);
}

function parseEntries({ text, line: firstLine }: RawRecord, refuse: Refuse): readonly Entry[] {
  const entries: Entry[] = [];
  let entry: Entry | undefined;
  let line = firstLine - 1;
  for (let start = 0, next = 0; start < text.length; start = next) {
    line++;
    const newline = text.indexOf('\n', start);
    next = newline === -1 ? text.length + 1 : newline + 1;
    const end = text.charCodeAt(next - 2) === RETURN ? next - 2 : next - 1;
    const first = text.charCodeAt(start);
    if (first === HASH || isBlank(text, start, end)) continue;
    if (first === SPACE || first === TAB) {
      if (entry) entry.text += `\n${text.slice(start + 1, end)}`;
      else refuse('expected a field, found a continuation line', line);
      continue;
    }
    const colon = text.indexOf(':', start);
    const hasName = colon > start && colon < end;
    if (!hasName) refuse(`expected "Field: text", found ${quote(text.slice(start, end))}`, line);
    // Lines that continue a bad line belong to it and are not reported again.
    entry = {
      name: text.slice(start, hasName ? colon : start),
      line,
      text: hasName ? trimmed(text, colon + 1, end) : '',
    };
    if (hasName) entries.push(entry);
  }
  return entries;
}

function parseFields(entries: readonly Entry[], refuse: Refuse): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const { name, text, line } of entries) {
    const known = findField(name);
    const field = known?.field ?? name;
    if (field === '__proto__') {
      refuse(`field ${quote(name)}: this name is not allowed`, line);
    } else if (known === undefined && !isFieldName(name)) {
      refuse(`field ${quote(name)}: expected a name of printable ASCII that does not start with "-"`, line);
    } else if (Object.hasOwn(fields, field)) {
      refuse(`field ${quote(name)}: expected once in a stanza, found again`, line);
    } else if (known?.kind === 'description') {
      const newline = text.indexOf('\n');
      fields[field] = newline === -1 ? text : text.slice(0, newline);
      if (newline !== -1) fields.description = text.slice(newline + 1);
    } else {
      const value = parseValue(text, known?.kind ?? 'text');
      if (value === undefined) refuse(`field ${quote(name)}: expected a whole number, found ${quote(text)}`, line);
      else fields[field] = value;
    }
  }
  return fields;
}

/** The mapping of a known control field, spelled in any case; undefined for other fields. */
function findField(name: string): RecordField | undefined {
  return knownFields.get(name) ?? knownFields.get(name.toLowerCase());
}

function isFieldName(name: string): boolean {
  return /^[!-,.-~][!-~]*$/.test(name);
}

/** The value of a field; undefined if a number is expected and the text is not one. */
function parseValue(text: string, kind: FieldKind): unknown {
  switch (kind) {
    case 'bytes':
      return parseInteger(text);
    case 'kibibytes': {
      const size = parseInteger(text);
      return size === undefined ? undefined : size * 1024;
    }
    case 'arch':
      return /\s/.test(text) ? text.split(/\s+/) : text;
    case 'list':
      return parseList(text);
    default:
      return text;
  }
}

function parseInteger(text: string): number | undefined {
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** The items between commas outside of brackets, trimmed, without empty ones. */
function parseList(text: string): readonly string[] {
  if (!COMMA_IN_BRACKET.test(text)) return nonEmpty(text.split(','));
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
  return nonEmpty(items);
}

function nonEmpty(items: readonly string[]): readonly string[] {
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) return false;
  }
  return true;
}

function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text, from, from + 1)) from++;
  while (to > from && isBlank(text, to - 1, to)) to--;
  return text.slice(from, to);
}
