/**
 * Parses a query by recursive descent, with one function per rule of the grammar in QUERY.md. Errors give the column and what
 * was expected there. Length and nesting are bounded.
 */
import { RepomillError } from '../errors.ts';
import {
  BARE_NAME,
  BARE_VALUE,
  type FieldPath,
  QUERY_ESCAPES,
  QUERY_KEYWORDS,
  type Query,
  type QueryOperator,
} from './query.ts';

/** The longest query, in UTF-16 code units: about five hundred comparisons. */
export const MAX_QUERY_LENGTH: number = 16 * 1024;

/** The most levels of parentheses and `not`. */
export const MAX_QUERY_DEPTH = 64;

/** The text of a query during parsing. */
interface QueryText {
  readonly text: string;
  /** How far it has been parsed, in UTF-16 code units. Never at white space. */
  at: number;
  /** How many parentheses and `not` are open. */
  depth: number;
  /** What may follow here, for messages. */
  next: string;
}

/**
 * Parses a query.
 *
 * @throws RepomillError `usage` on a syntax error. Its message and its single problem give the column, from 1 in UTF-16 code units,
 * and what was expected there.
 * @example
 * const query = parseQuery('component = main and size > 10MB');
 * const { hits } = await repository.search([], { where: query });
 */
export function parseQuery(text: string): Query {
  if (text.length > MAX_QUERY_LENGTH) {
    throw refusal(MAX_QUERY_LENGTH, `expected at most ${MAX_QUERY_LENGTH} characters, found ${text.length}`);
  }
  const source: QueryText = { text, at: 0, depth: 0, next: '' };
  skipSpace(source);
  const query = parseAlternatives(source);
  if (source.at < text.length) throw unexpected(source, `${source.next} or the end`);
  return query;
}

function parseAlternatives(source: QueryText): Query {
  return parseSeries(source, 'or', () => parseSeries(source, 'and', () => parseCondition(source)));
}

function parseSeries(source: QueryText, kind: 'and' | 'or', parsePart: () => Query): Query {
  const first = parsePart();
  if (!takeKeyword(source, kind)) return first;
  const parts: [Query, Query, ...Query[]] = [first, parsePart()];
  while (takeKeyword(source, kind)) parts.push(parsePart());
  return { kind, parts };
}

function parseCondition(source: QueryText): Query {
  const start = source.at;
  if (takeKeyword(source, 'not')) {
    return nested(source, start, () => ({ kind: 'not', part: parseCondition(source) }));
  }
  if (takeSign(source, '(')) return nested(source, start, () => parseGroup(source));
  const field = parseField(source);
  const operator = operators.find((sign) => takeSign(source, sign));
  source.next = operator === undefined ? 'a comparison, `and`, `or`' : '`and`, `or`';
  if (operator === undefined) return { kind: 'has', field };
  return { kind: 'compare', field, operator, value: parseValue(source) };
}

// Longer operators come before those they start with.
const operators: readonly QueryOperator[] = ['<=', '>=', '!=', '<', '>', '=', '~'];

function parseGroup(source: QueryText): Query {
  const query = parseAlternatives(source);
  if (!takeSign(source, ')')) throw unexpected(source, `${source.next} or \`)\``);
  source.next = '`and`, `or`';
  return query;
}

function nested(source: QueryText, start: number, parse: () => Query): Query {
  if (source.depth === MAX_QUERY_DEPTH) {
    throw refusal(start, `expected at most ${MAX_QUERY_DEPTH} levels of \`not\` and parentheses`);
  }
  source.depth++;
  const query = parse();
  source.depth--;
  return query;
}

function parseField(source: QueryText): FieldPath {
  const path: [string, ...string[]] = [parseName(source, 'a field name, `not` or `(`')];
  while (source.text[source.at] === '.') {
    source.at++;
    path.push(parseName(source, 'a field name'));
  }
  skipSpace(source);
  return path;
}

function parseName(source: QueryText, expected: string): string {
  const start = source.at;
  const name = takeQuoted(source, '`') ?? takeBare(source, BARE_NAME);
  if (name === undefined) throw unexpected(source, expected);
  if (name === '') throw refusal(start, 'expected a field name, found empty backquotes');
  return name;
}

function parseValue(source: QueryText): string {
  const value = takeQuoted(source, '"') ?? takeBare(source, BARE_VALUE);
  if (value === undefined) throw unexpected(source, 'a value');
  skipSpace(source);
  return value;
}

/** Takes a bare word, unless it is a keyword. */
function takeBare(source: QueryText, pattern: RegExp): string | undefined {
  pattern.lastIndex = source.at;
  const word = pattern.exec(source.text)?.[0];
  if (word === undefined || QUERY_KEYWORDS.has(word)) return undefined;
  source.at += word.length;
  return word;
}

/** Takes a quoted text and returns its meaning. Throws if the quotes are not closed. */
function takeQuoted(source: QueryText, quote: '"' | '`'): string | undefined {
  const { text } = source;
  if (text[source.at] !== quote) return undefined;
  let content = '';
  for (let at = source.at + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) {
      source.at = at + 1;
      return content;
    }
    if (character === '\\') {
      const meaning = QUERY_ESCAPES.get(text.charAt(++at));
      if (meaning === undefined) throw refusal(at, 'expected one of \\ " ` n t after a backslash');
      content += meaning;
    } else {
      content += character;
    }
  }
  throw refusal(source.at, `expected a closing ${quote === '"' ? 'double quote' : 'backquote'}, found the end`);
}

/** Takes a keyword. Returns whether it was there. */
function takeKeyword(source: QueryText, keyword: 'and' | 'or' | 'not'): boolean {
  BARE_NAME.lastIndex = source.at;
  return BARE_NAME.exec(source.text)?.[0] === keyword && takeSign(source, keyword);
}

/** Takes a sign. Returns whether it was there. */
function takeSign(source: QueryText, sign: string): boolean {
  if (!source.text.startsWith(sign, source.at)) return false;
  source.at += sign.length;
  skipSpace(source);
  return true;
}

/** Skips to the next word. */
function skipSpace(source: QueryText): void {
  const { length } = source.text.slice(source.at).trimStart();
  source.at = source.text.length - length;
}

/** The error for something unexpected. */
function unexpected(source: QueryText, expected: string): RepomillError {
  const found = /^(?:[\w.-]{1,30}|.)/su.exec(source.text.slice(source.at))?.[0];
  return refusal(source.at, `expected ${expected}, found ${found === undefined ? 'the end' : `\`${found}\``}`);
}

/** The error for a mistake at an offset: its message is for people, its problem for programs. */
function refusal(offset: number, message: string): RepomillError {
  const column = offset + 1;
  return new RepomillError('usage', `query, column ${column}: ${message}`, {
    problems: [{ file: 'query', line: 1, column, message }],
  });
}
