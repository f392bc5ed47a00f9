/**
 * Parses the YAML text of a configuration. Reports all problems in one error, each with its line and column, and corrects
 * nothing silently. `config.schema.json` describes the same rules for editors.
 */
import { isObject } from '../bytes/json.ts';
import { RepomillError } from '../errors.ts';
import { parseFieldSource } from '../mapping/field-source.ts';
import { parseRecordsPath } from '../mapping/records-path.ts';
import { parseConvertible } from '../model/convert-record.ts';
import { defined } from '../model/defined.ts';
import { MAX_HISTORY } from '../model/limits.ts';
import { textFields } from '../model/parse-record.ts';
import { parsePathRule } from '../model/path-rule.ts';
import { compareProblems } from '../model/problems.ts';
import type { FieldValue } from '../model/record.ts';
import { isVersionOrderName, type VersionOrderName, versionOrderNames } from '../model/versions/version-order.ts';
import { encodingLabels, encodingOf } from '../platform/encoding/encoding.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { Query } from '../query/query.ts';
import { formatPlural } from '../text/quantity.ts';
import {
  type Config,
  configKeys,
  type DuplicatesRule,
  defaults,
  type InputRule,
  type PackagesRule,
  type SubsetRule,
} from './config.ts';
import { parseDocument } from './config-document.ts';
import { parseFilePattern } from './pattern/file-pattern.ts';
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  integerOf,
  itemsOf,
  jsonOf,
  reject,
  type SectionReader,
  type Setting,
  textOf,
  textsOf,
} from './setting.ts';
import {
  archName,
  detailsField,
  directoryPath,
  fieldName,
  fieldSource,
  filePattern,
  pathRule,
  plainName,
  recordField,
  recordsPath,
  titleText,
} from './text-rules.ts';

/** The most path rules in a repository: each is tried on every package. */
export const MAX_PATH_RULES = 16;

/** Names that a configuration may use but that are defined elsewhere. */
export interface KnownNames {
  /** The names that `reader:` accepts. */
  readonly readers: readonly string[];
  /** The sections that layouts parse themselves, by the name of the layout. */
  readonly sections: ReadonlyMap<string, SectionReader<unknown>>;
  readonly presets?: PresetTexts;
  /** The name of a repository whose configuration gives none; without it, a configuration has to. */
  readonly name?: string;
}

/** The presets that `preset:` accepts. */
export interface PresetTexts {
  readonly names: readonly string[];
  /** The text of a preset: a configuration without a name. */
  read(name: string): string;
}

/**
 * Parses a configuration and fills in every default.
 *
 * @param file - the file as the user would type it, for errors
 * @throws RepomillError (usage) with every problem in the text, in order
 */
export function parseConfig(text: string, file: string, known: KnownNames): Config {
  const { root, problems } = parseDocument(text, file);
  const config = root && parseRoot(root, known);
  if (config !== undefined && problems.length === 0) return { ...config, file: { path: file, lines: linesIn(root) } };
  throw new RepomillError('usage', `${formatPlural(problems.length, 'problem')} in the configuration`, {
    path: file,
    problems: problems.toSorted(compareProblems),
  });
}

function linesIn(setting: Setting | undefined, lines: Map<string, number> = new Map()): ReadonlyMap<string, number> {
  const { value } = setting ?? {};
  if (typeof value !== 'object' || value === null) return lines;
  for (const [key, entry] of Object.entries(value)) {
    const child = setting?.child(Array.isArray(value) ? Number(key) : key, entry);
    if (child !== undefined) linesIn(child, lines.set(child.name, child.line()));
  }
  return lines;
}

