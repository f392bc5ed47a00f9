/**
 * Splits the dependencies of a Gentoo package. Facts: the Package Manager Specification, section 8.2 (dependency specification
 * format).
 */

/** What comes before a group in brackets and belongs to it: one of several, and a flag. */
const OPERATOR = /^(?:\|\||\^\^|\?\?|\S+\?)$/;

/**
 * The items of a dependency text: a package, or a group with all that is in it.
 *
 * @example
 * splitDependencies('>=dev-libs/a-1 || ( x/b x/c ) ssl? ( x/d )'); // ['>=dev-libs/a-1', '|| ( x/b x/c )', 'ssl? ( x/d )']
 */
export function splitDependencies(text: string): readonly string[] {
  const items: string[] = [];
  let item: string[] = [];
  let depth = 0;
  for (const token of text.split(/\s+/)) {
    if (token === '') continue;
    item.push(token);
    if (token === '(') depth++;
    else if (token === ')') depth--;
    if (depth > 0 || OPERATOR.test(token)) continue;
    items.push(item.join(' '));
    item = [];
    depth = 0;
  }
  if (item.length > 0) items.push(item.join(' '));
  return items;
}
