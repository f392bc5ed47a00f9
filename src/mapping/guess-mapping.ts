/**
 * Guesses the mapping of an unknown registry from a sample of its documents: tries each way to what may be records, and takes the
 * one whose records are complete, differ from one another, and say most about the files of their packages.
 */
import { isObject } from '../bytes/json.ts';
import { formatCanonicalJson } from '../model/canonical-json.ts';
import { quote, truncateForMessage } from '../text/printable.ts';
import { type FoundRecord, fits, type GivenFields, guessFields } from './guess-fields.ts';
import { type GuessedWay, guessWays, NAME_STEP } from './guess-records.ts';
import { guessedFields } from './guess-source.ts';
import { looksLikeIdentifier } from './guess-values.ts';
import { compileMapping, type MappingRule } from './mapping.ts';
import { parseRecordsPath } from './records-path.ts';
import { selectRecords } from './select-records.ts';
import { formatSteps } from './value-path.ts';

export type { GivenFields } from './guess-fields.ts';

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
  /** How many records there are in the sample. */
  readonly count: number;
  /** Name, version and arch of each record, as text, and the whole record. */
  readonly records: ReadonlyMap<string, string>;
}

/** What is known besides the documents. */
export interface GuessOptions {
  /** What the path of a document gives its records. */
  fieldsOf(path: string): GivenFields;
  /** Whether the format does not tell numbers from texts. */
  readonly numbersAreTexts: boolean;
  /** A name for records of which none has one: all are versions of one package. */
  readonly name?: string;
}

/** Ways that are tried, records of each, and of the best. */
const TRIED_WAYS = 24;
const TRIED_RECORDS = 100;
const JUDGED_RECORDS = 2000;

/** Guesses a mapping. */
export function guessMapping(documents: readonly SampleDocument[], options: GuessOptions): GuessedMapping {
  const values = documents.map(({ value }) => value);
  const ways = guessWays(values).slice(0, TRIED_WAYS);
  const attempt = (paths: readonly (string | undefined)[], way: GuessedWay, most: number): Trial =>
    tryWay(findRecords(documents, paths, options, most), paths, way, options);
  const tried = ways.flatMap((way) => variantsOf(way).map((path) => attempt([path], way, TRIED_RECORDS)));
  const [first] = tried.sort(compareTrials);
  const best = first && attempt(first.rule.records ?? [undefined], first.way, JUDGED_RECORDS);
  const described = best === undefined || best.undecided.length > 0 ? describeDocuments(values) : undefined;
  if (best === undefined || described !== undefined) {
    const question = `where the records are (\`records:\`): ${described ?? NONE_FOUND}`;
    return { rule: { omit: [] }, undecided: [question], count: 0, records: new Map() };
  }
  const { rule, records, undecided, count } = withFurtherWays(best, tried, attempt);
  return { rule, records, undecided, count };
}

/** A way to records, and what becomes of these. */
interface Trial extends GuessedMapping {
  readonly way: GuessedWay;
  readonly found: readonly FoundRecord[];
  /** Records with a name, a version and an arch of their own. */
  readonly complete: number;
  readonly names: readonly string[];
}

/** The key of a map may be the name, or an ID that a name cannot be; and it may be said in the record, too. */
function variantsOf({ path }: GuessedWay): readonly (string | undefined)[] {
  if (path === undefined || !path.includes(NAME_STEP)) return [path];
  return [path.replace(NAME_STEP, '*'), path, path.replace(NAME_STEP, '<id>')];
}

/** The best trial first. */
function compareTrials(a: Trial, b: Trial): number {
  const has = (field: string, { rule, found }: Trial): number =>
    rule.fields?.[field] !== undefined || found.some(({ record }) => Object.hasOwn(record.fields, field)) ? 1 : 0;
  const isDone = ({ undecided, complete, found }: Trial): number =>
    undecided.length === 0 && complete > found.length / 2 ? 1 : 0;
  const hasIds = ({ names }: Trial): number => (names.every(looksLikeIdentifier) ? 1 : 0);
  const isWeak = ({ rule }: Trial): number =>
    /^(?:\w*latest\w*|release|tag|commit)$/i.test(rule.fields?.version ?? '') ? 1 : 0;
  return (
    isDone(b) - isDone(a) ||
    a.undecided.length - b.undecided.length ||
    isWeak(a) - isWeak(b) ||
    hasIds(b) - hasIds(a) ||
    has('sha256', b) - has('sha256', a) ||
    b.complete - a.complete ||
    a.way.depth - b.way.depth
  );
}

