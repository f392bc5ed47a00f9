/**
 * Parses JSON from outside that must be an object, and bounds its depth: `JSON.parse` does not.
 */
import { RepomillError } from '../errors.ts';

/**
 * How deep lists and objects may nest in JSON from outside. Hundreds of times what people write, and shallow enough for functions
 * that call themselves for every level.
 */
export const MAX_JSON_DEPTH = 1000;

/** What is wrong with JSON that is deeper. */
export const TOO_DEEP: string = `expected at most ${MAX_JSON_DEPTH} levels of lists and objects, found more`;

/**
 * Parses a JSON text that must be an object.
 *
 * @param what - what the text is, for messages
 * @param path - the file it came from, for errors
 */
export function parseJsonObject(text: string, what: string, path?: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RepomillError('format', `${what}: expected JSON`, { path, cause });
  }
  if (!isObject(value)) throw new RepomillError('format', `${what}: expected a JSON object`, { path });
  if (isTooDeep(text, value)) throw new RepomillError('format', `${what}: ${TOO_DEEP}`, { path });
  return value;
}

/** Whether the value of a JSON text is nested deeper than `MAX_JSON_DEPTH`. */
export function isTooDeep(text: string, value: unknown): boolean {
  // Two brackets for every level.
  return text.length > 2 * MAX_JSON_DEPTH && isDeeper(value, MAX_JSON_DEPTH);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
