/**
 * The paths of header rules: a star matches anything, including slashes. Of the rules that match a path, the most specific one
 * counts.
 */
import { compareText } from '../model/order.ts';

/** Something with the path of a rule. */
export interface HasRulePath {
  /** A path of the tree, with any number of stars. */
  readonly path: string;
}

/** Whether the path of a rule matches a path of the tree. Takes time in proportion to both. */
export function matchesRulePath(rulePath: string, path: string): boolean {
  const [start = '', ...others] = rulePath.split('*');
  const end = others.pop();
  if (end === undefined) return path === start;
  if (!path.startsWith(start) || !path.endsWith(end)) return false;
  // Each piece as early as possible, which leaves the most for those after it.
  let position = start.length;
  for (const piece of others) {
    const found = path.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return position + end.length <= path.length;
}

/** Rules from most to least specific: paths without a star first, then longer paths, which match fewer files. */
export function bySpecificity<Rule extends HasRulePath>(rules: readonly Rule[]): readonly Rule[] {
  const rank = ({ path }: Rule): number => (path.includes('*') ? path.length : Number.MAX_SAFE_INTEGER);
  return rules.toSorted((a, b) => rank(b) - rank(a) || compareText(a.path, b.path));
}

/** Whether two paths of rules may match the same path. Only their starts and ends are compared, so true may be wrong. */
export function mayOverlap(a: string, b: string): boolean {
  const [startA = '', startB = ''] = [a, b].map((path) => path.slice(0, path.indexOf('*')));
  const [endA = '', endB = ''] = [a, b].map((path) => path.slice(path.lastIndexOf('*') + 1));
  if (!a.includes('*')) return matchesRulePath(b, a);
  if (!b.includes('*')) return matchesRulePath(a, b);
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA));
}
