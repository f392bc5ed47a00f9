/**
 * The query language (QUERY.md): the form that `parse-query.ts` produces and `match-query.ts` applies, the words that need
 * quotes, and formatting as text. `parseQuery` reads back exactly what `formatQuery` writes.
 */

/** How a comparison compares: `=` equal, `!=` not equal, `~` glob, and order. */
export type QueryOperator = '=' | '!=' | '~' | '<' | '<=' | '>' | '>=';

/** The name of a field, or the names that lead to a nested field. Never empty. */
export type FieldPath = readonly [string, ...string[]];

/** A condition on the fields of one record. */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly [Query, Query, ...Query[]] }
  | { readonly kind: 'not'; readonly part: Query }
  | { readonly kind: 'has'; readonly field: FieldPath }
  | { readonly kind: 'compare'; readonly field: FieldPath; readonly operator: QueryOperator; readonly value: string };

/** Reserved words. As field names or values they need quotes. */
export const QUERY_KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** A field name without quotes, at `lastIndex`. */
export const BARE_NAME: RegExp = /[A-Za-z0-9_-]+/y;

/** A value without quotes, at `lastIndex`. It ends at white space, a parenthesis, a quote or an operator. */
export const BARE_VALUE: RegExp = /[^\s()"`=<>]+/y;

/** Meaning of the character after a backslash, in quotes of either kind. */
export const QUERY_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['`', '`'],
  ['n', '\n'],
  ['t', '\t'],
]);

/**
 * Writes a query as text, with the fewest parentheses that keep its shape.
 *
 * @example
 * formatQuery({ kind: 'compare', field: ['size'], operator: '>', value: '10MB' }); // 'size > 10MB'
 */
export function formatQuery(query: Query): string {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.parts.map((part) => formatPart(part, query.kind)).join(` ${query.kind} `);
    case 'not':
      return `not ${formatPart(query.part, 'not')}`;
    case 'has':
      return formatField(query.field);
    case 'compare':
      return `${formatField(query.field)} ${query.operator} ${formatValue(query.value)}`;
  }
}

// `and` binds tighter than `or`. A series nested in a series of the same kind keeps its parentheses.
function formatPart(part: Query, outer: 'and' | 'or' | 'not'): string {
  const bound = part.kind === 'or' || (part.kind === 'and' && outer !== 'or');
  return bound ? `(${formatQuery(part)})` : formatQuery(part);
}

function formatField(field: FieldPath): string {
  return field.map((name) => (isBare(name, BARE_NAME) ? name : `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``)).join('.');
}

function formatValue(value: string): string {
  return isBare(value, BARE_VALUE) ? value : `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
}

function isBare(word: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return !QUERY_KEYWORDS.has(word) && pattern.exec(word)?.[0] === word;
}

/** The fields of records that a query looks at. */
export function fieldsOfQuery(query: Query): ReadonlySet<string> {
  switch (query.kind) {
    case 'and':
    case 'or':
      return new Set(query.parts.flatMap((part) => [...fieldsOfQuery(part)]));
    case 'not':
      return fieldsOfQuery(query.part);
    case 'has':
    case 'compare':
      return new Set([query.field[0]]);
  }
}
