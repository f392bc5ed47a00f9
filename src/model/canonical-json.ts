/**
 * Canonical JSON: object keys in code-point order, no white space, numbers and strings as ECMAScript's JSON.stringify
 * writes them (which is RFC 8785 but for its key order in astral planes). Two equal values have equal bytes.
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
