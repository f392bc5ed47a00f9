/**
 * The JSON in the format: the index, and the line that a header and a bucket begin with. FORMAT.md, sections "Index",
 * "Summary", "Bucket" and "Versions and growth". Members are read with their type and bounds checked; a member of the wrong
 * type, a line without an end and a different version of the format are refused, members that are not known are ignored.
 */

import { concatBytes, decodeText, encodeText } from '../../../bytes/bytes.ts';
import { isObject, parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { describeValue } from '../../../model/record-problems.ts';
import { quote } from '../../../text/printable.ts';

/** The version of the format, which every index and every header names in its member `format`. */
export const FORMAT_VERSION: 'repomill/1' = 'repomill/1';

/** A JSON object, and what to call it in an error. */
export interface JsonDocument {
  readonly what: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** A value that must be an object. */
export function requireDocument(value: unknown, what: string): JsonDocument {
  if (isObject(value)) return { what, members: value };
  throw new RepomillError('format', `${what}: expected an object, found ${describeValue(value)}`);
}

/** Throws a format error unless the document's member `format` names this version; `what` names the whole in the error. */
export function requireFormatVersion(document: JsonDocument, what: string): void {
  const found = textMember(document, 'format');
  if (found === FORMAT_VERSION) return;
  const isNewer = /^repomill\/\d+$/.test(found);
  throw new RepomillError(
    'format',
    `${what}: expected format ${FORMAT_VERSION}, found ${quote(found)}`,
    isNewer ? { hint: 'the tree was written by a newer repomill; update repomill to read it' } : {},
  );
}

/** A member that is an integer from 0 to `max`. */
export function integerMember(document: JsonDocument, key: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const value = document.members[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw wrongMember(document, key, `an integer from 0 to ${max}`);
}

/** A member that is a string. */
export function textMember(document: JsonDocument, key: string): string {
  const value = document.members[key];
  if (typeof value === 'string') return value;
  throw wrongMember(document, key, 'a string');
}

/** A member that is a string, if it is there. */
export function optionalTextMember(document: JsonDocument, key: string): string | undefined {
  return document.members[key] === undefined ? undefined : textMember(document, key);
}

/** A member that is a digest. */
export function digestMember(document: JsonDocument, key: string): Digest {
  const value = document.members[key];
  if (isDigest(value)) return value;
  throw wrongMember(document, key, '64 lower-case hexadecimal digits');
}

/** A member that is a list. */
export function listMember(document: JsonDocument, key: string): readonly unknown[] {
  const value = document.members[key];
  if (Array.isArray(value)) return value;
  throw wrongMember(document, key, 'a list');
}

/** A member that is a list, if it is there; otherwise an empty list. */
export function optionalListMember(document: JsonDocument, key: string): readonly unknown[] {
  return document.members[key] === undefined ? [] : listMember(document, key);
}

/** A member that is an object. */
export function documentMember(document: JsonDocument, key: string): JsonDocument {
  return requireDocument(document.members[key], `${document.what}: ${key}`);
}

/** A member that is an object, if it is there. */
export function optionalDocumentMember(document: JsonDocument, key: string): JsonDocument | undefined {
  return document.members[key] === undefined ? undefined : documentMember(document, key);
}

const NEWLINE = 0x0a;

/** A document on a line of its own, then the bytes that follow it. */
export function joinLine(document: object, rest: Uint8Array): Uint8Array {
  return concatBytes([encodeText(`${JSON.stringify(document)}\n`), rest]);
}

/** The document on the first line, and the bytes after the line. `what` names the whole in an error. */
export function splitLine(bytes: Uint8Array, what: string): { readonly line: JsonDocument; readonly rest: Uint8Array } {
  const end = bytes.indexOf(NEWLINE);
  if (end === -1) throw new RepomillError('format', `${what}: expected a line of JSON, found no line end`);
  const members = parseJsonObject(decodeText(bytes.subarray(0, end)), what);
  return { line: { what, members }, rest: bytes.subarray(end + 1) };
}

function wrongMember({ what, members }: JsonDocument, key: string, expected: string): RepomillError {
  return new RepomillError('format', `${what}: ${key}: expected ${expected}, found ${describeValue(members[key])}`);
}
