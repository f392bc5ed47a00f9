/**
 * Members of a JSON document, each read with its type and bounds checked; a format error names the member otherwise.
 */

import { isObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { truncateForMessage } from '../../../text/printable.ts';

/** A JSON object and what to call it in an error. */
export interface Document {
  readonly what: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** A member that is an integer from 0 to `max`. */
export function integerOf(document: Document, key: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = document.members[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw wrong(document, key, `an integer from 0 to ${max}`, value);
}

/** A member that is a text. */
export function textOf(document: Document, key: string): string {
  const value = document.members[key];
  if (typeof value === 'string') return value;
  throw wrong(document, key, 'a text', value);
}

/** A member that is a text, or is not there. */
export function optionalTextOf(document: Document, key: string): string | undefined {
  return document.members[key] === undefined ? undefined : textOf(document, key);
}

/** A member that is a digest. */
export function digestOf(document: Document, key: string): Digest {
  const value = document.members[key];
  if (isDigest(value)) return value;
  throw wrong(document, key, '64 lower-case hexadecimal digits', value);
}

/** A member that is a list. */
export function listOf(document: Document, key: string): readonly unknown[] {
  const value = document.members[key];
  if (Array.isArray(value)) return value;
  throw wrong(document, key, 'a list', value);
}

/** A member that is an object. */
export function documentOf(document: Document, key: string): Document {
  return asDocument(document.members[key], `${document.what}: ${key}`);
}

/** A value that must be an object. */
export function asDocument(value: unknown, what: string): Document {
  if (isObject(value)) return { what, members: value };
  throw new RepomillError('format', `${what}: expected an object, found ${shown(value)}`);
}

function wrong(document: Document, key: string, expected: string, found: unknown): RepomillError {
  return new RepomillError('format', `${document.what}: ${key}: expected ${expected}, found ${shown(found)}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : truncateForMessage(JSON.stringify(value));
}
