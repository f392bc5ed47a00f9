/**
 * Key files: the `config` of an OSTree repository and the metadata of apps. The syntax is that of the Desktop Entry Specification
 * as GLib's GKeyFile reads it. Refuses lines that are neither a group, a key nor a comment, and reports every one.
 */
import { type Problem, RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';

/** A key file. Keys keep their order; if a key occurs twice, its last value counts. */
export class Keyfile {
  readonly #groups: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(groups: ReadonlyMap<string, ReadonlyMap<string, string>>) {
    this.#groups = groups;
  }

  /** Keys of a group in their order; empty if there is no such group. */
  keys(group: string): readonly string[] {
    return [...(this.#groups.get(group)?.keys() ?? [])];
  }

  /** A value with its escapes resolved; undefined if the key is missing or an escape is wrong. */
  string(group: string, key: string): string | undefined {
    const raw = this.#raw(group, key);
    return raw === undefined ? undefined : resolveEscapes(raw, escapes);
  }

  /** Whether a value is `true` or `1`. */
  boolean(group: string, key: string): boolean {
    return /^(?:true|1)\s*$/.test(this.#raw(group, key) ?? '');
  }

  /** Whether a group has a key. */
  has(group: string, key: string): boolean {
    return this.#raw(group, key) !== undefined;
  }

  /** A whole number of 32 bits, or 0 if the value is no such number; anything after a blank is ignored. */
  integer(group: string, key: string): number {
    const value = Number(/^[+-]?\d+(?!\S)/.exec(this.#raw(group, key) ?? '')?.[0] ?? 0);
    return value === (value | 0) ? value : 0;
  }

  /** The items of a list; undefined if the key is missing or an escape is wrong. A semicolon ends an item, `\;` does not. */
  list(group: string, key: string): readonly string[] | undefined {
    const raw = this.#raw(group, key);
    if (raw === undefined) return undefined;
    const items = itemsIn(raw).map((item) => resolveEscapes(item, listEscapes));
    const right = items.filter((item) => item !== undefined);
    return right.length === items.length ? right : undefined;
  }

  #raw(group: string, key: string): string | undefined {
    return this.#groups.get(group)?.get(key);
  }
}

/**
 * Parses a key file. Translations (`title[de]`) are skipped.
 *
 * @param file - its name, for messages
 * @throws RepomillError (metadata) with every bad line
 */
export function parseKeyfile(text: string, file: string): Keyfile {
  const groups = new Map<string, Map<string, string>>();
  const problems: Problem[] = [];
  let group: Map<string, string> | undefined;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const report = (message: string): unknown => problems.push({ file, line: i + 1, message });
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const heading = /^\[([^\][\p{Cc}]+)\][ \f\r\t]*$/u.exec(content)?.[1];
    const entry = /^([^=[\]]*[^=[\]\s])(\[[\p{L}\p{N}_.@-]*\])?[ \f\r\t]*=[ \f\r\t]*(.*)$/su.exec(content);
    if (heading !== undefined) {
      group = groups.get(heading) ?? new Map();
      groups.set(heading, group);
    } else if (entry === null) report(`expected [group] or key=value, found ${quote(content)}`);
    else if (group === undefined) report('expected a [group] before the first key');
    else if (entry[2] === undefined) group.set(entry[1] ?? '', entry[3] ?? '');
  }
  if (problems.length === 0) return new Keyfile(groups);
  throw new RepomillError('metadata', 'expected a key file', { path: file, problems });
}

/**
 * The same text with a key of a group set to a value, or without the key if there is no value. A new key goes to the end of the
 * group; a text that says so already stays as it is.
 */
export function withKey(text: string, group: string, key: string, value: string | undefined): string {
  const before = parseKeyfile(text, '');
  if (value === undefined ? !before.has(group, key) : before.string(group, key) === value) return text;
  const lines = text.split('\n');
  const places: number[] = [];
  let end: number | undefined;
  let isInside = false;
  for (const [i, line] of lines.entries()) {
    const content = line.trim();
    if (content.startsWith('[')) isInside = content === `[${group}]`;
    if (!isInside || content === '') continue;
    end = i;
    if (content.split('=', 1)[0]?.trimEnd() === key) places.push(i);
  }
  if (value === undefined) return lines.filter((_, i) => !places.includes(i)).join('\n');
  const entry = `${key}=${escapeValue(value)}`;
  const [place, ...others] = places;
  if (place !== undefined) lines[place] = entry;
  else if (end !== undefined) lines[end] += `\n${entry}`;
  else lines[lines.length - (lines.at(-1) === '' ? 1 : 0)] = `\n[${group}]\n${entry}`;
  const changed = lines.filter((_, i) => !others.includes(i)).join('\n');
  return changed.endsWith('\n') ? changed : `${changed}\n`;
}

/** A value as GLib writes it: what would end a line or be lost at its start is escaped. */
function escapeValue(value: string): string {
  const lead = /^[ \t]*/.exec(value)?.[0] ?? '';
  const letters = new Map([...escapes].map(([letter, character]) => [character, `\\${letter}`]));
  const escaped = (text: string, wanted: RegExp): string =>
    text.replaceAll(wanted, (found) => letters.get(found) ?? found);
  return escaped(lead, /[ \t]/g) + escaped(value.slice(lead.length), /[\n\r\\]/g);
}

/** The characters that escapes mean, by the letter after the backslash. */
type Escapes = ReadonlyMap<string, string>;

const escapes: Escapes = new Map([
  ['s', ' '],
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
]);

const listEscapes: Escapes = new Map([...escapes, [';', ';']]);

function resolveEscapes(raw: string, known: Escapes): string | undefined {
  let isRight = true;
  const text = raw.replace(/\\(.?)/gs, (_, code: string) => {
    isRight &&= known.has(code);
    return known.get(code) ?? '';
  });
  return isRight ? text : undefined;
}

function itemsIn(list: string): readonly string[] {
  const items: string[] = [];
  let start = 0;
  for (let at = 0; at < list.length; at++) {
    if (list[at] === '\\') at++;
    else if (list[at] === ';') {
      items.push(list.slice(start, at));
      start = at + 1;
    }
  }
  return start < list.length ? [...items, list.slice(start)] : items;
}