function tryWay(
  found: readonly FoundRecord[],
  paths: readonly (string | undefined)[],
  way: GuessedWay,
  options: GuessOptions,
): Trial {
  const { fields, known } = guessFields(found);
  const named: Record<string, string> = { ...fields };
  for (const field of guessedFields) {
    // A field of ours that holds something else needs a different name.
    const isKey = found.some(({ record }) => Object.hasOwn(record.keys, field) && !equalsKey(record, field));
    if (!isKey && (named[field] === undefined || named[field] === `{${field}}`)) continue;
    if (field === 'arch' && named.arch?.includes('{arch}') === true) continue;
    if (!found.some(({ record }) => Object.hasOwn(record.fields, field))) continue;
    if (Object.values(named).includes(field)) continue;
    named[field === 'name' ? 'title' : `their-${field}`] = field;
  }
  const lacksArch = !known.has('arch') || found.some((one) => !hasArch(one, fields.arch));
  const defaults = {
    ...(known.has('name') || options.name === undefined ? {} : { name: options.name }),
    ...(lacksArch ? { arch: 'all' } : {}),
  };
  const records = paths.flatMap((path) => path ?? []);
  const rule = {
    ...(records.length === 0 ? {} : { records }),
    fields: named,
    ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
    // What a whole document says in lists and maps is about the document.
    omit: [...new Set(found.flatMap(({ record }) => nestedIn(record.inherited)))],
  };
  return judge(tellApart(moveWhatDoesNotFit(rule, found), found), found, way);
}

function equalsKey({ keys, fields }: FoundRecord['record'], field: string): boolean {
  return !Object.hasOwn(fields, field) || fields[field] === keys[field];
}

function findRecords(
  documents: readonly SampleDocument[],
  paths: readonly (string | undefined)[],
  { fieldsOf, numbersAreTexts }: GuessOptions,
  most: number,
): readonly FoundRecord[] {
  const ways = paths.map((path) => parseRecordsPath(path ?? '.'));
  const found: FoundRecord[] = [];
  for (const { path, value } of documents) {
    if (found.length >= JUDGED_RECORDS) break;
    const given = fieldsOf(path);
    for (const record of selectRecords(value, ways).records) found.push({ record, given, numbersAreTexts });
  }
  const step = Math.max(1, found.length / most);
  return Array.from({ length: Math.min(most, found.length) }, (_, i) => found[Math.floor(i * step)] ?? []).flat();
}

function hasArch({ record, given }: FoundRecord, source: string | undefined): boolean {
  const { arch } = mapOne({ omit: [], ...(source === undefined ? {} : { fields: { arch: source } }) }, record, given);
  return arch !== undefined && arch !== null;
}

/** What becomes of the records under a rule. */
function judge(rule: Trial['rule'], found: readonly FoundRecord[], way: GuessedWay): Trial {
  const mapped = mapAll(rule, found);
  const isThere = ({ fields }: Mapped, field: string): boolean => fields[field] !== undefined && fields[field] !== null;
  const lacking = ['name', 'version'].filter((field) => mapped.some((one) => !isThere(one, field)));
  const complete = mapped
    .filter((one) => !one.isRefused && ['name', 'version', 'arch'].every((field) => isThere(one, field)))
    .map(({ fields }) => fields);
  const records = new Map(complete.map((fields) => [keyOf(fields), textOf(fields)]));
  const undecided = lacking.map((field) => lackingQuestion(field, rule, found));
  if (lacking.length === 0 && complete.length - records.size > countEqual(complete)) {
    const tell = '`fields: { version: "{version}-{…}" }`';
    undecided.push(`what tells records apart that have the same name, version and arch (${tell})`);
  }
  const names = complete.map(({ name }) => String(name));
  return { rule, way, found, count: found.length, complete: complete.length, names, records, undecided };
}

/** How many records are equal to one before them, which is no conflict. */
function countEqual(mapped: readonly Readonly<Record<string, unknown>>[]): number {
  return mapped.length - new Set(mapped.map(textOf)).size;
}

function keyOf({ name, version, arch }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([name, version, arch]);
}

function textOf(fields: Readonly<Record<string, unknown>>): string {
  return formatCanonicalJson(JSON.parse(JSON.stringify(fields)));
}

type Fields = Readonly<Record<string, unknown>>;

/** A record under our names. */
interface Mapped {
  readonly fields: Fields;
  readonly isRefused: boolean;
}

function mapAll(rule: MappingRule, found: readonly FoundRecord[]): readonly Mapped[] {
  const mapping = compileMapping(rule);
  return found.map(({ record, given }) => {
    const { arch: listedBy, ...others } = given;
    const path = { given: Object.entries(others), ...(listedBy === undefined ? {} : { listedBy }) };
    const { fields, problems } = mapping.map(record, path, () => undefined);
    const isRefused =
      problems.length > 0 ||
      ['name', 'arch'].some((field) => fields[field] !== undefined && !fits(field, fields[field]));
    return { fields, isRefused };
  });
}

function mapOne(rule: MappingRule, record: FoundRecord['record'], given: GivenFields): Fields {
  return mapAll(rule, [{ record, given, numbersAreTexts: false }])[0]?.fields ?? {};
}

