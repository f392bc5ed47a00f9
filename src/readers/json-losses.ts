/**
 * What JSON.parse loses without a word: the first of two members with one key, and the last digits of an integer beyond
 * 2^53. Neither may pass for what the user wrote.
 */

import { isObject } from '../format/line.ts';
import { quote } from '../model/findings.ts';

/** Something that would be lost, and where. */
export interface JsonLoss {
  /** In UTF-16 code units. */
  readonly offset: number;
  readonly problem: string;
}

/** Strings, each with the colon behind it if it is a key; numbers; and the brackets around them. */
const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|-?[0-9][-+.0-9eE]*|[[\]{}]/g;

const keys = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** Digits of the smallest integer that may be inexact. */
const manyDigits = /[0-9]{16}/;

/** The losses of a text that JSON.parse accepted and turned into `value`. Cheap where there are none. */
export function findJsonLosses(text: string, value: unknown): readonly JsonLoss[] {
  if (!manyDigits.test(text) && countKeys(text) === countMembers(value)) return [];
  const losses: JsonLoss[] = [];
  // For each open bracket the keys so far; a list has none.
  const open: Set<string>[] = [];
  for (const { 0: token, 1: colon, index: offset } of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, -colon.length));
      const known = open.at(-1);
      if (known?.has(key))
        losses.push({ offset, problem: `key ${quote(key)}: expected once in an object, found again` });
      known?.add(key);
    } else if (!token.startsWith('"') && isInexact(token)) {
      const limit = Number.MAX_SAFE_INTEGER;
      losses.push({
        offset,
        problem: `expected an integer of at most ${limit}, found ${quote(token)}; make it a text`,
      });
    }
  }
  return losses;
}

function isInexact(token: string): boolean {
  return /^-?[0-9]+$/.test(token) && !Number.isSafeInteger(Number(token));
}

function countKeys(text: string): number {
  let count = 0;
  for (const match of text.matchAll(keys)) if (match[1] !== undefined) count++;
  return count;
}

function countMembers(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countMembers(item), 0);
  if (!isObject(value)) return 0;
  let count = 0;
  for (const key in value) count += 1 + countMembers(value[key]);
  return count;
}
