/**
 * Walks through a TOML text beside the value that `smol-toml` made of it, which knows neither where its parts are nor how the
 * text writes them. The text has been parsed, so it is valid: only what separates its parts matters here.
 */
import { parse } from 'smol-toml';
import { MAX_FIELD_DEPTH } from '../../model/limits.ts';
import type { ValuePath } from '../../model/parsed-document.ts';

/** An integer beyond 2^53, with the key of the document that it is under. */
export interface LargeInteger {
  readonly offset: number;
  readonly field: string;
  readonly text: string;
}

/** What a walk finds. */
export interface TomlWalk {
  readonly places: TomlPlaces;
  readonly integers: readonly LargeInteger[];
}

/** A key of more parts than `MAX_KEY_PARTS`: each makes a table in a table, which `smol-toml` does not bound. */
export interface LongKey {
  readonly longKey: number;
}

/** The most parts of a dotted key. The levels of a field are inside a record, which may be inside of others. */
const MAX_KEY_PARTS = 2 * MAX_FIELD_DEPTH;

/** Walks through `text`, and replaces the dates and times in `root`, its value, by texts as they are written. */
export function walkToml(text: string, root: object): TomlWalk | LongKey {
  const walker = new Walker(text, root);
  walker.walk();
  const { places, integers, longKey } = walker;
  return longKey === undefined ? { places, integers } : { longKey };
}

/** Where the parts of a document are, as offsets. */
class TomlPlaces {
  readonly #root: object;
  readonly #members = new Map<object, Map<string, number>>();
  readonly #starts = new Map<object, number>();
  /** The offset of the first statement. */
  start = 0;

  constructor(root: object) {
    this.#root = root;
  }

  /** Notes where a member of a table or a list begins, unless it is known. */
  note(container: object, key: string | number, start: number): void {
    const members = this.#members.get(container) ?? new Map<string, number>();
    this.#members.set(container, members);
    if (members.has(String(key))) return;
    members.set(String(key), start);
    const member: unknown = Reflect.get(container, key);
    if (typeof member === 'object' && member !== null) this.#starts.set(member, start);
  }

  /** The offset of the key, the item or the header with which a table or a list begins. */
  startOf(container: object): number {
    return this.#starts.get(container) ?? this.start;
  }

  /** The offset of the key or item at a path; if it does not exist, of the last part of the path that does. */
  offsetOf(path: ValuePath): number {
    let offset = this.start;
    let container: unknown = this.#root;
    for (const key of path) {
      if (typeof container !== 'object' || container === null) break;
      const start = this.#members.get(container)?.get(String(key));
      if (start === undefined) break;
      offset = start;
      container = Reflect.get(container, key);
    }
    return offset;
  }
}

class Walker {
  readonly places: TomlPlaces;
  readonly integers: LargeInteger[] = [];
  /** Where the first key is that is too long. */
  longKey: number | undefined;
  readonly #text: string;
  readonly #root: object;
  /** How many tables of each list have begun. */
  readonly #begun = new Map<object, number>();
  #at = 0;
  /** The key of the document that the current statement is under. */
  #field = '';

  constructor(text: string, root: object) {
    this.#text = text;
    this.#root = root;
    this.places = new TomlPlaces(root);
  }

  walk(): void {
    let table = this.#root;
    this.#skip();
    this.places.start = this.#at;
    for (; this.#at < this.#text.length; this.#skip()) {
      if (this.#char() === '[') table = this.#header();
      else this.#pair(table);
    }
  }

  /** `[a.b]` or `[[a.b]]`. Returns the table that begins. */
  #header(): object {
    const start = this.#at;
    const isList = this.#text.startsWith('[[', start);
    this.#at += isList ? 2 : 1;
    const keys = this.#keys();
    this.#at += isList ? 2 : 1;
    this.#field = keys[0] ?? '';
    let table = this.#root;
    for (const [i, key] of keys.entries()) {
      this.places.note(table, key, start);
      table = memberOf(table, key);
      if (!Array.isArray(table)) continue;
      const begun = this.#begun.get(table) ?? 0;
      const isNext = isList && i === keys.length - 1;
      if (isNext) this.#begun.set(table, begun + 1);
      const index = isNext ? begun : begun - 1;
      this.places.note(table, index, start);
      table = memberOf(table, index);
    }
    return table;
  }

