/**
 * Guesses where the fields of records come from: by the names that registries use, at the top of a record or a few levels below,
 * and where those say nothing, by what the values look like. Only what fits in every record counts.
 */
import { isObject } from '../bytes/json.ts';
import { parseConvertible } from '../model/convert-record.ts';
import { guessedFields, guessSources } from './guess-source.ts';
import { looksLikeArch, looksLikeDigest, looksLikeIdentifier, looksLikeVersion } from './guess-values.ts';
import type { SelectedRecord } from './select-records.ts';
import { formatSteps } from './value-path.ts';

/** Fields that the path of each file gives, of those that a pattern can name. */
export type GivenFields = Readonly<Record<string, string>>;

/** A record that was found, and what the path of its file says about it. */
export interface FoundRecord {
  readonly record: SelectedRecord;
  readonly given: GivenFields;
  /** Whether the format does not tell numbers from texts, so that a number is read as it is written. */
  readonly numbersAreTexts: boolean;
}

/** The guessed sources of fields, and the fields that have one without a line in `fields:`. */
export interface GuessedFields {
  readonly fields: Readonly<Record<string, string>>;
  readonly known: ReadonlySet<string>;
}

/** Values in all records, by their path. */
type Values = ReadonlyMap<string, readonly unknown[]>;

/** Levels below a record where values are looked for. */
const MAX_LEVELS = 3;

/** The most paths that are looked at. */
const MAX_PATHS = 1000;

/** Fields whose value may be in a map below the record: `dist.url`, `hashes.sha256`. */
const nestedFields: ReadonlySet<string> = new Set(['version', 'sha256', 'url', 'size', 'path']);

/** Maps about something else than the package's file. */
const otherParents =
  /^(?:repository|bugs|authors?|maintainers?|publisher|owner|vendor|links?|icons?|screenshots?|images?|engines?|.*depend.*|requires?|statistics|.*metadata|properties|config|signatures?|provenance|schema)$/i;

/** Where the name of a package has a part before it: `namespace` in `community.general`. */
const nameSpaces: readonly (readonly [path: string, joint: string])[] = [
  ['namespace', '.'],
  ['groupId', ':'],
  ['publisher.publisherName', '.'],
];

/** Guesses the sources of all fields. */
export function guessFields(found: readonly FoundRecord[]): GuessedFields {
  const values = valuesIn(found);
  const fields: Record<string, string> = {};
  const known = new Set<string>();
  for (const field of guessedFields) {
    if (found.length > 0 && found.every(({ record, given }) => ({ ...given, ...record.keys })[field] !== undefined)) {
      known.add(field);
      continue;
    }
    const source = field === 'name' ? guessName(values, found) : guessField(field, values, found, fields);
    if (source === undefined) continue;
    known.add(field);
    if (source !== field) fields[field] = source;
  }
  if (fields.arch === undefined || /^\w+$/.test(fields.arch)) joinSystem(fields, known, values, found);
  return { fields, known };
}

/** The values at each path of the records, with what they inherit and the keys on the way. */
function valuesIn(found: readonly FoundRecord[]): Values {
  const values = new Map<string, unknown[]>();
  const add = (path: string, value: unknown): void => {
    if (value === undefined || value === null || value === '') return;
    const known = values.get(path);
    if (known !== undefined) known.push(value);
    else if (values.size < MAX_PATHS) values.set(path, [value]);
  };
  const several = new Set<string>();
  for (const { record, numbersAreTexts } of found) {
    const enter = (value: unknown, steps: readonly string[]): void => {
      add(formatSteps(steps), numbersAreTexts && typeof value === 'number' ? String(value) : value);
      if (steps.length > MAX_LEVELS) return;
      if (Array.isArray(value) && value.length === 1) enter(value[0], [...steps, '0']);
      if (Array.isArray(value) && value.length > 1) several.add(formatSteps([...steps, '0']));
      if (isObject(value)) for (const [key, member] of Object.entries(value)) enter(member, [...steps, key]);
    };
    for (const [key, value] of Object.entries({ ...record.inherited, ...record.fields, ...record.keys })) {
      const isOwn = Object.hasOwn(record.fields, key);
      if (isOwn || !Array.isArray(value)) enter(value, [key]);
    }
  }
  // Of several items, none is the one that is meant.
  for (const path of [...values.keys()].filter((candidate) => /\.0(?:\.|$)/.test(candidate)))
    if ([...several].some((list) => path === list || path.startsWith(`${list}.`))) values.delete(path);
  return values;
}

function guessField(
  field: string,
  values: Values,
  { length }: readonly FoundRecord[],
  taken: Readonly<Record<string, string>>,
): string | undefined {
  const used = new Set(Object.values(taken));
  const least = field === 'version' ? length : length / 4;
  const isLeft = (path: string): boolean => !used.has(path) && (values.get(path)?.length ?? 0) >= Math.max(1, least);
  for (const path of [...candidatesFor(field, values), ...lookalikes(field, values, length)]) {
    if (!isLeft(path)) continue;
    const source = sourceFor(field, path, values.get(path) ?? []);
    if (source !== undefined) return source;
  }
  return undefined;
}

/** Paths whose names say that they hold a field: those at the top of records, then those below. */
function candidatesFor(field: string, values: Values): readonly string[] {
  const paths = [...values.keys()];
  const named = guessSources(field, paths);
  if (!nestedFields.has(field)) return named;
  const below = paths.filter((path) => {
    const parents = path.split('.').slice(0, -1);
    return parents.length > 0 && !parents.some((parent) => otherParents.test(parent));
  });
  const lastSteps = new Map(below.toReversed().map((path) => [path.slice(path.lastIndexOf('.') + 1), path]));
  return [...named, ...guessSources(field, [...lastSteps.keys()]).flatMap((step) => lastSteps.get(step) ?? [])];
}

