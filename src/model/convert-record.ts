/**
 * Conversions that lose nothing: a number given as text, an upper-case digest, one text where a list is expected. They apply to
 * records that would be refused otherwise, so that a record in our form is never touched.
 */
import { isObject } from '../bytes/json.ts';
import { type ParsedRecord, type ParseRecordOptions, parseRecord } from './parse-record.ts';
import type { RecordProblem } from './record-problems.ts';

/** Returns the value in the form that a record needs, or as it is. */
type Convert = (value: unknown) => unknown;

const trim: Convert = (value) => (typeof value === 'string' ? value.trim() : value);

const trimEach: Convert = (value) => (Array.isArray(value) ? value.map(trim) : trim(value));

const toInteger: Convert = (value) =>
  typeof value === 'string' && /^\s*\d+\s*$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : value;

const toDigest: Convert = (value) =>
  typeof value === 'string'
    ? value
        .trim()
        .replace(/^sha-?256[:-]/i, '')
        .toLowerCase()
    : value;

/** `./a//b` is `a/b`. A URL and an absolute path, which may mean the root of a disk, stay as they are. */
const toPath: Convert = (value) =>
  typeof value === 'string' && !/^(?:\/|[a-z][a-z\d+.-]*:\/\/)/i.test(value)
    ? value.replace(/^(?:\.\/+)+/, '').replaceAll(/\/(?:\.?\/)+/g, '/')
    : value;

/** A URL without white space around it, and with `%20` for spaces, as in an address bar. */
const toUrl: Convert = (value) => (typeof value === 'string' ? value.trim().replaceAll(' ', '%20') : value);

const toList: Convert = (value) => (typeof value === 'string' ? [value] : value);

const toPackageDeltas: Convert = (value) =>
  Array.isArray(value)
    ? value.map((item: unknown) => (isObject(item) ? convertFields(item, deltaConversions) : item))
    : value;

const conversions: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['name', trim],
  ['version', trim],
  ['arch', trimEach],
  ['subsets', toList],
  ['size', toInteger],
  ['installedSize', toInteger],
  ['sha256', toDigest],
  ['path', toPath],
  ['url', toUrl],
  ['dependencies', toList],
  ['homepage', trim],
  ['tags', toList],
  ['packageDeltas', toPackageDeltas],
]);

const deltaConversions: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['from', trim],
  ['size', toInteger],
  ['sha256', toDigest],
  ['path', toPath],
  ['url', toUrl],
]);

/** Known fields without a conversion of their own. No value (`null`) in a known field is like no field. */
const plainFields: ReadonlySet<string> = new Set(['summary', 'description', 'licence', 'details']);

/** Fields of which an empty text says nothing: there is no file. */
const emptyIsNothing: ReadonlySet<string> = new Set(['sha256', 'path', 'url']);

/** Parses a record (`parse-record.ts`), after conversions that lose nothing if it would be refused without. */
export function parseConvertible(fields: Readonly<Record<string, unknown>>, options: ParseRecordOptions): ParsedRecord {
  const parsed = parseRecord(fields, { ...options, isWordless: true });
  if ('record' in parsed) return parsed;
  const converted = parseRecord(convertRecord(fields), options);
  if ('record' in converted) return converted;
  const written = parseRecord(fields, options);
  return { problems: asWritten(converted.problems, 'record' in written ? [] : written.problems) };
}

/** Problems of a converted record with the values that the file has, where those have the same problem. */
function asWritten(converted: readonly RecordProblem[], written: readonly RecordProblem[]): readonly RecordProblem[] {
  const left = [...written];
  return converted.map((problem) => {
    const at = left.findIndex(({ kind }) => kind === problem.kind);
    return at === -1 ? problem : (left.splice(at, 1)[0] ?? problem);
  });
}

/** The value of a known field in the form that a record needs, as far as that loses nothing. */
export function convertField(field: string, value: unknown): unknown {
  return conversions.get(field)?.(value) ?? value;
}

/**
 * A copy of a record's fields in which each known field has the form that a record needs, as far as that loses nothing. Other
 * fields stay as they are.
 */
export function convertRecord(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return convertFields(fields, conversions);
}

function convertFields(
  fields: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, Convert>,
): Record<string, unknown> {
  const converted: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    const convert = known.get(field);
    if (value === null && (convert !== undefined || plainFields.has(field))) continue;
    if (emptyIsNothing.has(field) && typeof value === 'string' && value.trim() === '') continue;
    const result = convert === undefined ? value : convert(value);
    if (field === '__proto__') Object.defineProperty(converted, field, { value: result, enumerable: true });
    else converted[field] = result;
  }
  return converted;
}
