/**
 * A record as it was found: its fields, what it inherits from its parents in the document, and what the path of its file says.
 */
import { textFields } from '../model/parse-record.ts';
import type { ParsedDocument } from '../model/parsed-document.ts';
import type { LookUp } from './field-source.ts';
import { valueAt } from './value-path.ts';

/** A record as it was found in a file. */
export interface SourceRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Fields of its parents in the document, and the objects that hold them, the nearest first. */
  readonly inherited?: Readonly<Record<string, unknown>>;
  readonly parents?: readonly object[];
  /** Fields that keys of maps on the way to it give. */
  readonly keys?: Readonly<Record<string, string>>;
  /** How the file writes a number, where texts look like numbers (`parsed-document.ts`). */
  readonly textOf?: ParsedDocument['textOf'];
}

/** What the path of a file says about its records. */
export interface PathFacts {
  /** Fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** The architecture that lists the records, if the path names one. */
  readonly listedBy?: string;
  /** The folder that the file is in, if a source reads it (`FOLDER`). Absent: the input directory itself. */
  readonly folder?: string;
}

/** What sources call the folder that a file is in, where its records have no such field. */
export const FOLDER = 'folder';

/** The record with what it inherits. */
export function wholeOf({ fields, inherited }: SourceRecord): Readonly<Record<string, unknown>> {
  return inherited === undefined ? fields : { ...inherited, ...fields };
}

/** Looks values up in a record, and in what is known about it besides. */
export function lookUpFor(whole: Readonly<Record<string, unknown>>, source: SourceRecord, path: PathFacts): LookUp {
  return {
    value: (steps) => lookUpIn(whole, source, path, steps),
    text: (steps) => writtenNumber(whole, source, steps),
  };
}

function lookUpIn(
  whole: Readonly<Record<string, unknown>>,
  { keys }: SourceRecord,
  { given, listedBy, folder }: PathFacts,
  steps: readonly string[],
): unknown {
  const found = valueAt(whole, steps);
  const [field = ''] = steps;
  if (found !== undefined || steps.length !== 1) return found;
  if (keys !== undefined && Object.hasOwn(keys, field)) return keys[field];
  const own = given.find(([name]) => name === field)?.[1];
  return own ?? (field === 'arch' ? listedBy : field === FOLDER ? folder : undefined);
}

/** A number as the file writes it; undefined if there is no number, or the format tells texts from numbers. */
function writtenNumber(
  whole: object,
  { fields, parents = [], textOf }: SourceRecord,
  steps: readonly string[],
): string | undefined {
  const last = steps.at(-1) ?? '';
  const holder =
    steps.length === 1
      ? [fields, ...parents].find((object) => Object.hasOwn(object, last))
      : valueAt(whole, steps.slice(0, -1));
  return typeof holder === 'object' && holder !== null ? textOf?.(holder, last) : undefined;
}

/** The value of a field; in fields that hold texts, numbers as the file writes them: YAML takes `1.10` for the number 1.1. */
export function asText(
  field: string,
  value: unknown,
  steps: readonly string[],
  whole: object,
  source: SourceRecord,
): unknown {
  const { textOf } = source;
  if (textOf === undefined || !textFields.includes(field)) return value;
  if (typeof value === 'number') return writtenNumber(whole, source, steps) ?? value;
  return Array.isArray(value) ? value.map((item: unknown, i) => textOf(value, i) ?? item) : value;
}

/** The first integer in a value that was read as a different one, as the file writes it. `written`: the value itself, so. */
export function findLostDigits(
  value: unknown,
  { textOf }: Pick<SourceRecord, 'textOf'>,
  written: () => string | undefined,
): string | undefined {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return written() ?? String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const lost = findLostDigits(member, { textOf }, () => textOf?.(value, Array.isArray(value) ? Number(key) : key));
    if (lost !== undefined) return lost;
  }
  return undefined;
}
