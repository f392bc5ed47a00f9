/** Versions of which it is known how they relate, and what holds for every order of versions. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { VersionComparison } from '../../../../src/model/versions/version-order.ts';

/** How two versions relate. */
export type Relation = readonly [a: string, relation: '<' | '=' | '>', b: string];

/** Expects an order to know a relation, from both sides. */
export function expectRelation(compare: VersionComparison, [a, relation, b]: Relation): void {
  const sign = relation === '=' ? 0 : relation === '<' ? -1 : 1;
  expect(Math.sign(compare(a, b))).toBe(sign);
  expect(Math.sign(compare(b, a))).toBe(0 - sign);
}

/** Texts that look a little like versions, and texts of any kind. */
const version = fc.oneof(
  fc.string({
    unit: fc.constantFrom('0', '1', '9', 'a', 'b', 'rc', 'dev', 'Z', '~', '^', '+', '-', '.', ':', '!', 'v'),
  }),
  fc.stringMatching(/^v?[0-2]\.[0-2](\.[0-2])?(-?(alpha|a|rc)[.-]?[0-2]?)?([+-][0a1])?$/),
  fc.string({ unit: 'binary' }),
);

/** Expects an order to be a total preorder of any texts. */
export function expectPreorder(compare: VersionComparison): void {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(compare(a, a)).toBe(0);
      expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)));
      const [x, y, z] = [a, b, c].sort(compare);
      if (x === undefined || y === undefined || z === undefined) throw new Error('three texts stay three');
      expect(compare(x, z)).toBeLessThanOrEqual(0);
      if (compare(x, y) === 0) expect(Math.sign(compare(x, z))).toBe(Math.sign(compare(y, z)));
    }),
    { numRuns: 1000 },
  );
}
