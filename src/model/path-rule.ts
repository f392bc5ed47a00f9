/**
 * Path rules: templates that most `path` fields of a repository follow, such as
 * `pool/{component}/{Source|name:word:pool}/{Source|name:word}/{name}_{version:noepoch}_{arch}.deb`. FORMAT.md, section "Path
 * rules". A path that follows a rule is not stored.
 */
import { RepomillError } from '../errors.ts';
import { type FieldValue, ownField, type PackageRecord } from './record.ts';

/** The value of another field of the same record. */
export type FieldOf = (field: string) => FieldValue | undefined;

/** A parsed template. */
export interface PathRule {
  readonly template: string;
  /** The fields that the template reads. */
  readonly fields: readonly string[];
  /** The path according to the rule; undefined if it reads a field that is missing or not a string. */
  apply(fieldOf: FieldOf): string | undefined;
  /** Whether `apply` gives this path. Faster, because it stops where the path differs. */
  gives(path: string, fieldOf: FieldOf): boolean;
}

/** The filters that a placeholder can apply to a field's text. */
const filters: Readonly<Record<string, (text: string) => string>> = {
  word: (text) => (text.includes(' ') ? text.slice(0, text.indexOf(' ')) : text),
  noepoch: (text) => text.slice(text.indexOf(':') + 1),
  pool: (text) => firstCharacters(text, text.startsWith('lib') && text.length > 3 ? 4 : 1),
};

/**
 * Parses a template: text, and placeholders such as `{field}` or `{field|other field:filter:filter}`.
 *
 * @param blame - the code of the error for a malformed template: `usage` in a configuration, `format` in a bucket
 */
export function parsePathRule(template: string, blame: 'usage' | 'format' = 'usage'): PathRule {
  const parts: ((fieldOf: FieldOf) => string | undefined)[] = [];
  const fields = new Set<string>();
  for (const [whole, inner, text] of template.matchAll(/\{([^{}]*)\}|([^{}]+|[{}])/g)) {
    if (text !== undefined) {
      if (text === '{' || text === '}') throw new RepomillError(blame, `path rule: unmatched ${whole} in ${template}`);
      parts.push(() => text);
      continue;
    }
    const placeholder = parsePlaceholder(inner ?? '', template, blame);
    for (const field of placeholder.fields) fields.add(field);
    parts.push(placeholder.apply);
  }
  const apply = (fieldOf: FieldOf): string | undefined => {
    let path = '';
    for (const part of parts) {
      const piece = part(fieldOf);
      if (piece === undefined) return undefined;
      path += piece;
    }
    return path;
  };
  const gives = (path: string, fieldOf: FieldOf): boolean => {
    let at = 0;
    for (const part of parts) {
      const piece = part(fieldOf);
      if (piece === undefined || !path.startsWith(piece, at)) return false;
      at += piece.length;
    }
    return at === path.length;
  };
  return { template, fields: [...fields], apply, gives };
}

/** Whether a record has a path, and it is the one that a rule gives. */
export function followsRule(record: PackageRecord, rule: PathRule): boolean {
  return typeof record.path === 'string' && rule.gives(record.path, (field) => ownField(record, field));
}

function parsePlaceholder(
  inner: string,
  template: string,
  blame: 'usage' | 'format',
): { readonly fields: readonly string[]; apply(fieldOf: FieldOf): string | undefined } {
  const [names = '', ...filterNames] = inner.split(':');
  const fields = names.split('|');
  if (fields.includes('') || fields.includes('path')) {
    throw new RepomillError(blame, `path rule: expected a field other than path in {${inner}} of ${template}`);
  }
  const steps = filterNames.map((name) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter === undefined) {
      const known = Object.keys(filters).join(', ');
      throw new RepomillError(blame, `path rule: unknown filter "${name}" in ${template} (known: ${known})`);
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