function parseRoot(root: Setting, known: KnownNames): Config | undefined {
  const entries = entriesIn(root, known);
  if (entries === undefined) return undefined;
  const { name, preset } = entries;
  if (name === undefined && known.name === undefined) root.report('expected the key "name"');
  const presetName = preset && choiceOf(preset, 'a preset', known.presets?.names ?? []);
  const own = parseEntries(entries, known);
  return {
    name: name === undefined ? (known.name ?? '') : (textOf(name, plainName) ?? ''),
    ...defaults,
    ...(presetName === undefined ? settingsOfInputs(entries, known) : parsePreset(presetName, known)),
    ...own,
  };
}

type Entries = { readonly [key in string]?: Setting };

function entriesIn(root: Setting, known: KnownNames): Entries | undefined {
  return fieldsOf(root, 'a mapping with the key "name"', ['name', ...configKeys, ...known.sections.keys()]);
}

/** What a preset sets. */
export function parsePreset(name: string, known: KnownNames): Partial<Config> {
  const { root, problems } = parseDocument(known.presets?.read(name) ?? '', `${name}.yaml`);
  const entries = root && entriesIn(root, known);
  const [problem] = problems;
  if (entries === undefined || problem !== undefined) {
    throw new RepomillError('format', `preset ${name}: ${problem?.message ?? 'expected a mapping'}`);
  }
  const preset = parseEntries(entries, known);
  return {
    ...preset,
    ...defined({ inputs: preset.inputs?.map((rule) => ({ ...rule, preset: { name, keys: Object.keys(rule) } })) }),
  };
}

/** What the presets of the inputs set for the whole repository, where the configuration does not say it itself. */
function settingsOfInputs({ inputs, versions }: Entries, known: KnownNames): Partial<Config> {
  const items: readonly unknown[] = Array.isArray(inputs?.value) ? inputs.value : [];
  const named = items.map((item) => (isObject(item) ? item.preset : undefined));
  const names = (known.presets?.names ?? []).filter((name) => named.includes(name));
  const presets = names.map((name) => ({ name, ...parsePreset(name, known) }));
  const orders = new Set(presets.map((preset) => preset.versions ?? defaults.versions));
  if (orders.size > 1 && versions === undefined) {
    const found = presets.map(({ name, versions: order = defaults.versions }) => `${name} has ${order}`).join(', ');
    inputs?.report(`expected the key "versions" beside it, because the presets have different orders: ${found}`);
  }
  const [order] = orders;
  const details = [...new Set(presets.flatMap((preset) => preset.details ?? []))];
  return defined({ versions: order, details: details.length === 0 ? undefined : details });
}

/** The keys that are set, besides `name` and `preset`. */
function parseEntries(entries: Entries, known: KnownNames): Partial<Config> {
  const { title, inputs, arches, versions, subsets, history, combined, details, paths, packages } = entries;
  const sections = parseSections(entries, known.sections);
  return defined({
    title: title && (textOf(title, titleText) ?? ''),
    inputs: inputs && parseInputs(inputs, known),
    arches: arches && textsOf(arches, archName),
    versions: versions && parseVersions(versions),
    subsets: subsets && parseSubsets(subsets),
    history: history && integerOf(history, MAX_HISTORY),
    combined: combined && textsOf(combined, plainName),
    details: details && [...new Set([...defaults.details, ...textsOf(details, detailsField)])],
    paths: paths && parsePaths(paths),
    packages: packages && parsePackages(packages, details),
    sections: sections.size === 0 ? undefined : sections,
  });
}

function parseInputs(setting: Setting, known: KnownNames): readonly InputRule[] {
  const items = itemsOf(setting, 'a list of inputs');
  if (items?.length === 0) reject(setting, 'at least one input');
  return (items ?? []).flatMap((item) => parseInput(item, known) ?? []);
}

