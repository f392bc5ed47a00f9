/**
 * The words of the query language: what may stand bare, what needs quotes, and how quotes escape. The parser and the
 * formatter meet here, so that what one writes the other reads. QUERY.md, section "Names and values".
 */

/** Words that mean something by themselves; as a field name or a value they need quotes. */
export const keywords: ReadonlySet<string> = new Set(['and', 'or', 'not']);

/** A field name that may stand bare, at `lastIndex`. */
export const bareName: RegExp = /[A-Za-z0-9_-]+/y;

/** A value that may stand bare, at `lastIndex`: it ends at white space, a parenthesis, a quote or a sign. */
export const bareValue: RegExp = /[^\s()"`=<>]+/y;

/** What a backslash and the character behind it stand for, within quotes of either kind. */
export const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ['`', '`'],
  ['n', '\n'],
  ['t', '\t'],
]);

/** Writes a field name: bare where that is possible, and otherwise in backquotes. */
export function formatName(name: string): string {
  return isBare(name, bareName) ? name : `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}

/** Writes a value: bare where that is possible, and otherwise in double quotes. */
export function formatValue(value: string): string {
  return isBare(value, bareValue) ? value : `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
}

function isBare(word: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return !keywords.has(word) && pattern.exec(word)?.[0] === word;
}
