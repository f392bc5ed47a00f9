/**
 * The shape that headers and buckets share: one line of JSON that says what follows, then the bytes that follow.
 */

import { concatBytes, decodeText, encodeText } from '../../../bytes/bytes.ts';
import { parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';

const NEWLINE = 0x0a;

/** The line of a JSON document, ended by a newline, and the bytes behind it. */
export function joinLine(document: object, rest: Uint8Array): Uint8Array {
  return concatBytes([encodeText(`${JSON.stringify(document)}\n`), rest]);
}

/** The document of the first line, which is an object, and the bytes behind it. `what` names the whole in an error. */
export function splitLine(
  bytes: Uint8Array,
  what: string,
): { readonly line: Readonly<Record<string, unknown>>; readonly rest: Uint8Array } {
  const end = bytes.indexOf(NEWLINE);
  if (end === -1) throw new RepomillError('format', `${what}: expected a line of JSON, found no line end`);
  return { line: parseJsonObject(decodeText(bytes.subarray(0, end)), what), rest: bytes.subarray(end + 1) };
}
