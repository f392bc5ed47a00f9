/**
 * Gives fields that hold texts the texts of their numbers: YAML takes an unquoted `version: 1.10` for the number 1.1. Fields of
 * the user keep their numbers.
 */
import { textFields } from '../../model/parse-record.ts';
import type { Draft } from '../../readers/reader.ts';

/** Replaces numbers by texts in `fields`, a copy of a draft's. Changes no value inside of it. */
export function writeOutNumbers(fields: Record<string, unknown>, { fields: source, textOf }: Draft): void {
  if (textOf === undefined) return;
  for (const field of textFields) {
    const value = fields[field];
    if (typeof value === 'number') fields[field] = textOf(source, field);
    else if (Array.isArray(value) && value.some((item) => typeof item === 'number')) {
      fields[field] = value.map((item: unknown, i) => textOf(value, i) ?? item);
    }
  }
}
