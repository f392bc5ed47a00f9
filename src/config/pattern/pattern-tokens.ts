/**
 * The parts of a file pattern. `*`, `?`, `[...]` and `<field>` match within one path segment; `**` is a whole segment and
 * matches any number of segments; `{a,b}` matches either. Refuses what other globs understand differently.
 */
import { RepomillError } from '../../errors.ts';
import { type CharacterSet, compileCharacterSet } from '../../query/glob.ts';

/** One part of a pattern without braces. */
export type PatternToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'set'; readonly set: string; readonly holds: CharacterSet }
  /** `*`: any part of a segment; `?`: one character of it. */
  | { readonly kind: 'any' | 'one' }
  /** `**` and the slash after it: any number of segments; `**` at the end: the rest of the path. */
  | { readonly kind: 'segments' | 'rest' };

/** One part of a pattern: a token, or several sequences of tokens to choose from. */
export type PatternPart = PatternToken | { readonly kind: 'choice'; readonly choices: readonly PatternTokens[] };

/** A pattern without braces. */
export type PatternTokens = readonly PatternToken[];

/** Splits a pattern into parts. Throws a usage error with one problem that has the column, in UTF-16 code units. */
export function parsePatternParts(pattern: string): readonly PatternPart[] {
  checkSegments(pattern);
  return partsOf(pattern, 0);
}

/** The error for a mistake in a pattern at an offset. */
export function patternRefusal(offset: number, message: string): RepomillError {
  const column = offset + 1;
  return new RepomillError('usage', `file pattern, column ${column}: ${message}`, {
    problems: [{ file: 'file pattern', line: 1, column, message }],
  });
}

function checkSegments(pattern: string): void {
  let at = 0;
  for (const segment of pattern.split('/')) {
    if (segment === '') throw patternRefusal(at, 'expected a name between slashes, found nothing');
    if (segment === '.' || segment === '..') {
      throw patternRefusal(at, `expected a path below the input directory, found "${segment}"`);
    }
    at += segment.length + 1;
  }
}

// `start` is the offset of the text in the whole pattern.
function partsOf(text: string, start: number): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  for (let at = 0; at < text.length; ) {
    const { part, length } = partAt(text, at, start, parts.at(-1));
    parts.push(part);
    at += length;
  }
  return parts;
}

const partPattern =
  /(?<segments>\*\*\/)|(?<rest>\*\*$)|(?<any>\*)|(?<one>\?)|\[(?<set>[!^]?[^\][/\\!^][^\][/\\]*)\]|<(?<field>[\w-]+)>|\{(?<choice>[^{}]*,[^{}]*)\}|(?<text>[^*?[\]<>{}\\]+)/y;

function partAt(
  pattern: string,
  at: number,
  start: number,
  before: PatternPart | undefined,
): { readonly part: PatternPart; readonly length: number } {
  partPattern.lastIndex = at;
  const match = partPattern.exec(pattern);
  if (match?.groups === undefined) throw patternRefusal(start + at, expectedInsteadOf(pattern.charAt(at)));
  const { segments, any, one, set, field, choice, text } = match.groups;
  const { length } = match[0];
  if (text !== undefined) return { part: { kind: 'text', text }, length };
  if (one !== undefined) return { part: { kind: 'one' }, length };
  if (set !== undefined) return { part: { kind: 'set', set, holds: compileCharacterSet(set) }, length };
  if (choice !== undefined) return { part: { kind: 'choice', choices: parseChoices(choice, start + at + 1) }, length };
  if (before?.kind === 'any' || before?.kind === 'field') {
    throw patternRefusal(start + at, `expected text before \`${match[0]}\`, found a second wildcard`);
  }
  if (field !== undefined) return { part: { kind: 'field', name: field }, length };
  if (any !== undefined) return { part: { kind: 'any' }, length };
  if (at > 0 && pattern[at - 1] !== '/') throw patternRefusal(start + at, 'expected `**` to be a whole segment');
  return { part: { kind: segments === undefined ? 'rest' : 'segments' }, length };
}

function parseChoices(choice: string, start: number): readonly PatternTokens[] {
  let at = start;
  return choice.split(',').map((alternative) => {
    if (/\*\*|\.\./.test(alternative)) throw patternRefusal(at, 'expected neither `**` nor `..` within braces');
    const tokens = partsOf(alternative, at).filter((part) => part.kind !== 'choice');
    at += alternative.length + 1;
    return tokens;
  });
}

const expectations: Readonly<Record<string, string>> = {
  '[': 'expected a set of characters such as `[a-z]`',
  '<': 'expected a field such as `<arch>`: letters, digits, `-` and `_`',
  '{': 'expected alternatives such as `{a,b}`, without braces inside',
  '\\': 'expected `/` between segments, found a backslash',
};

function expectedInsteadOf(character: string): string {
  return expectations[character] ?? `expected no unmatched \`${character}\``;
}