function parseInput(setting: Setting, known: KnownNames): readonly InputRule[] | undefined {
  if (typeof setting.value === 'string') return [{ files: parseFiles(setting), omit: [] }];
  const entries = fieldsOf(setting, 'a file pattern or a mapping with the key "files"', inputKeys);
  if (entries === undefined) return undefined;
  const {
    files,
    preset,
    reader,
    encoding,
    records,
    where,
    fields,
    defaults: missing,
    only,
    omit,
    invalid,
    duplicates,
  } = entries;
  if (files === undefined && preset === undefined) setting.report('expected the key "files"');
  if (only !== undefined && omit !== undefined) only.report('expected either `only` or `omit`, found both');
  const presetName = preset && choiceOf(preset, 'a preset', known.presets?.names ?? []);
  const own = defined({
    files: files && parseFiles(files),
    reader: reader && (choiceOf(reader, 'a reader', known.readers) ?? ''),
    encoding: encoding && parseEncoding(encoding),
    records: records && parseRecords(records),
    where: where && parseWhere(where),
    fields: fields && parseFields(fields),
    defaults: missing && parseDefaults(missing),
    only: only && textsOf(only, fieldName),
    skipsInvalid: invalid && choiceOf(invalid, '"skip" or "fail"', ['skip', 'fail']) === 'skip',
    omit: omit && textsOf(omit, fieldName),
    duplicates: duplicates && parseDuplicates(duplicates),
  });
  const bases = presetName === undefined ? [{ files: '', omit: [] }] : (parsePreset(presetName, known).inputs ?? []);
  // The first input of a preset says what its records look like, whatever files it names.
  return (files === undefined ? bases : bases.slice(0, 1)).map((base) => combine(base, own));
}

/** The input of a preset with what is beside it: `fields` and `defaults` are added to those of the preset, other keys replace its. */
function combine({ preset, ...base }: InputRule, own: Partial<InputRule>): InputRule {
  const added = defined({
    fields: base.fields && own.fields && { ...base.fields, ...own.fields },
    defaults: base.defaults && own.defaults && { ...base.defaults, ...own.defaults },
  });
  const isOfPreset = (key: string): boolean => Object.hasOwn(added, key) || !Object.hasOwn(own, key);
  const kept = preset && { preset: { ...preset, keys: preset.keys.filter(isOfPreset) } };
  return { ...base, ...own, ...added, ...kept };
}

const inputKeys = [
  'files',
  'preset',
  'reader',
  'encoding',
  'records',
  'where',
  'fields',
  'defaults',
  'only',
  'omit',
  'invalid',
  'duplicates',
] as const;

function parseDuplicates(setting: Setting): DuplicatesRule {
  const choice = choiceOf(setting, '"first", "last" or "fail"', ['first', 'last', 'fail']);
  return choice === 'first' || choice === 'last' ? choice : 'fail';
}

function parseEncoding(setting: Setting): string | undefined {
  const { value } = setting;
  return (typeof value === 'string' && encodingOf(value)) || choiceOf(setting, 'an encoding', encodingLabels);
}

function parseRecords(setting: Setting): readonly string[] {
  const items =
    typeof setting.value === 'string' ? [setting] : (itemsOf(setting, 'a path to records, or a list') ?? []);
  if (items.length === 0 && Array.isArray(setting.value)) reject(setting, 'at least one path to records');
  return items.flatMap((item) => {
    const text = textOf(item, recordsPath);
    if (text !== undefined) parseWithin(item, text, parseRecordsPath);
    return text ?? [];
  });
}

function parseFields(setting: Setting): Readonly<Record<string, string>> {
  const entries = entriesOf(setting, 'a mapping of field names to their sources') ?? [];
  return Object.fromEntries(
    entries.map(([field, entry]) => {
      textOf({ ...entry, value: field }, recordField);
      const source = textOf(entry, fieldSource);
      if (source !== undefined) parseWithin(entry, source, parseFieldSource);
      return [field, source ?? ''];
    }),
  );
}

function parseDefaults(setting: Setting): Readonly<Record<string, FieldValue>> {
  const entries = entriesOf(setting, 'a mapping of field names to values') ?? [];
  return Object.fromEntries(
    entries.flatMap(([field, entry]) => {
      if (textOf({ ...entry, value: field }, recordField) === undefined) return [];
      const written = textFields.includes(field) ? asWritten(entry) : entry;
      const value = jsonOf(written);
      if (value === undefined) return [];
      checkDefault(field, value, entry);
      return [[field, value]];
    }),
  );
}