  /** `a.b = value`, in a table. */
  #pair(table: object): void {
    const start = this.#at;
    const keys = this.#keys();
    this.#at++;
    this.#skip();
    if (table === this.#root) this.#field = keys[0] ?? '';
    let container = table;
    for (const [i, key] of keys.entries()) {
      this.places.note(container, key, start);
      if (i < keys.length - 1) container = memberOf(container, key);
      else this.#value(container, key);
    }
  }

  #value(container: object, key: string | number): void {
    switch (this.#char()) {
      case '"':
      case "'":
        this.#at = endOfString(this.#text, this.#at);
        break;
      case '[':
        this.#list(memberOf(container, key));
        break;
      case '{':
        this.#inlineTable(memberOf(container, key));
        break;
      default:
        this.#bare(container, key);
    }
  }

  #list(list: object): void {
    this.#at++;
    for (let i = 0; this.#skip() !== ']'; i++) {
      this.places.note(list, i, this.#at);
      this.#value(list, i);
    }
    this.#at++;
  }

  #inlineTable(table: object): void {
    this.#at++;
    while (this.#skip() !== '}') this.#pair(table);
    this.#at++;
  }

  /** A number, a boolean, a date or a time. Only a date may have a space in it. */
  #bare(container: object, key: string | number): void {
    bare.lastIndex = this.#at;
    const [text = ''] = bare.exec(this.#text) ?? [];
    const value: unknown = Reflect.get(container, key);
    if (value instanceof Date) Reflect.set(container, key, text);
    if (typeof value === 'bigint') this.integers.push({ offset: this.#at, field: this.#field, text });
    this.#at += text.length;
  }

  /** The parts of a dotted key. Ends after it, at what follows. */
  #keys(): readonly string[] {
    const start = this.#at;
    const keys: string[] = [];
    for (;;) {
      this.#skip();
      keys.push(this.#key());
      if (keys.length > MAX_KEY_PARTS) this.longKey ??= start;
      if (this.#skip() !== '.') return keys;
      this.#at++;
    }
  }

  #key(): string {
    const start = this.#at;
    const isQuoted = this.#char() === '"' || this.#char() === "'";
    bareKey.lastIndex = start;
    if (isQuoted) this.#at = endOfString(this.#text, start);
    else this.#at += bareKey.exec(this.#text)?.[0].length ?? 0;
    const text = this.#text.slice(start, this.#at);
    if (!isQuoted) return text;
    return text.includes('\\') ? (Object.keys(parse(`${text} = 0`))[0] ?? '') : text.slice(1, -1);
  }

  #char(): string {
    return this.#text.charAt(this.#at);
  }

  /** Passes white space, line ends, commas and comments. Returns the next character. */
  #skip(): string {
    for (;;) {
      const char = this.#char();
      if (char === '#') this.#at = endOfLine(this.#text, this.#at);
      else if (char === ' ' || char === '\t' || char === '\r' || char === '\n' || char === ',') this.#at++;
      else return char;
    }
  }
}

const bare = /[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?/y;
const bareKey = /[A-Za-z0-9_-]+/y;

/** A table or a list that the text says is there. */
function memberOf(container: object, key: string | number): object {
  const member: unknown = Reflect.get(container, key);
  if (typeof member !== 'object' || member === null) throw new RangeError(`no table or list at ${key}`);
  return member;
}

/** The offset after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (at < text.length && !text.startsWith(close, at)) at += quote === '"' && text.charAt(at) === '\\' ? 2 : 1;
  at += close.length;
  // A long string may end in one or two quotation marks of its own.
  for (let i = 0; isLong && i < 2 && text.charAt(at) === quote; i++) at++;
  return at;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}
