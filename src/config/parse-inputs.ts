/**
 * Parses an input rule: which files it reads, and what is where in them. A rule may start from that of a preset.
 */
import { parseFieldSource } from '../mapping/field-source.ts';
import { parseRecordsPath } from '../mapping/records-path.ts';
import { parseConvertible } from '../model/convert-record.ts';
import { defined } from '../model/defined.ts';
import { textFields } from '../model/parse-record.ts';
import type { FieldValue } from '../model/record.ts';
import { encodingLabels, encodingOf } from '../platform/encoding/encoding.ts';
import type { DuplicatesRule, InputRule } from './config.ts';
import { parseWhere } from './parse-where.ts';
import { parseFilePattern } from './pattern/file-pattern.ts';
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  itemsOf,
  jsonOf,
  parseWithin,
  reject,
  type Setting,
  textOf,
  textsOf,
} from './setting.ts';
import { fieldName, fieldSource, filePattern, recordField, recordsPath } from './text-rules.ts';

/** What an input rule may refer to. */
export interface InputNames {
  /** The names that `reader:` accepts. */
  readonly readers: readonly string[];
  /** The names that `preset:` accepts. */
  readonly presets: readonly string[];
  /** The input rules of a preset. */
  rulesOf(preset: string): readonly InputRule[];
}

/** Parses the list of input rules. Problems are reported to the setting. */
export function parseInputs(setting: Setting, known: InputNames): readonly InputRule[] {
  const items = itemsOf(setting, 'a list of inputs');
  if (items?.length === 0) reject(setting, 'at least one input');
  return (items ?? []).flatMap((item) => parseInput(item, known) ?? []);
}

function parseInput(setting: Setting, known: InputNames): readonly InputRule[] | undefined {
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
  const presetName = preset && choiceOf(preset, 'a preset', known.presets);
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
  const bases = presetName === undefined ? [{ files: '', omit: [] }] : known.rulesOf(presetName);
  // The first input of a preset says what its records look like, whatever files it names.
  return (files === undefined ? bases : bases.slice(0, 1)).map((base) => combine(base, own));
}

/** The input of a preset with what is beside it: `fields` and `defaults` are added to those of the preset, other keys replace its. */
function combine({ preset, ...base }: InputRule, own: Partial<InputRule>): InputRule {
  const added = defined({
    fields: base.fields && own.fields && { ...base.fields, ...own.fields },
    defaults: base.defaults && own.defaults && { ...base.defaults, ...own.defaults },
  });
  const replaced = new Set(settingsOf(own));
  const kept = preset && { preset: { ...preset, settings: preset.settings.filter((name) => !replaced.has(name)) } };
  return { ...base, ...own, ...added, ...kept };
}

/** The settings of an input rule: its keys and, in place of `fields`, the lines of that. */
export function settingsOf({ fields = {}, ...others }: Partial<InputRule>): readonly string[] {
  return [...Object.keys(others), ...Object.keys(fields).map((field) => `fields.${field}`)];
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