/** A setting with texts in place of numbers, as in the records of a YAML file: `1.10` is 1.10, and not 1.1. */
function asWritten(setting: Setting): Setting {
  const { value } = setting;
  if (!Array.isArray(value)) return { ...setting, value: setting.written() ?? value };
  const items = value.map((item: unknown, i) => setting.child(i, item).written() ?? item);
  return { ...setting, value: items };
}

/** Refuses a value that no record may have. */
function checkDefault(field: string, value: FieldValue, setting: Setting): void {
  const parsed = parseConvertible({ name: 'x', version: '1', arch: 'all', [field]: value }, {});
  if ('problems' in parsed) for (const { flaw } of parsed.problems) setting.report(flaw);
}

function parseFiles(setting: Setting): string {
  const files = textOf(setting, filePattern);
  if (files !== undefined) parseWithin(setting, files, parseFilePattern);
  return files ?? '';
}

function parseVersions(setting: Setting): VersionOrderName {
  const name = choiceOf(setting, 'an order of versions', versionOrderNames) ?? '';
  return isVersionOrderName(name) ? name : defaults.versions;
}

function parseSubsets(setting: Setting): readonly SubsetRule[] {
  const entries = entriesOf(setting, 'a mapping of subset names to queries') ?? [];
  return entries.map(([name, entry]) => {
    textOf({ ...entry, value: name }, plainName);
    const where = entry.value === null ? undefined : parseWhere(entry, 'a query, or nothing for a tag');
    return { name, ...defined({ where }) };
  });
}

function parseWhere(setting: Setting, expected = 'a query'): Query | undefined {
  if (typeof setting.value === 'string') return parseWithin(setting, setting.value, parseQuery);
  return reject(setting, expected);
}

function parseSections(
  fields: { readonly [key in string]?: Setting },
  sections: KnownNames['sections'],
): ReadonlyMap<string, unknown> {
  return new Map(
    [...sections].flatMap(([name, reader]) => {
      const section = fields[name];
      return section === undefined ? [] : [[name, reader.parse(section)]];
    }),
  );
}

function parsePaths(setting: Setting): readonly string[] {
  const paths = textsOf(setting, pathRule);
  for (const item of Array.isArray(setting.value) ? (itemsOf(setting, 'a list') ?? []) : []) {
    if (typeof item.value === 'string') parseWithin(item, item.value, parsePathRule);
  }
  if (paths.length > MAX_PATH_RULES) {
    setting.report(`expected at most ${MAX_PATH_RULES} path rules, found ${paths.length}`);
  }
  return paths;
}

/** What a client needs before it downloads a package, and what repomill computes. */
const fileFields: readonly unknown[] = ['path', 'size', 'sha256'];

function parsePackages(setting: Setting, details: Setting | undefined): PackagesRule {
  const fields = fieldsOf(setting, 'a mapping with the key "root"', ['root', 'publish']);
  const { root, publish } = fields ?? {};
  if (fields !== undefined && root === undefined) setting.report('expected the key "root"');
  const moved = Array.isArray(details?.value) ? details.value.filter((field) => fileFields.includes(field)) : [];
  for (const field of moved) details?.report(`expected no ${field}, which \`packages\` needs in the summary`);
  const mode = publish && choiceOf(publish, 'none, copy or link', ['none', 'copy', 'link']);
  return {
    root: (root && textOf(root, directoryPath)) ?? '',
    publish: mode === 'copy' || mode === 'link' ? mode : 'none',
  };
}

// Problems of a query, a path or a pattern are reported at their position in the document.
function parseWithin<T>(setting: Setting, text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    for (const { message, column = 1 } of error.problems) setting.report(message, column - 1);
    if (error.problems.length === 0) setting.report(error.message);
    return undefined;
  }
}
