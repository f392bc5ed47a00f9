/**
 * Matches a path against a pattern without braces, and finds the text of each field. Backtracks, but remembers failures and
 * never tries the same state twice.
 */
import type { PatternToken, PatternTokens } from './pattern-tokens.ts';

/** The text in a path of each field of a pattern. */
export type PathFields = Readonly<Record<string, string>>;

/**
 * Compiles tokens into a function that finds the fields of a path if the whole path matches. Fields are greedy, and a repeated
 * field matches the same text everywhere.
 */
export function compileTokens(tokens: PatternTokens): (path: string) => PathFields | undefined {
  const names = tokens.flatMap((token) => (token.kind === 'field' ? [token.name] : []));
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return (path) => {
    const attempt: Attempt = { tokens, repeated, path, fields: new Map(), failed: new Set() };
    return matchesFrom(attempt, 0, 0) ? Object.fromEntries(attempt.fields) : undefined;
  };
}

interface Attempt {
  readonly tokens: PatternTokens;
  readonly repeated: readonly string[];
  readonly path: string;
  readonly fields: Map<string, string>;
  readonly failed: Set<string | number>;
}

function matchesFrom(attempt: Attempt, index: number, at: number): boolean {
  const { tokens, repeated, path, fields, failed } = attempt;
  const token = tokens[index];
  if (token === undefined) return at === path.length;
  // Nothing else affects the rest of the match. Fields cannot contain the slash that separates them here.
  const place = index * (path.length + 1) + at;
  const state = repeated.length === 0 ? place : [place, ...repeated.map((name) => fields.get(name))].join('/');
  if (failed.has(state)) return false;
  const unknown = token.kind === 'field' && !fields.has(token.name) ? token.name : undefined;
  for (const end of endsOf(token, tokens[index + 1], path, at, fields)) {
    if (unknown !== undefined) fields.set(unknown, path.slice(at, end));
    if (matchesFrom(attempt, index + 1, end)) return true;
  }
  if (unknown !== undefined) fields.delete(unknown);
  failed.add(state);
  return false;
}

// The offsets at which a token that starts at `at` can end so that the next one has a chance, best first.
function endsOf(
  token: PatternToken,
  next: PatternToken | undefined,
  path: string,
  at: number,
  fields: ReadonlyMap<string, string>,
): readonly number[] {
  switch (token.kind) {
    case 'text':
      return path.startsWith(token.text, at) ? [at + token.text.length] : [];
    case 'field': {
      const text = fields.get(token.name);
      if (text === undefined) return endsBefore(next, path, segmentEnd(path, at), at + 1);
      return path.startsWith(text, at) ? [at + text.length] : [];
    }
    case 'set':
      return at < segmentEnd(path, at) && token.holds(path.charCodeAt(at)) ? [at + 1] : [];
    case 'one':
      return at < segmentEnd(path, at) ? [at + 1] : [];
    case 'any':
      return endsBefore(next, path, segmentEnd(path, at), at);
    case 'segments':
      return segmentStarts(path, at);
    case 'rest':
      return at < path.length ? [path.length] : [];
  }
}

function segmentEnd(path: string, at: number): number {
  const slash = path.indexOf('/', at);
  return slash < 0 ? path.length : slash;
}

function segmentStarts(path: string, at: number): readonly number[] {
  const starts = [at];
  for (let slash = path.indexOf('/', at); slash >= 0; slash = path.indexOf('/', slash + 1)) starts.push(slash + 1);
  return starts;
}

/** The offsets from `last` down to `first` before a token; before a text or the end of the path, there are few. */
function endsBefore(next: PatternToken | undefined, path: string, last: number, first: number): readonly number[] {
  if (next === undefined) return last === path.length && last >= first ? [last] : [];
  const ends: number[] = [];
  for (let end = last; end >= first; end--) {
    if (next.kind === 'text') end = path.lastIndexOf(next.text, end);
    if (end >= first) ends.push(end);
  }
  return ends;
}
