/**
 * Templates: text, and placeholders such as `{field}` or `{field|other field:filter:filter}`. A placeholder stands for the first
 * of its fields that a record has, passed through the filters in order. Path rules and the mapping of an input are templates.
 */
import { type ErrorCode, RepomillError } from '../errors.ts';
import type { FieldValue } from './record.ts';

/** The value of a field of the record that a template is applied to. */
export type FieldOf = (field: string) => FieldValue | undefined;

/** Changes a text. */
export type Filter = (text: string) => string;

/** What a kind of template allows. */
export interface TemplateLanguage {
  /** For messages: `path rule`. */
  readonly name: string;
  readonly filters: Readonly<Record<string, Filter>>;
  /** The field that templates make and therefore cannot read. */
  readonly made?: string;
}

/** A parsed template. */
export interface Template {
  readonly template: string;
  /** The fields that the template reads. */
  readonly fields: readonly string[];
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

/**
 * Parses a template.
 *
 * @param blame - the code of the error for a malformed template
 * @throws RepomillError with that code
 */
export function parseTemplate(template: string, language: TemplateLanguage, blame: ErrorCode = 'usage'): Template {
  const parts: ((fieldOf: FieldOf) => string | undefined)[] = [];
  const fields = new Set<string>();
  for (const [whole, inner, text] of template.matchAll(/\{([^{}]*)\}|([^{}]+|[{}])/g)) {
    if (text !== undefined) {
      if (text === '{' || text === '}') {
        throw new RepomillError(blame, `${language.name}: unmatched ${whole} in ${template}`);
      }
      parts.push(() => text);
      continue;
    }
    const placeholder = parsePlaceholder(inner ?? '', template, language, blame);
    for (const field of placeholder.fields) fields.add(field);
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
  return { template, fields: [...fields], apply, gives };
}

function parsePlaceholder(
  inner: string,
  template: string,
  { name: language, filters, made }: TemplateLanguage,
  blame: ErrorCode,
): { readonly fields: readonly string[]; apply(fieldOf: FieldOf): string | undefined } {
  const [names = '', ...filterNames] = inner.split(':');
  const fields = names.split('|');
  if (fields.includes('') || (made !== undefined && fields.includes(made))) {
    const expected = made === undefined ? 'a field' : `a field other than ${made}`;
    throw new RepomillError(blame, `${language}: expected ${expected} in {${inner}} of ${template}`);
  }
  const steps = filterNames.map((name) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter === undefined) {
      const known = Object.keys(filters).join(', ');
      throw new RepomillError(blame, `${language}: unknown filter "${name}" in ${template} (known: ${known})`);
    }
    return filter;
  });
  const apply = (fieldOf: FieldOf): string | undefined => {
    let value: FieldValue | undefined;
    for (let i = 0; value === undefined && i < fields.length; i++) value = fieldOf(fields[i] ?? '');
    if (typeof value !== 'string') return undefined;
    let text = value;
    for (const step of steps) text = step(text);
    return text;
  };
  return { fields, apply };
}

function firstCharacters(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) end += Number(text.codePointAt(end)) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}
