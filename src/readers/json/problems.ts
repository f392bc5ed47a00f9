/**
 * Finds problems in a JSON text and their exact positions: syntax errors (RFC 8259), and data that JSON.parse would silently
 * lose. JSON.parse decides whether a text is JSON; the messages are ours, because those of JSON.parse differ between engines
 * and do not all give a position. Not recursive, so nesting may be arbitrarily deep.
 */
import { MAX_JSON_DEPTH, TOO_DEEP } from '../../bytes/json.ts';
import { MAX_PROBLEMS } from '../../model/problems.ts';
import { advance } from '../../text/line-index.ts';
import { quote, truncateForMessage } from '../../text/printable.ts';
import type { BadRecord, RawRecord } from '../splitter.ts';

/**
 * The first syntax error of a record, with its position in the file; undefined if the text is JSON. `advice` ends the message
 * if the error is a comment or a trailing comma.
 */
export function findJsonProblem(record: RawRecord, advice: string): BadRecord | undefined {
  const error = findJsonError(record.text);
  return error && jsonProblem(record, error, advice);
}

/** A syntax error of a record as a problem of its file, with `advice` as in `findJsonProblem`. */
export function jsonProblem(record: RawRecord, { offset, expected }: JsonError, advice: string): BadRecord {
  const { text, follows } = record;
  const char = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const found = offset < text.length ? quote(char) : follows;
  const problem = `invalid JSON: expected ${expected}, found ${found}${isLoose(text, offset) ? advice : ''}`;
  return { ...advance(record, text, offset), problem };
}

/** Whether JSON with comments allows what is at an offset: a comment, or a bracket after a comma. */
function isLoose(text: string, offset: number): boolean {
  const char = text.charAt(offset);
  if (char === '/') return text.startsWith('//', offset) || text.startsWith('/*', offset);
  return (char === ']' || char === '}') && text.slice(0, offset).trimEnd().endsWith(',');
}

/** A syntax error. */
export interface JsonError {
  /** In UTF-16 code units; the length of the text if it ends too early. */
  readonly offset: number;
  /** What would have been valid there, as a phrase. */
  readonly expected: string;
}

/** Finds the first syntax error; undefined if the text is JSON. */
export function findJsonError(text: string): JsonError | undefined {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = skipWhiteSpace(text, at);
    const char = text.charAt(at);
    if (state === 'end') return char === '' ? undefined : { offset: at, expected: 'the end' };
    if (endsHere(state, char, open.at(-1))) {
      open.pop();
      at++;
      state = open.length === 0 ? 'end' : 'separator';
    } else if ((state === 'value' || state === 'first value') && (char === '[' || char === '{')) {
      open.push(char);
      at++;
      state = char === '[' ? 'first value' : 'first key';
    } else {
      const next = passToken(text, at, state);
      if (typeof next !== 'number') return next.expected === '' ? { ...next, expected: phrase(state, open) } : next;
      at = next;
      state = stateAfter(state, open);
    }
  }
}

type State = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'separator' | 'end';

function endsHere(state: State, char: string, innermost: string | undefined): boolean {
  if (char === ']') return innermost === '[' && (state === 'first value' || state === 'separator');
  return char === '}' && innermost === '{' && (state === 'first key' || state === 'separator');
}

function stateAfter(state: State, open: readonly string[]): State {
  if (state === 'key' || state === 'first key') return 'colon';
  if (state === 'colon') return 'value';
  if (state === 'separator') return open.at(-1) === '{' ? 'key' : 'value';
  return open.length === 0 ? 'end' : 'separator';
}

function phrase(state: State, open: readonly string[]): string {
  if (state === 'separator') return open.at(-1) === '{' ? '"," or "}"' : '"," or "]"';
  if (state === 'colon') return '":"';
  if (state === 'key') return 'a key in quotation marks';
  if (state === 'first key') return 'a key in quotation marks or "}"';
  return state === 'first value' ? 'a value or "]"' : 'a value';
}

