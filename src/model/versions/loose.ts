/**
 * The loose order of versions: numbers and words, for versions that follow no scheme, or many. FORMAT.md, section "Version
 * order". Any two texts can be compared.
 */
import { compareText } from '../order.ts';
import { compareDigits } from './digits.ts';

/**
 * Compares two versions in the loose order. Zero does not mean equal texts: `1.0`, `v1` and `1.0.0` are the same version.
 * Words of pre-releases sort before the end of a version (`1.0-rc1`, `1.0`), other words after it (`1.0`, `1.0a`, `1.0.1`).
 */
export function compareLooseVersions(a: string, b: string): number {
  if (a === b) return 0;
  const x = partsOf(a);
  const y = partsOf(b);
  for (let i = 0; i < x.length || i < y.length; i++) {
    const [left, right] = [x[i] ?? END, y[i] ?? END];
    const difference = left.rank - right.rank || compareEqualRanks(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A number or a word of a version. */
interface Part {
  readonly rank: number;
  /** The digits of a number; a word that is no pre-release, in lower case; otherwise empty. */
  readonly text: string;
}

/** The words of pre-releases in order; those in one line are the same. */
const PRE_RELEASES: readonly (readonly string[])[] = [
  ['dev', 'nightly', 'snapshot'],
  ['alpha', 'a'],
  ['beta', 'b'],
  ['pre', 'preview'],
  ['rc', 'c'],
];

const END: Part = { rank: PRE_RELEASES.length, text: '' };
const WORD: number = END.rank + 1;
const NUMBER: number = END.rank + 2;

function partsOf(version: string): readonly Part[] {
  const tokens = version.toLowerCase().match(/[0-9]+|\p{L}+/gu) ?? [];
  // The v of v1.0.
  const words = tokens[0] === 'v' ? tokens.slice(1) : tokens;
  const parts: Part[] = [];
  for (const [i, token] of words.entries()) {
    const part = partOf(token, words[i + 1]);
    if (part.rank !== NUMBER) dropZeros(parts);
    parts.push(part);
  }
  dropZeros(parts);
  return parts;
}

// 1.0b is a release after 1.0, and 1.0b2 a beta: one letter is a pre-release only if a number follows.
function partOf(token: string, next: string | undefined): Part {
  if (isNumber(token)) return { rank: NUMBER, text: token };
  const rank = PRE_RELEASES.findIndex((words) => words.includes(token));
  if (rank < 0 || (token.length === 1 && !isNumber(next))) return { rank: WORD, text: token };
  return { rank, text: '' };
}

function isNumber(token: string | undefined): boolean {
  return token !== undefined && /^[0-9]/.test(token);
}

// 1.0 and 1 are the same, and so are 1.0-rc1 and 1-rc1.
function dropZeros(parts: Part[]): void {
  while (parts.at(-1)?.rank === NUMBER && /^0+$/.test(parts.at(-1)?.text ?? '')) parts.pop();
}

function compareEqualRanks(a: Part, b: Part): number {
  return a.rank === NUMBER ? compareDigits(a.text, b.text) : compareText(a.text, b.text);
}
