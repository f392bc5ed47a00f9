/**
 * Globs over whole texts: `*` any run of characters, `?` one, `[...]` one of a set. Anchored, case-sensitive, by code
 * point. Every text is a glob: a `[` without its `]` stands for itself. The time is bounded by length times length.
 */

/** Whether a character, as a code point, is in the set. */
export type CharacterSet = (codePoint: number) => boolean;

/** Compiles a glob into a test of whole texts. */
export function compileGlob(glob: string): (text: string) => boolean {
  const steps = parseGlob(glob);
  return (text) => matches(steps, text);
}

/** Compiles what stands between `[` and `]`: characters, ranges `a-z`, and a leading `!` or `^` for all others. */
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

// One step takes one character, or (`*`) any number of them.
type Step = CharacterSet | '*';

// A set has a member at least, and a `]` that comes first is one.
const stepPattern = /\[((?:[!^].|[^!^])[^\]]*)\]|./gsu;

function parseGlob(glob: string): readonly Step[] {
  return Array.from(glob.matchAll(stepPattern), ([step, set]) => {
    if (set !== undefined) return compileCharacterSet(set);
    if (step === '*') return step;
    if (step === '?') return () => true;
    const wanted = codePointOf(step);
    return (codePoint) => codePoint === wanted;
  });
}

// When a step fails, only the latest `*` takes one character more: an earlier one could not reach further than it.
function matches(steps: readonly Step[], text: string): boolean {
  let step = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const test = steps[step];
    if (test === '*') {
      star = step++;
      starAt = at;
      continue;
    }
    const codePoint = text.codePointAt(at) ?? 0;
    if (test?.(codePoint)) {
      step++;
      at += widthOf(codePoint);
    } else if (star >= 0) {
      starAt += widthOf(text.codePointAt(starAt) ?? 0);
      at = starAt;
      step = star + 1;
    } else {
      return false;
    }
  }
  while (steps[step] === '*') step++;
  return step === steps.length;
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}
