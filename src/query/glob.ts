/**
 * Globs that match whole texts: `*` matches any run of characters, `?` any one, `[...]` one of a set. Case-sensitive, by code
 * point. Every text is a valid glob: an unclosed `[` matches itself. Matching takes at most time proportional to the product of
 * both lengths.
 */

/** Whether a character, as a code point, is in the set. */
export type CharacterSet = (codePoint: number) => boolean;

/** Compiles a glob into a test of whole texts. */
export function compileGlob(glob: string): (text: string) => boolean {
  const tokens = parseGlob(glob);
  return (text) => matches(tokens, text);
}

/** Compiles the text between `[` and `]`: characters, ranges `a-z`, and a leading `!` or `^` that inverts the set. */
export function compileCharacterSet(set: string): CharacterSet {
  const negated = /^[!^]/.test(set);
  const members = Array.from(negated ? set.slice(1) : set, codePointOf);
  const ranges: (readonly [first: number, last: number])[] = [];
  for (let i = 0; i < members.length; i++) {
    const first = members[i] ?? 0;
    const last = members[i + 1] === HYPHEN ? members[i + 2] : undefined;
    if (last !== undefined) i += 2;
    ranges.push([first, last ?? first]);
  }
  return (codePoint) => ranges.some(([first, last]) => first <= codePoint && codePoint <= last) !== negated;
}

const HYPHEN = 0x2d;

// Matches one character, or (`*`) any number of them.
type GlobToken = CharacterSet | '*';

// A set has at least one member. A `]` that comes first is a member.
const TOKEN = /\[((?:[!^].|[^!^])[^\]]*)\]|./gsu;

function parseGlob(glob: string): readonly GlobToken[] {
  return Array.from(glob.matchAll(TOKEN), ([token, set]) => {
    if (set !== undefined) return compileCharacterSet(set);
    if (token === '*') return token;
    if (token === '?') return () => true;
    const wanted = codePointOf(token);
    return (codePoint) => codePoint === wanted;
  });
}

// If a token fails, only the last `*` needs to take one more character: giving more to an earlier one would not help.
function matches(tokens: readonly GlobToken[], text: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const test = tokens[token];
    if (test === '*') {
      star = token++;
      starAt = at;
      continue;
    }
    const codePoint = text.codePointAt(at) ?? 0;
    if (test?.(codePoint)) {
      token++;
      at += widthOf(codePoint);
    } else if (star >= 0) {
      starAt += widthOf(text.codePointAt(starAt) ?? 0);
      at = starAt;
      token = star + 1;
    } else {
      return false;
    }
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}
