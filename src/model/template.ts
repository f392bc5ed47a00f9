/**
 * Templates: text, and placeholders such as `{field}` or `{field|other field:filter:filter}`. A placeholder stands for the first
 * of its fields that a record has, passed through the filters in order. Path rules and the mapping of an input are templates.
 */
import { type ErrorCode, RepomillError } from '../errors.ts';
import { closestWord } from '../text/closest-word.ts';
import { quote } from '../text/printable.ts';
import { splitOutsideQuotes, splitText, type TextPart } from '../text/split-text.ts';
import type { FieldValue } from './record.ts';

/** The value of a field of the record that a template is applied to. */
export type FieldOf = (field: string) => FieldValue | undefined;

/** Changes a text. Undefined if the text is not of the kind that the filter is for: the placeholder has no value then. */
export type Filter = (text: string) => string | undefined;

/** What a kind of template allows. */
export interface TemplateLanguage {
  /** For messages: `path rule`. */
  readonly name: string;
  readonly filters: Readonly<Record<string, Filter>>;
  /** What a person may take for filters, each with the end of the message that refuses it. */
  readonly otherFilters?: ReadonlyMap<string, string>;
  /** Whether the name of a field may be in quotation marks, with any character in it. */
  readonly hasQuotes?: boolean;
  /** The field that templates make and therefore cannot read. */
  readonly made?: string;
}

/** A parsed template. */
export interface Template {
  readonly template: string;
  /** The fields that the template reads. */
  readonly fields: readonly string[];
  /** Where it reads a field first, in UTF-16 code units. */
  offsetOf(field: string): number;
  /** The text according to the template; undefined if it reads a field that is missing or not a string. */
  apply(fieldOf: FieldOf): string | undefined;
  /** Whether `apply` gives this text. Faster, because it stops where the text differs. */
  gives(text: string, fieldOf: FieldOf): boolean;
}

/** The filters of path rules. FORMAT.md, section "Path rules": clients know these and no others. */
export const pathFilters: Readonly<Record<string, Filter>> = {
  word: (text) => (text.includes(' ') ? text.slice(0, text.indexOf(' ')) : text),
  noepoch: (text) => text.slice(text.indexOf(':') + 1),
  pool: (text) => firstCharacters(text, text.startsWith('lib') && text.length > 3 ? 4 : 1),
};

const placeholders = /\{([^{}]*)\}|([^{}]+|[{}])/g;
const quotedPlaceholders = /\{((?:"(?:[^"\\]|\\.)*"|[^{}"])*)\}|([^{}]+|[{}])/g;

/**
 * Parses a template.
 *
 * @param blame - the code of the error for a malformed template
 * @throws RepomillError with that code; if it is `usage`, with one problem that has the column, in UTF-16 code units
 */
export function parseTemplate(template: string, language: TemplateLanguage, blame: ErrorCode = 'usage'): Template {
  const parts: ((fieldOf: FieldOf) => string | undefined)[] = [];
  const offsets = new Map<string, number>();
  const refuse: RefuseTemplate = (offset, what, { where = `in ${template}`, help = '' } = {}) => {
    const problem = { file: language.name, line: 1, column: offset + 1, message: `${what}${help}` };
    const problems = blame === 'usage' ? [problem] : [];
    return new RepomillError(blame, `${language.name}: ${what} ${where}${help}`, { problems });
  };
  for (const { 0: whole, 1: inner = '', 2: text, index } of template.matchAll(
    language.hasQuotes === true ? quotedPlaceholders : placeholders,
  )) {
    if (text !== undefined) {
      if (text === '{' || text === '}') throw refuse(index, `unmatched ${whole}`);
      parts.push(() => text);
      continue;
    }
    const placeholder = parsePlaceholder(inner, index + 1, template, language, refuse);
    for (const { text: field, offset } of placeholder.fields) {
      if (!offsets.has(field)) offsets.set(field, index + 1 + offset);
    }
    parts.push(placeholder.apply);
  }
  const apply = (fieldOf: FieldOf): string | undefined => {
    let text = '';
    for (const part of parts) {
      const piece = part(fieldOf);
      if (piece === undefined) return undefined;
      text += piece;
    }
    return text;
  };
  const gives = (text: string, fieldOf: FieldOf): boolean => {
    let at = 0;
    for (const part of parts) {
      const piece = part(fieldOf);
      if (piece === undefined || !text.startsWith(piece, at)) return false;
      at += piece.length;
    }
    return at === text.length;
  };
  return { template, fields: [...offsets.keys()], offsetOf: (field) => offsets.get(field) ?? 0, apply, gives };
}

/** The error for a mistake at an offset: what it is, and if it helps where and what to do. */
type RefuseTemplate = (
  offset: number,
  what: string,
  more?: { readonly where?: string; readonly help?: string },
) => RepomillError;

function parsePlaceholder(
  inner: string,
  start: number,
  template: string,
  { filters, otherFilters, hasQuotes, made }: TemplateLanguage,
  refuse: RefuseTemplate,
): { readonly fields: readonly TextPart[]; apply(fieldOf: FieldOf): string | undefined } {
  const split = hasQuotes === true ? splitOutsideQuotes : splitText;
  const [names, ...filterNames] = split(inner, ':');
  const fields = split(names?.text ?? '', '|');
  for (const { text, offset } of fields) {
    if (text !== '' && text !== made) continue;
    const expected = made === undefined ? 'a field' : `a field other than ${made}`;
    throw refuse(start + offset, `expected ${expected} in {${inner}}`, { where: `of ${template}` });
  }
  const steps = filterNames.map(({ text: name, offset }) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter !== undefined) return filter;
    const help = filterHelp(name, Object.keys(filters), otherFilters);
    throw refuse(start + offset, `unknown filter ${quote(name)}`, { help });
  });
  const alternatives = fields.map(({ text }) => text);
  const apply = (fieldOf: FieldOf): string | undefined => {
    let value: FieldValue | undefined;
    for (let i = 0; value === undefined && i < alternatives.length; i++) value = fieldOf(alternatives[i] ?? '');
    if (typeof value !== 'string') return undefined;
    let text: string | undefined = value;
    for (const step of steps) if (text !== undefined) text = step(text);
    return text;
  };
  return { fields, apply };
}

/** The end of a message about a filter that is not known. */
export function filterHelp(
  name: string,
  known: readonly string[],
  others: ReadonlyMap<string, string> = new Map(),
): string {
  const other = others.get(name);
  if (other !== undefined) return `; ${other}`;
  if (name.includes('|')) return '; filters come after the last alternative, as in a|b:lower';
  const meant = closestWord(name, known);
  return meant === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${quote(meant)}?`;
}

function firstCharacters(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) end += Number(text.codePointAt(end)) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
