/**
 * Canonical JSON: object keys ordered by code point, no white space, numbers and strings as written by ECMAScript's
 * `JSON.stringify`. It differs from RFC 8785 only in the order of keys outside the basic multilingual plane. Equal values have
 * equal bytes.
 */
import { compareText } from './order.ts';
import type { FieldValue } from './record.ts';

/** The canonical JSON text of a value. Members that are undefined are left out. */
export function formatCanonicalJson(value: FieldValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(formatCanonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort(compareText)) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${formatCanonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly FieldValue[] {
  return Array.isArray(value);
}
