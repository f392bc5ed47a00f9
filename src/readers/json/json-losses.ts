/**
 * What JSON.parse loses without a word: the first of two members with one key, and the last digits of an integer beyond
 * 2^53. Neither may pass for what the user wrote.
 */
import { isObject } from '../../bytes/json.ts';
import { quote } from '../../text/printable.ts';

/** Something that would be lost, and where. */
export interface JsonLoss {
  /** In UTF-16 code units. */
  readonly offset: number;
  readonly problem: string;
}

/** Digits of the smallest integer that may be inexact. */
const manyDigits = /[0-9]{16}/;

/** The losses of a text that JSON.parse accepted and turned into `value`. Cheap where there are none. */
export function findJsonLosses(text: string, value: unknown): readonly JsonLoss[] {
  if (!manyDigits.test(text) && countKeys(text) === countMembers(value)) return [];
  const losses: JsonLoss[] = [];
  // For each open bracket the keys so far; a list has none. The record's own field is the last key of the outermost.
  const open: Set<string>[] = [];
  let field = '';
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const end = char === '"' ? endOfString(text, at) : endOfNumber(text, at);
    if (char === '{' || char === '[') open.push(new Set());
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"' && isKey(text, end)) {
      const key: string = JSON.parse(text.slice(at, end));
      const known = open.at(-1);
      if (known?.has(key)) {
        losses.push({ offset: at, problem: `key ${quote(key)}: expected once in an object, found again` });
      }
      known?.add(key);
      if (open.length === 1) field = key;
    } else if (char !== '"' && isInexact(text.slice(at, end))) {
      const found = `found ${text.slice(at, end)}; make it a text`;
      const problem = `field ${quote(field)}: expected an integer of at most ${Number.MAX_SAFE_INTEGER}, ${found}`;
      losses.push({ offset: at, problem });
    }
    at = end;
  }
  return losses;
}

/** The offset behind a string that begins at the given one. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charAt(before) === '\\') before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
}

const numberCharacters = /[-+.0-9eE]+/y;

/** The offset behind a number, or behind one character of anything else. */
function endOfNumber(text: string, start: number): number {
  numberCharacters.lastIndex = start;
  return numberCharacters.test(text) ? numberCharacters.lastIndex : start + 1;
}

const colon = /\s*:/y;

function isKey(text: string, end: number): boolean {
  colon.lastIndex = end;
  return colon.test(text);
}

function isInexact(token: string): boolean {
  return /^-?[0-9]+$/.test(token) && !Number.isSafeInteger(Number(token));
}

function countKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; ) {
    const end = endOfString(text, at);
    if (isKey(text, end)) count++;
    at = text.indexOf('"', end);
  }
  return count;
}

function countMembers(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countMembers(item), 0);
  if (!isObject(value)) return 0;
  let count = 0;
  for (const key in value) count += 1 + countMembers(value[key]);
  return count;
}
