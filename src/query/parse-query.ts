/**
 * Query text to query: a recursive descent, one function per rule of the grammar in QUERY.md. Refuses what it does not
 * understand with the column and what it expected there; length and nesting are bounded.
 */
import type { FieldPath, Operator, Query } from './query.ts';
import {
  refusal,
  type Source,
  skipSpace,
  takeBare,
  takeKeyword,
  takeQuoted,
  takeSign,
  unexpected,
} from './query-source.ts';
import { bareName, bareValue } from './query-words.ts';

/** The text of a query, in UTF-16 code units: some five hundred comparisons. */
export const MAX_QUERY_LENGTH: number = 16 * 1024;

/** How deep parentheses and `not` may nest. */
export const MAX_QUERY_DEPTH = 64;

/**
 * Reads a query.
 *
 * @throws RepomillError (usage) on a syntax error. Its message and its one problem have the column, from 1 in UTF-16 code
 * units, and what was expected there.
 * @example
 * const query = parseQuery('component = main and size > 10MB');
 * const { hits } = await repository.search([], { where: query });
 */
export function parseQuery(text: string): Query {
  if (text.length > MAX_QUERY_LENGTH) {
    throw refusal(MAX_QUERY_LENGTH, `expected at most ${MAX_QUERY_LENGTH} characters, found ${text.length}`);
  }
  const source: Source = { text, at: 0, depth: 0, next: '' };
  skipSpace(source);
  const query = parseAlternatives(source);
  if (source.at < text.length) throw unexpected(source, `${source.next} or the end`);
  return query;
}

function parseAlternatives(source: Source): Query {
  return parseSeries(source, 'or', () => parseSeries(source, 'and', () => parseCondition(source)));
}

function parseSeries(source: Source, kind: 'and' | 'or', parsePart: () => Query): Query {
  const first = parsePart();
  if (!takeKeyword(source, kind)) return first;
  const parts: [Query, Query, ...Query[]] = [first, parsePart()];
  while (takeKeyword(source, kind)) parts.push(parsePart());
  return { kind, parts };
}

function parseCondition(source: Source): Query {
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

// A longer operator comes before the one that it starts with.
const operators: readonly Operator[] = ['<=', '>=', '!=', '<', '>', '=', '~'];

function parseGroup(source: Source): Query {
  const query = parseAlternatives(source);
  if (!takeSign(source, ')')) throw unexpected(source, `${source.next} or \`)\``);
  source.next = '`and`, `or`';
  return query;
}

function nested(source: Source, start: number, parse: () => Query): Query {
  if (source.depth === MAX_QUERY_DEPTH) {
    throw refusal(start, `expected at most ${MAX_QUERY_DEPTH} levels of \`not\` and parentheses`);
  }
  source.depth++;
  const query = parse();
  source.depth--;
  return query;
}

function parseField(source: Source): FieldPath {
  const path: [string, ...string[]] = [parseName(source, 'a field name, `not` or `(`')];
  while (source.text[source.at] === '.') {
    source.at++;
    path.push(parseName(source, 'a field name'));
  }
  skipSpace(source);
  return path;
}

function parseName(source: Source, expected: string): string {
  const start = source.at;
  const name = takeQuoted(source, '`') ?? takeBare(source, bareName);
  if (name === undefined) throw unexpected(source, expected);
  if (name === '') throw refusal(start, 'expected a field name, found empty backquotes');
  return name;
}

function parseValue(source: Source): string {
  const value = takeQuoted(source, '"') ?? takeBare(source, bareValue);
  if (value === undefined) throw unexpected(source, 'a value');
  skipSpace(source);
  return value;
}
