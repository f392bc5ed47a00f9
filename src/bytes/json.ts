/**
 * Parses JSON from outside that must be an object.
 */
import { RepomillError } from '../errors.ts';

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
  return value;
}

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
