/**
 * Dotted paths to values inside a document, as in `urls.0` or `"packages.conda".name`: a step with a dot, a quotation mark or
 * white space in it is written in quotation marks, as in JSON.
 */
import { isObject } from '../bytes/json.ts';
import { RepomillError } from '../errors.ts';

/** One step of a dotted path, as it was written. */
export interface WrittenStep {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Where it begins in the whole text, in UTF-16 code units. */
  readonly offset: number;
}

const stepPattern = /"(?:[^"\\]|\\.)*"|[^."\s]+/y;

/**
 * Splits a dotted path into its steps.
 *
 * @param what - what the path is, for messages: `records`
 * @param start - where the path begins in a longer text, in UTF-16 code units
 * @throws RepomillError (usage) with one problem that has the column, in UTF-16 code units
 */
export function splitSteps(path: string, what: string, start = 0): readonly WrittenStep[] {
  const steps: WrittenStep[] = [];
  for (let at = 0; ; at++) {
    stepPattern.lastIndex = at;
    const [written] = stepPattern.exec(path) ?? [];
    if (written === undefined) throw pathRefusal(what, start + at, 'expected a step such as `entries` or `"a.b"`');
    const isQuoted = written.startsWith('"');
    steps.push({ text: isQuoted ? unquote(written, what, start + at) : written, isQuoted, offset: start + at });
    at += written.length;
    if (at === path.length) return steps;
    if (path[at] !== '.') throw pathRefusal(what, start + at, 'expected a dot between steps');
  }
}

/** Splits a text that may be a dotted path, and may be a name with any characters in it: then it is one step. */
export function splitIfPath(text: string): readonly WrittenStep[] {
  try {
    return splitSteps(text, 'path');
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return [{ text, isQuoted: true, offset: 0 }];
  }
}

/** The error for a mistake in a path at an offset. */
export function pathRefusal(what: string, offset: number, message: string): RepomillError {
  const column = offset + 1;
  return new RepomillError('usage', `${what}, column ${column}: ${message}`, {
    problems: [{ file: what, line: 1, column, message }],
  });
}

function unquote(written: string, what: string, at: number): string {
  try {
    return String(JSON.parse(written));
  } catch {
    throw pathRefusal(what, at, 'expected a text in quotation marks, as in JSON');
  }
}

/** The steps as a path that `splitSteps` reads. */
export function formatSteps(steps: readonly string[]): string {
  return steps.map((step) => (/^[^."\s<*][^."\s]*$/.test(step) ? step : JSON.stringify(step))).join('.');
}

/** The value at the end of a path; undefined if a step leads nowhere. Numbers are positions in lists, from 0. */
export function valueAt(value: unknown, steps: readonly string[]): unknown {
  let found = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = /^(?:0|[1-9]\d*)$/.test(step) ? found[Number(step)] : undefined;
    else if (isObject(found)) found = Object.hasOwn(found, step) ? found[step] : undefined;
    else return undefined;
  }
  return found;
}

/** The step that stands for every item of a list and every member of a map. */
export const EVERY: unique symbol = Symbol('every');

/** A step of the way to what is removed. */
export type RemovalStep = string | typeof EVERY;

/**
 * A value without what is at the end of a path: a copy, or the value itself if nothing is there. A list or an object that is left
 * empty goes, too: undefined.
 */
export function without(value: unknown, [step, ...rest]: readonly RemovalStep[]): unknown {
  if (step === undefined) return undefined;
  let isChanged = false;
  const leave = (key: string, member: unknown): unknown => {
    const left = step === EVERY || step === key ? without(member, rest) : member;
    isChanged ||= left !== member;
    return left;
  };
  if (Array.isArray(value)) {
    const kept = value.map((item: unknown, i) => leave(String(i), item)).filter((left) => left !== undefined);
    return !isChanged ? value : kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value) || (step !== EVERY && !Object.hasOwn(value, step))) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const left = leave(key, member);
    if (left !== undefined) setField(kept, key, left);
  }
  return !isChanged ? value : Object.keys(kept).length === 0 ? undefined : kept;
}

/** Sets a field of an object, also one with the name `__proto__`, which the record parser refuses later. */
export function setField(target: Record<string, unknown>, field: string, value: unknown): void {
  if (field === '__proto__') Object.defineProperty(target, field, { value, enumerable: true, configurable: true });
  else target[field] = value;
}