/** The offset after the token, or the error in it. An empty `expected` stands for what the state expects. */
function passToken(text: string, at: number, state: State): number | JsonError {
  const char = text.charAt(at);
  if (state === 'separator' || state === 'colon') {
    return char === (state === 'colon' ? ':' : ',') ? at + 1 : { offset: at, expected: '' };
  }
  if (char === '"') return passString(text, at + 1);
  if (state === 'key' || state === 'first key') return { offset: at, expected: '' };
  for (const literal of ['true', 'false', 'null']) {
    if (text.startsWith(literal, at)) return at + literal.length;
  }
  return passNumber(text, at);
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function passNumber(text: string, at: number): number | JsonError {
  number.lastIndex = at;
  return number.test(text) ? number.lastIndex : { offset: at, expected: '' };
}

function passString(text: string, start: number): number | JsonError {
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char < ' ') return { offset: at, expected: 'no control character in a string' };
    if (char !== '\\') continue;
    at++;
    const escaped = text.charAt(at);
    const digits = text.slice(at + 1, at + 5);
    if (escaped === 'u' && /^[0-9a-fA-F]{4}$/.test(digits)) at += 4;
    else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) return { offset: at - 1, expected: 'a valid escape' };
  }
  return { offset: text.length, expected: 'the end of a string' };
}

function skipWhiteSpace(text: string, start: number): number {
  let at = start;
  while (isWhiteSpace(text.charCodeAt(at))) at++;
  return at;
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Something that JSON.parse would lose, or does not bound, and where. */
export interface JsonLoss {
  /** In UTF-16 code units. */
  readonly offset: number;
  readonly problem: string;
}

// The smallest integer that may be inexact has 16 digits.
const manyDigits = /[0-9]{16}/;

/**
 * What JSON.parse lost when it parsed a text to `value`: all but the last of several members with the same key, and digits of
 * integers beyond 2^53. Also where the text becomes too deep for what comes after. At most `MAX_PROBLEMS`; cheap if nothing was lost.
 */
export function findJsonLosses(text: string, value: unknown): readonly JsonLoss[] {
  if (!manyDigits.test(text) && countKeys(text) === countMembers(value)) return [];
  const losses: JsonLoss[] = [];
  // The keys seen so far inside each open bracket (none for lists). `field` is the last key of the outermost object.
  const open: Set<string>[] = [];
  let field = '';
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const end = char === '"' ? endOfString(text, at) : endOfNumber(text, at);
    if (char === '{' || char === '[') {
      open.push(new Set());
      if (open.length > MAX_JSON_DEPTH) return [...losses, { offset: at, problem: TOO_DEEP }];
    } else if (char === '}' || char === ']') open.pop();
    else if (char === '"' && isKey(text, end)) {
      const key: string = JSON.parse(text.slice(at, end));
      const known = open.at(-1);
      if (known?.has(key)) {
        if (losses.length === MAX_PROBLEMS) return losses;
        losses.push({ offset: at, problem: `key ${quote(key)}: expected once in an object, found again` });
      }
      known?.add(key);
      if (open.length === 1) field = key;
    } else if (char !== '"' && isInexact(text.slice(at, end))) {
      if (losses.length === MAX_PROBLEMS) return losses;
      const found = `found ${truncateForMessage(text.slice(at, end))}; make it a string`;
      const problem = `field ${quote(field)}: expected an integer of at most ${Number.MAX_SAFE_INTEGER}, ${found}`;
      losses.push({ offset: at, problem });
    }
    at = end;
  }
  return losses;
}

/** The offset after the string that begins at `start` of a valid text. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charAt(before) === '\\') before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
}

const numberCharacters = /[-+.0-9eE]+/y;

/** The offset after a number, or after one character of anything else. */
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

/** NaN for a value that is too deep, which equals no number. */
function countMembers(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === MAX_JSON_DEPTH) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item, depth + 1);
    return count;
  }
  for (const key in value) count += 1 + countMembers(Reflect.get(value, key), depth + 1);
  return count;
}
