/**
 * The text of a query while it is being read: takes one word, quoted text or sign at a time, and says where it stopped.
 */
import { RepomillError } from '../errors.ts';
import { bareName, escapes, keywords } from './query-words.ts';

/** The text and how far it was read: always up to something that is not white space. */
export interface Source {
  readonly text: string;
  /** Offset in UTF-16 code units. */
  at: number;
  /** How many parentheses and `not` are open. */
  depth: number;
  /** What may follow here, for messages. */
  next: string;
}

/** Takes a bare word that is no keyword. */
export function takeBare(source: Source, pattern: RegExp): string | undefined {
  pattern.lastIndex = source.at;
  const word = pattern.exec(source.text)?.[0];
  if (word === undefined || keywords.has(word)) return undefined;
  source.at += word.length;
  return word;
}

/** Takes a text in quotes and gives what it means. Throws when the quotes do not close. */
export function takeQuoted(source: Source, quote: '"' | '`'): string | undefined {
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
      const meaning = escapes.get(text.charAt(++at));
      if (meaning === undefined) throw refusal(at, 'expected one of \\ " ` n t after a backslash');
      content += meaning;
    } else {
      content += character;
    }
  }
  throw refusal(source.at, `expected a closing ${quote === '"' ? 'double quote' : 'backquote'}, found the end`);
}

/** Takes a keyword, and whether it was there. */
export function takeKeyword(source: Source, keyword: 'and' | 'or' | 'not'): boolean {
  bareName.lastIndex = source.at;
  return bareName.exec(source.text)?.[0] === keyword && takeSign(source, keyword);
}

/** Takes a sign, and whether it was there. */
export function takeSign(source: Source, sign: string): boolean {
  if (!source.text.startsWith(sign, source.at)) return false;
  source.at += sign.length;
  skipSpace(source);
  return true;
}

/** Goes on to the next word. */
export function skipSpace(source: Source): void {
  const { length } = source.text.slice(source.at).trimStart();
  source.at = source.text.length - length;
}

/** The error that something else stands where the source stopped. */
export function unexpected(source: Source, expected: string): RepomillError {
  const found = /^(?:[\w.-]{1,30}|.)/su.exec(source.text.slice(source.at))?.[0];
  return refusal(source.at, `expected ${expected}, found ${found === undefined ? 'the end' : `\`${found}\``}`);
}

/** The error that the query is wrong at an offset: in the message for a person, in the problem for a program. */
export function refusal(offset: number, message: string): RepomillError {
  const column = offset + 1;
  return new RepomillError('usage', `query, column ${column}: ${message}`, {
    problems: [{ file: 'query', line: 1, column, message }],
  });
}
