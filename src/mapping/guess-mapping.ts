/**
 * Guesses the mapping of an unknown registry from a sample of its documents: where the records are, and which of their fields are
 * the name, the version, the arch and so on.
 */
import { isObject } from '../bytes/json.ts';
import { parseConvertible } from '../model/convert-record.ts';
import { guessedFields, guessSources } from './guess-source.ts';
import { compileMapping, type MappingRule } from './mapping.ts';
import { parseRecordsPath } from './records-path.ts';
import { type SelectedRecord, selectRecords } from './select-records.ts';
import { formatSteps, splitSteps, valueAt } from './value-path.ts';

/** A document of the sample, and the path of its file. */
export interface SampleDocument {
  readonly path: string;
  readonly value: unknown;
}

/** A guessed mapping. */
export interface GuessedMapping {
  readonly rule: MappingRule & { readonly records?: readonly string[] };
  /** What a person must decide, a sentence each. Empty: records have all that they need. */
  readonly undecided: readonly string[];
}

/** Fields that the path of each file gives, of those that a pattern can name. */
export type GivenFields = Readonly<Record<string, string>>;

/**
 * Guesses a mapping.
 *
 * @param fieldsOf - what the path of a document gives its records
 */
export function guessMapping(
  documents: readonly SampleDocument[],
  fieldsOf: (path: string) => GivenFields,
): GuessedMapping {
  const records = guessRecordsPath(documents);
  const found = documents.flatMap(({ path, value }) => {
    const selected = selectRecords(value, (records ?? ['.']).map(parseRecordsPath)).records;
    return selected.map((record) => ({ record, given: fieldsOf(path) }));
  });
  const fields: Record<string, string> = {};
  const taken = new Set<string>();
  for (const field of guessedFields) {
    if (found.every(({ given }) => given[field] !== undefined)) continue;
    const source = guessField(field, found, taken);
    if (source === undefined) continue;
    taken.add(source);
    if (source !== field) fields[field] = source;
  }
  // A field of ours that holds something else needs another name.
  for (const field of guessedFields) {
    if (taken.has(field) || fields[field] === undefined) continue;
    if (found.some(({ record }) => Object.hasOwn(record.fields, field)))
      fields[field === 'name' ? 'title' : `their-${field}`] = field;
  }
  const hasArch =
    taken.has('arch') ||
    fields.arch !== undefined ||
    found.some(({ record, given }) => givenFields(record, given).includes('arch'));
  const rule = {
    ...(records === undefined ? {} : { records }),
    fields,
    ...(hasArch ? {} : { defaults: { arch: 'all' } }),
    // What a whole document says in lists and maps is about the document.
    omit: [...new Set(found.flatMap(({ record }) => nestedIn(record.inherited)))],
  };
  const complete = tellApart(moveWhatDoesNotFit(rule, found), found);
  return { rule: complete, undecided: undecidedOf(complete, found) };
}

/** Makes a further field part of the version where records would have the same name, version and arch otherwise. */
function tellApart(rule: GuessedMapping['rule'], found: readonly Found[]): GuessedMapping['rule'] {
  if (countSame(rule, found) === 0) return rule;
  const version = rule.fields?.version ?? 'version';
  const names = [...new Set(found.flatMap(({ record }) => Object.keys(record.fields)))];
  for (const field of names.filter((name) => /build|revision|release|variant|code/i.test(name))) {
    const candidate = { ...rule, fields: { ...rule.fields, version: `{${version}}-{${formatSteps([field])}}` } };
    if (countSame(candidate, found) === 0) return candidate;
  }
  return rule;
}

/** How many records have the name, version and arch of one before them that is different. The same record may be in two files. */
function countSame(rule: GuessedMapping['rule'], found: readonly Found[]): number {
  const mapping = compileMapping(rule);
  const records = found.map(
    ({ record, given }) => mapping.map(record, { given: Object.entries(given) }, () => undefined).fields,
  );
  const keys = records.map(({ name, version, arch }) => JSON.stringify([name, version, arch]));
  return new Set(records.map((fields) => JSON.stringify(fields))).size - new Set(keys).size;
}

function nestedIn(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    typeof value === 'object' && value !== null ? [field] : [],
  );
}

interface Found {
  readonly record: SelectedRecord;
  readonly given: GivenFields;
}

function givenFields({ keys }: SelectedRecord, given: GivenFields): readonly string[] {
  return [...Object.keys(keys), ...Object.keys(given)];
}

/** The likeliest source of a field whose values fit in most records. */
function guessField(field: string, found: readonly Found[], taken: ReadonlySet<string>): string | undefined {
  const paths = [...new Set(found.flatMap(({ record }) => pathsIn({ ...record.inherited, ...record.fields })))];
  const candidates = guessSources(field, [...paths, ...found.flatMap(({ record }) => Object.keys(record.keys))]);
  const fitting = candidates.filter((path) => {
    const values = valuesAt(path, found);
    return !taken.has(path) && values.length > found.length / 2 && values.every((value) => fits(field, value));
  });
  // A title has spaces; what identifies a package has none.
  const plain = field === 'name' ? fitting.find((path) => valuesAt(path, found).every(isWord)) : undefined;
  return plain ?? fitting[0];
}

