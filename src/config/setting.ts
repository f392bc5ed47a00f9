/**
 * A setting: one value of a configuration and its position, with functions to parse it. An invalid value is reported at its
 * position and returned as undefined, so that one run finds every problem.
 */
import { RepomillError } from '../errors.ts';
import type { FieldValue } from '../model/record.ts';
import { closestWord } from '../text/closest-word.ts';
import { quote } from '../text/printable.ts';

/** One value of a configuration and its position. */
export interface Setting {
  readonly value: unknown;
  /** Its name in messages: `inputs[0].omit`; empty for the whole configuration. */
  readonly name: string;
  /** How the file writes a number that is its value: `1.10`. */
  written(): string | undefined;
  /** The line of its key or list item, from 1. */
  line(): number;
  /** Reports a problem. `offset` is a position in a text value, in UTF-16 code units. */
  report(message: string, offset?: number): void;
  /** The setting of an entry or an element of this one. */
  child(key: string | number, value: unknown): Setting;
}

/** A rule for texts. */
export interface TextRule {
  /** For messages: `a field name`. */
  readonly expected: string;
  readonly pattern: RegExp;
  /** In UTF-16 code units. */
  readonly maxLength: number;
}

/** Parses the section of `repomill.yaml` that belongs to one layout. */
export interface SectionReader<Settings> {
  /** The settings to use if the file has no such section. */
  readonly defaults: Settings;
  /** Parses the section, reporting problems at their positions. */
  parse(section: Setting): Settings;
}

/** Reports a setting that differs from what is expected. */
export function reject(setting: Setting, expected: string): undefined {
  setting.report(`expected ${expected}, found ${describe(setting.value)}`);
}

/** The entries of a mapping, in order. */
export function entriesOf(setting: Setting, expected: string): readonly (readonly [string, Setting])[] | undefined {
  const { value } = setting;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return reject(setting, expected);
  return Object.entries(value).map(([key, entry]) => [key, setting.child(key, entry)]);
}

/** The entries of a mapping with fixed keys. Any other key is a problem. */
export function fieldsOf<Key extends string>(
  setting: Setting,
  expected: string,
  keys: readonly Key[],
): { readonly [key in Key]?: Setting } | undefined {
  const fields: { [key in Key]?: Setting } = {};
  const entries = entriesOf(setting, expected);
  for (const [name, entry] of entries ?? []) {
    const key = keys.find((known) => known === name);
    if (key === undefined) entry.report(`unknown key${suggest(name, keys)}`);
    else fields[key] = entry;
  }
  return entries && fields;
}

/** The elements of a list. */
export function itemsOf(setting: Setting, expected: string): readonly Setting[] | undefined {
  const { value } = setting;
  if (!Array.isArray(value)) return reject(setting, expected);
  return value.map((item: unknown, index) => setting.child(index, item));
}

/** A text that follows a rule. */
export function textOf(setting: Setting, rule: TextRule): string | undefined {
  const { value } = setting;
  if (typeof value !== 'string' || !rule.pattern.test(value)) return reject(setting, rule.expected);
  if (value.length <= rule.maxLength) return value;
  setting.report(`expected at most ${rule.maxLength} characters, found ${value.length}`);
  return undefined;
}

/** A whole number from `min` to `max`. */
export function integerOf(setting: Setting, max: number, min = 0): number {
  const { value } = setting;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  reject(setting, `a whole number from ${min} to ${max}`);
  return min;
}

/** True or false. */
export function flagOf(setting: Setting): boolean {
  if (typeof setting.value === 'boolean') return setting.value;
  reject(setting, 'true or false');
  return false;
}

/** Any value that JSON can say, except null. */
export function jsonOf(setting: Setting): FieldValue | undefined {
  const { value } = setting;
  if (isFieldValue(value)) return value;
  return reject(setting, 'a text, a number, true, false, a list or a mapping');
}

function isFieldValue(value: unknown): value is FieldValue {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isFieldValue);
}

/** A list of distinct texts that follow a rule, at most `max`. */
export function textsOf(setting: Setting, rule: TextRule, max: number = Number.POSITIVE_INFINITY): readonly string[] {
  if (Array.isArray(setting.value) && setting.value.length > max) {
    setting.report(`expected at most ${max} entries, found ${setting.value.length}`);
    return [];
  }
  const texts = new Set<string>();
  for (const item of itemsOf(setting, `a list, each entry ${rule.expected}`) ?? []) {
    const text = textOf(item, rule);
    if (text === undefined) continue;
    if (texts.has(text)) item.report(`expected each entry once, found ${describe(text)} again`);
    texts.add(text);
  }
  return [...texts];
}

/** One of a few names. */
export function choiceOf(setting: Setting, expected: string, choices: readonly string[]): string | undefined {
  const { value } = setting;
  if (typeof value !== 'string') return reject(setting, expected);
  if (choices.includes(value)) return value;
  setting.report(`expected ${expected}, found ${describe(value)}${suggest(value, choices)}`);
  return undefined;
}

function suggest(word: string, choices: readonly string[]): string {
  const meant = closestWord(word, choices);
  return meant === undefined ? `; known: ${choices.join(', ')}` : `; did you mean "${meant}"?`;
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return `the ${typeof value} ${value}`;
  return quote(value);
}

/** Parses the text of a setting. Problems of a query, a path or a pattern are reported at their position in the document. */
export function parseWithin<T>(setting: Setting, text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    for (const { message, column = 1 } of error.problems) setting.report(message, column - 1);
    if (error.problems.length === 0) setting.report(error.message);
    return undefined;
  }
}
