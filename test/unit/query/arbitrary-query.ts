/**
 * Any query that text can say, for property tests.
 */
import fc from 'fast-check';
import type { FieldPath, Query } from '../../../src/query/query.ts';

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('and', 'or', 'not', 'main', 'a b', 'a"b', 'a`b', 'a\\nb', 'x)', '10MB', '[!a-z]*', 'ä'),
);

const field: fc.Arbitrary<FieldPath> = fc
  .tuple(
    text.filter((name) => name !== ''),
    fc.array(
      text.filter((name) => name !== ''),
      { maxLength: 2 },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);

const { query } = fc.letrec<{ query: Query; leaf: Query; branch: Query }>((tie) => ({
  query: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('branch')),
  leaf: fc.oneof(
    fc.record({ kind: fc.constant('has'), field }),
    fc.record({
      kind: fc.constant('compare'),
      field,
      operator: fc.constantFrom('=', '!=', '~', '<', '<=', '>', '>='),
      value: text,
    }),
  ),
  branch: fc.oneof(
    fc.record({ kind: fc.constant('not'), part: tie('query') }),
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      parts: fc
        .tuple(tie('query'), tie('query'), fc.array(tie('query'), { maxLength: 2 }))
        .map(([first, second, rest]): [Query, Query, ...Query[]] => [first, second, ...rest]),
    }),
  ),
}));

/** Any query. */
export const arbitraryQuery: fc.Arbitrary<Query> = query;