function valuesAt(path: string, found: readonly Found[]): readonly unknown[] {
  const steps = splitSteps(path, 'path').map(({ text }) => text);
  return found.flatMap(({ record }) => {
    const value = valueAt({ ...record.keys, ...record.inherited, ...record.fields }, steps);
    return value === undefined || value === null ? [] : [value];
  });
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && !/\s/.test(value);
}

/** Whether a value can be that of a field, after conversions. */
function fits(field: string, value: unknown): boolean {
  if (field === 'homepage' && !/^https?:\/\//.test(String(value))) return false;
  const record = { name: 'x', version: '1', arch: 'all', [field]: value };
  return !('problems' in parseConvertible(record, {}));
}

/** Dotted paths of a record's values, one level below its fields. */
function pathsIn(fields: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const below = isObject(value) ? Object.keys(value) : Array.isArray(value) && value.length > 0 ? ['0'] : [];
    return [formatSteps([field]), ...below.map((key) => formatSteps([field, key]))];
  });
}

/** Gives fields of ours whose values are of another kind a name of their own. */
function moveWhatDoesNotFit(rule: GuessedMapping['rule'], found: readonly Found[]): GuessedMapping['rule'] {
  const mapping = compileMapping(rule);
  const moved: Record<string, string> = {};
  for (const { record, given } of found) {
    const { fields } = mapping.map(record, { given: Object.entries(given) }, () => undefined);
    for (const field of guessedFields.concat('description', 'subsets', 'details', 'packageDeltas')) {
      const value = fields[field];
      if (value === undefined || value === null || rule.fields?.[field] !== undefined || fits(field, value)) continue;
      moved[`their-${field}`] = field;
    }
  }
  return { ...rule, fields: { ...rule.fields, ...moved } };
}

function undecidedOf(rule: GuessedMapping['rule'], found: readonly Found[]): readonly string[] {
  if (found.length === 0) return ['where the records are: none were found in the sample (`records:`)'];
  const mapping = compileMapping(rule);
  const lacking = new Set<string>();
  for (const { record, given } of found) {
    const { fields } = mapping.map(record, { given: Object.entries(given) }, () => undefined);
    for (const field of ['name', 'version'])
      if (fields[field] === undefined || fields[field] === null) lacking.add(field);
  }
  const questions = [...lacking].map((field) => `which field is the ${field} (\`fields: { ${field}: … }\`)`);
  const same = lacking.size === 0 ? countSame(rule, found) : 0;
  if (same === 0) return questions;
  const way = '`fields: { version: "{version}-{…}" }`';
  return [...questions, `what tells records apart that have the same name, version and arch (${way})`];
}

/** The share of the records of the best way that a further one must have. */
const COUNTED_SHARE = 0.1;

/** How deep records are looked for. */
const MAX_DEPTH = 4;

/** The way to values that look most like records; undefined if documents do so themselves. */
function guessRecordsPath(documents: readonly SampleDocument[]): readonly string[] | undefined {
  const values = documents.flatMap(({ value }) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
  if (values.length > 0 && values.filter(looksLikeRecord).length >= values.length / 2) return undefined;
  const scores = new Map<string, number>();
  for (const value of values) score(value, [], scores);
  const ranked = [...scores].sort(([a, m], [b, n]) => n - m || a.length - b.length);
  const [best] = ranked;
  return best && ranked.filter(([, count]) => count >= best[1] * COUNTED_SHARE).map(([way]) => way);
}

function score(value: unknown, steps: readonly string[], scores: Map<string, number>): void {
  if (steps.length >= MAX_DEPTH) return;
  if (steps.length > 0 && looksLikeRecord(value)) {
    const way = steps.join('.');
    scores.set(way, (scores.get(way) ?? 0) + 1);
    return;
  }
  const items = Array.isArray(value)
    ? value.map((item: unknown) => ['*', item] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  const records = items.filter(([, item]) => looksLikeRecord(item));
  if (items.length > 0 && steps.length > 0 && records.length >= items.length / 2) {
    const isKeyed =
      !Array.isArray(value) &&
      !records.some(([, item]) => isObject(item) && guessSources('name', Object.keys(item)).length > 0);
    const way = [...steps, isKeyed ? '<name>' : '*'].join('.');
    scores.set(way, (scores.get(way) ?? 0) + records.length);
    return;
  }
  // A map of lists of records has keys of its own; so has one with many members of one kind. Others have fixed members.
  const isWide =
    isObject(value) &&
    (items.every(([, item]) => isRecordList(item)) || (items.length > 3 && items.every(([, item]) => isObject(item))));
  for (const [key, item] of items)
    score(item, [...steps, isWide ? '*' : key === '*' ? key : formatSteps([key])], scores);
}

function isRecordList(value: unknown): boolean {
  return Array.isArray(value) && value.some(looksLikeRecord);
}

/** Whether a value has what looks like a version, or two other fields of ours. */
function looksLikeRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  const known = guessedFields.filter((field) => guessSources(field, keys).length > 0);
  return guessSources('version', keys).length > 0 && known.length >= 2;
}