const looks: Readonly<Record<string, (text: string) => boolean>> = {
  arch: looksLikeArch,
  sha256: looksLikeDigest,
  version: looksLikeVersion,
};

/** Versions of something else than the package. */
const otherVersions = /api|schema|spec|format|min|max|requires|protocol|engine|level|normali[sz]ed|testing/i;

/** Fields at the top of every record of which every value looks right, if there is only one. */
function lookalikes(field: string, values: Values, count: number): readonly string[] {
  const look = looks[field];
  if (look === undefined) return [];
  const found = [...values].filter(
    ([path, all]) =>
      !path.includes('.') &&
      !otherVersions.test(path) &&
      all.length === count &&
      all.every((value) => typeof value === 'string' && look(value)) &&
      (field !== 'arch' || all.some((value) => /\d/.test(String(value)))),
  );
  return found.length === 1 ? found.map(([path]) => path) : [];
}

/** Filters with which a source takes only the values that fit. */
const choices: Readonly<Record<string, string>> = {
  sha256: 'sha256',
  url: 'url',
  path: 'path',
  homepage: 'url',
  licence: 'text',
  summary: 'text',
  tags: 'list',
};

/** The source for what is at a path, with the filter that it needs; undefined if the values do not fit. */
function sourceFor(field: string, path: string, all: readonly unknown[]): string | undefined {
  if (field === 'dependencies' && !all.every(Array.isArray)) return undefined;
  if (field === 'version' && !all.every(isVersion)) return undefined;
  if (field === 'arch') return archSource(path, all);
  if (all.every((value) => fits(field, value))) return path;
  if (field === 'version') return all.every((value) => fits(field, String(value))) ? `{${path}}` : undefined;
  const filter = choices[field];
  const chosen = all.filter((value) => fits(field, value)).length;
  return filter !== undefined && path !== field && chosen >= all.length / 2 ? `${path}:${filter}` : undefined;
}

function isVersion(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && (/\d/.test(value) || /^dev-/.test(value)));
}

/** Words for every architecture are `all` with the filter `arch`. */
function archSource(path: string, all: readonly unknown[]): string | undefined {
  const texts = all.flat();
  if (!texts.every((text) => typeof text === 'string' && (text === '*' || fits('arch', text)))) return undefined;
  if (all.some((value) => Array.isArray(value) && value.length === 0)) return undefined;
  return texts.some((text) => /^(?:noarch|any|none|neutral|independent|\*)$/i.test(String(text)))
    ? `${path}:arch`
    : path;
}

/** The name, with the part before it and without slashes where a name cannot have them. */
function guessName(values: Values, found: readonly FoundRecord[]): string | undefined {
  const all = (path: string): readonly unknown[] => values.get(path) ?? [];
  const versions = new Set([...values].flatMap(([path, some]) => (/version$/i.test(path) ? some.map(String) : [])));
  const candidates = guessSources('name', [...values.keys()]).filter(
    (path) =>
      all(path).length === found.length &&
      all(path).every((value) => typeof value === 'string' && fits('name', value.replaceAll('/', '-'))) &&
      !all(path).every((value) => holdsVersion(String(value), versions)),
  );
  const isWord = (path: string): boolean => all(path).every((value) => looksLikeIdentifier(String(value)));
  const words = candidates.filter(isWord);
  // Where names are titles, an ID is what programs use.
  const named =
    words.includes('name') && words.includes('id') && all('name').some((name) => /[A-Z]/.test(String(name)));
  const path = named ? 'id' : (words[0] ?? candidates[0]);
  if (path === undefined) return undefined;
  const filter = all(path).some((value) => String(value).includes('/')) ? ':noslash' : '';
  const [space] = nameSpaces.filter(([spacePath]) => isWord(spacePath) && all(spacePath).length === found.length);
  if (space !== undefined) return `{${space[0]}}${space[1]}{${path}${filter}}`;
  return filter === '' ? path : `{${path}${filter}}`;
}

function holdsVersion(name: string, versions: ReadonlySet<string>): boolean {
  const [, version] = /[-@_ ]v?(\d[\w.+~-]*)$/.exec(name) ?? [];
  return version !== undefined && versions.has(version);
}

/** Makes the system part of the architecture where records have both: `linux-amd64`. */
function joinSystem(
  fields: Record<string, string>,
  known: Set<string>,
  values: Values,
  { length }: readonly FoundRecord[],
): void {
  const arch = fields.arch ?? (known.has('arch') ? 'arch' : undefined);
  const system = [...values.keys()].find((path) => /^(?:os|operating_?system|goos)$/i.test(path));
  if (arch === undefined || system === undefined) return;
  const isWhole = (path: string): boolean =>
    values.get(path)?.length === length && (values.get(path) ?? []).every((value) => typeof value === 'string');
  if (isWhole(arch) && isWhole(system)) fields.arch = `{${system}}-{${arch}}`;
}

/** Whether a value can be that of a field, after conversions. */
export function fits(field: string, value: unknown): boolean {
  if (field === 'homepage' && value !== '' && !/^https?:\/\//.test(String(value))) return false;
  const record = { name: 'x', version: '1', arch: 'all', [field]: value };
  return !('problems' in parseConvertible(record, {}));
}