/** A sentence about a field that nothing gives, with the fields that might. */
function lackingQuestion(field: string, rule: Trial['rule'], found: readonly FoundRecord[]): string {
  const whole = found.map(({ record }) => ({ ...record.keys, ...record.inherited, ...record.fields }));
  const names = [...new Set(whole.flatMap((fields) => Object.keys(fields)))];
  const texts = names.filter((name) => whole.some((fields) => isPlain(fields[name])));
  const has = texts.slice(0, SHOWN_FIELDS).map((name) => {
    const example = whole.map((fields) => fields[name]).find(isPlain);
    return `${formatSteps([name])} (${truncateForMessage(JSON.stringify(example), SHOWN_TEXT)})`;
  });
  const where = rule.records === undefined ? '' : ` at ${rule.records.join(' and ')}`;
  const others = has.length === 0 ? '' : `: records${where} have ${has.join(', ')}`;
  const without = whole.filter((fields) => !isPlain(fields[rule.fields?.[field] ?? field])).length;
  const some = without < whole.length ? ', which some records lack' : '';
  return `which field is the ${field}${some} (\`fields: { ${field}: … }\`)${others}`;
}

const SHOWN_FIELDS = 5;
const SHOWN_TEXT = 40;

function isPlain(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** Makes a further field part of the version where records would have the same name, version and arch otherwise. */
function tellApart(rule: Trial['rule'], found: readonly FoundRecord[]): Trial['rule'] {
  const countSame = (candidate: Trial['rule']): number => {
    const mapped = mapAll(candidate, found).map(({ fields }) => fields);
    return mapped.length - new Set(mapped.map(keyOf)).size - countEqual(mapped);
  };
  if (countSame(rule) === 0) return rule;
  const version = rule.fields?.version ?? 'version';
  if (/[{|:]/.test(version)) return rule;
  const names = [...new Set(found.flatMap(({ record }) => Object.keys(record.fields)))];
  for (const field of names.filter((name) => /build|revision|release|variant|code/i.test(name))) {
    const candidate = { ...rule, fields: { ...rule.fields, version: `{${version}}-{${formatSteps([field])}}` } };
    if (countSame(candidate) === 0) return candidate;
  }
  return rule;
}

function nestedIn(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    typeof value === 'object' && value !== null ? [field] : [],
  );
}

/** Gives fields of ours whose values are of a different kind a name of their own. */
function moveWhatDoesNotFit(rule: Trial['rule'], found: readonly FoundRecord[]): Trial['rule'] {
  const moved: Record<string, string> = {};
  const readsNumbers = found.every(({ numbersAreTexts }) => numbersAreTexts);
  for (const { fields } of mapAll(rule, found)) {
    for (const field of guessedFields.concat('description', 'subsets', 'details', 'packageDeltas')) {
      const value = readsNumbers && typeof fields[field] === 'number' ? String(fields[field]) : fields[field];
      if (value === undefined || value === null || rule.fields?.[field] !== undefined || fits(field, value)) continue;
      moved[`their-${field}`] = field;
    }
  }
  return { ...rule, fields: { ...rule.fields, ...moved } };
}

/** Takes further ways that are complete under the same mapping, and whose records nothing else has. */
function withFurtherWays(
  best: Trial,
  tried: readonly Trial[],
  attempt: (paths: readonly (string | undefined)[], way: GuessedWay, most: number) => Trial,
): Trial {
  let chosen = best;
  const isApart = (way: GuessedWay): boolean =>
    [chosen.way, way].every(({ path }) => path !== undefined) &&
    !`${way.path}.`.startsWith(`${chosen.way.path}.`) &&
    !`${chosen.way.path}.`.startsWith(`${way.path}.`);
  for (const { way, undecided, rule, records } of tried) {
    const [path] = rule.records ?? [];
    if (path === undefined || undecided.length > 0 || !isApart(way) || chosen.rule.records?.includes(path)) continue;
    if ([...records.keys()].some((key) => chosen.records.has(key))) continue;
    const both = attempt([...(chosen.rule.records ?? []), path], chosen.way, JUDGED_RECORDS);
    if (both.undecided.length === 0 && both.complete > chosen.complete) chosen = both;
  }
  return chosen;
}

const NONE_FOUND = 'the sample has none';

/** What a sample of documents has in place of records; undefined if they may be records. */
function describeDocuments(values: readonly unknown[]): string | undefined {
  const maps = values.flat().filter(isObject);
  const members = maps.flatMap((map) => Object.entries(map));
  if (
    !members.some(([, value]) => isPlain(value) || (isObject(value) && Object.keys(value).length > 0) || hasMap(value))
  )
    return NONE_FOUND;
  const [example] = members;
  if (example === undefined || members.length < 2 || !members.every(([, value]) => isVersionText(value)))
    return undefined;
  return `a record is a map, but the members here are texts, such as ${formatSteps([example[0]])}: ${quote(String(example[1]))}`;
}

function hasMap(value: unknown): boolean {
  return Array.isArray(value) && value.some(isObject);
}

function isVersionText(value: unknown): boolean {
  return typeof value === 'string' && /^v?\d/.test(value);
}
