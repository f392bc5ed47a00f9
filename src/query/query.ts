/**
 * The query language's abstract form. Text becomes a query in `parse-query.ts`; `match-query.ts` applies it.
 */

/** How a comparison compares: `=` equal, `!=` not equal, `~` glob, and order. */
export type Operator = '=' | '!=' | '~' | '<' | '<=' | '>' | '>=';

/** A field by its name, or a field inside a field by the names that lead to it. Never empty. */
export type FieldPath = readonly [string, ...string[]];

/** A condition on the fields of one record. */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly [Query, Query, ...Query[]] }
  | { readonly kind: 'not'; readonly part: Query }
  | { readonly kind: 'has'; readonly field: FieldPath }
  | { readonly kind: 'compare'; readonly field: FieldPath; readonly operator: Operator; readonly value: string };
