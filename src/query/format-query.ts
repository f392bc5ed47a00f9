/**
 * Query to query text, with the fewest parentheses that keep its shape: `parseQuery` gives the same query back.
 */
import type { FieldPath, Query } from './query.ts';
import { formatName, formatValue } from './query-words.ts';

/**
 * Writes a query as text.
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

// `and` binds tighter than `or`. A series within a series of its own kind keeps its parentheses, as it was written with.
function formatPart(part: Query, outer: 'and' | 'or' | 'not'): string {
  const bound = part.kind === 'or' || (part.kind === 'and' && outer !== 'or');
  return bound ? `(${formatQuery(part)})` : formatQuery(part);
}

function formatField(field: FieldPath): string {
  return field.map(formatName).join('.');
}
