/**
 * Finds settings without effect: an omitted field that no record has, an empty subset, and so on. Each is a warning, because
 * it is probably a typo.
 */
import { type Config, defaults, type InputRule, type UnusedSetting } from '../../config/config.ts';
import { parseFilePattern } from '../../config/pattern/file-pattern.ts';
import { parseFieldSource } from '../../mapping/field-source.ts';
import type { MappingKey } from '../../mapping/mapping.ts';
import { splitIfPath } from '../../mapping/value-path.ts';
import { archesOfRepository } from '../../model/partition.ts';
import { ALL } from '../../model/record.ts';
import { fieldsOfQuery, formatQuery, type Query } from '../../query/query.ts';
import { readers } from '../../readers/readers.ts';
import { closestWord } from '../../text/closest-word.ts';
import { quote } from '../../text/printable.ts';
import { formatPlural } from '../../text/quantity.ts';
import type { MappingEffect } from '../batch.ts';
import type { Batch } from '../catalogue.ts';
import type { Inputs } from './list-inputs.ts';

/** How many architectures without a place in `arches:` are named. */
const SHOWN_ARCHES = 10;

/** A batch, and the input rule of each of its chunks. */
export interface RuledBatch extends Batch {
  readonly rules: readonly InputRule[];
}

/** The parts of what was read that matter here. */
export interface UsedInputs {
  readonly files: Inputs['files'];
  readonly batches: readonly RuledBatch[];
  /** The architectures that the records name (`Catalogue.arches`). */
  readonly arches: ReadonlySet<string>;
}

/** The settings without effect, in the order of the keys of a configuration. */
export function findUnusedSettings(config: Config, used: UsedInputs): readonly UnusedSetting[] {
  return [
    ...(config.aptTree === undefined ? unusedInputs(config.inputs, used) : []),
    ...unusedArches(config, used),
    ...unusedSubsets(config, used),
    ...unusedDetails(config, used),
  ];
}

function unusedInputs(rules: Config['inputs'], { files, batches }: UsedInputs): readonly UnusedSetting[] {
  if (files.some(({ content }) => content !== undefined)) {
    return rules === defaults.inputs ? [] : [{ setting: 'inputs', message: 'ignored for an OSTree repository' }];
  }
  const matched = new Set(files.map(({ rule }) => rule));
  const fields = batches.flatMap(({ head }) => head.use.fields);
  return rules.flatMap((rule, i) => {
    if (!matched.has(rule) && !isOwn(rule, 'files') && matched.size > 0) return [];
    if (!matched.has(rule)) return [{ setting: `inputs[${i}]`, message: whyUnmatched(rule, rules, files) }];
    const effects = batches.flatMap((batch) =>
      batch.head.use.effects.flatMap(({ chunks, names }) =>
        chunks.some((at) => batch.rules[at] === rule) ? names : [],
      ),
    );
    const unused = unusedNames(rule, effects).map(([key, source]) => ({
      setting: `inputs[${i}].${key}`,
      message: key.startsWith('fields.') ? noSource(source, fields) : noField(source, fields),
    }));
    return [...idleWays(rule, i, batches).filter(({ key }) => isOwn(rule, key)), ...unused];
  });
}

/** Whether a setting of a rule, such as `omit` or `fields.sha256`, is not from a preset. */
function isOwn({ preset }: InputRule, setting: string): boolean {
  return preset?.settings.includes(setting) !== true;
}

/** A `records:` that led to no record, or a `where:` that took none. */
function idleWays(
  rule: InputRule,
  position: number,
  batches: readonly RuledBatch[],
): readonly (UnusedSetting & { readonly key: 'records' | 'where' })[] {
  const { records, where } = rule;
  const found = batches.flatMap(({ head, rules }) => head.use.selections.filter((_, chunk) => rules[chunk] === rule));
  const count = found.reduce((sum, { of }) => sum + of, 0);
  const hasFiles = batches.some(({ rules }) => rules.includes(rule));
  if (records !== undefined && count === 0 && hasFiles) {
    const message = `no record is at ${records.map((way) => `\`${way}\``).join(' or ')}`;
    return [{ key: 'records', setting: `inputs[${position}].records`, message }];
  }
  if (where === undefined || count === 0 || found.some(({ taken }) => taken > 0)) return [];
  const message = `\`${formatQuery(where)}\` matches none of ${formatPlural(count, 'record')}`;
  return [{ key: 'where', setting: `inputs[${position}].where`, message }];
}

/** Each way to records, and each query, by which no record was found. */
export function findIdleWays({ inputs }: Config, batches: readonly RuledBatch[]): readonly UnusedSetting[] {
  return inputs.flatMap((rule, i) => idleWays(rule, i, batches));
}

/** The settings of a mapping that had no effect, each with what no record has. */
function unusedNames(
  rule: InputRule,
  effects: readonly MappingEffect[],
): readonly (readonly [setting: string, missing: string])[] {
  const isUnused = (key: MappingKey, name: string): boolean =>
    isOwn(rule, key === 'fields' ? `fields.${name}` : key) &&
    !effects.some(([usedKey, used]) => usedKey === key && used === name);
  const { fields = {}, only = [], omit } = rule;
  return [
    ...Object.entries(fields).flatMap(([field, source]) =>
      isUnused('fields', field) ? [[`fields.${field}`, source] as const] : [],
    ),
    ...only.flatMap((name) => (isUnused('only', name) ? [['only', name] as const] : [])),
    ...omit.flatMap((name) => (isUnused('omit', name) ? [['omit', name] as const] : [])),
  ];
}

function whyUnmatched(rule: InputRule, rules: Config['inputs'], files: Inputs['files']): string {
  const { match } = parseFilePattern(rule.files);
  const taken = files.find(({ path }) => match(path) !== undefined);
  if (taken === undefined) return `no file matches ${quote(rule.files)}`;
  const earlier = `inputs[${rules.indexOf(taken.rule)}] reads ${taken.path}`;
  return `${quote(rule.files)} matches only files that earlier inputs read: ${earlier}`;
}

function unusedArches({ arches, combined }: Config, used: UsedInputs): readonly UnusedSetting[] {
  const known = archesOfRepository(used.arches, arches);
  // Records for all architectures belong to each that is configured.
  const idle = used.arches.has(ALL) ? [] : arches.filter((arch) => !used.arches.has(arch));
  const unknown = combined.filter((arch) => !known.includes(arch));
  // An architecture that is not listed becomes a summary of its own: probably it is misspelt in the records.
  const expected = new Set<string | undefined>([
    ALL,
    ...arches,
    ...idle.map((arch) => closestWord(arch, [...used.arches])),
  ]);
  const unlisted = arches.length === 0 ? [] : [...used.arches].filter((arch) => !expected.has(arch));
  const report = (arch: string): string => `no records for ${quote(arch)}${suggestion(arch, [...used.arches])}`;
  return [
    ...idle.map((arch) => ({ setting: 'arches', message: report(arch) })),
    ...unlisted.slice(0, SHOWN_ARCHES).map((arch) => {
      return { setting: 'arches', message: `${quote(arch)} is not listed, but has records${suggestion(arch, arches)}` };
    }),
    ...(unlisted.length > SHOWN_ARCHES
      ? [
          {
            setting: 'arches',
            message: `${unlisted.length - SHOWN_ARCHES} more architectures are not listed, but have records`,
          },
        ]
      : []),
    ...unknown.map((arch) => ({ setting: 'combined', message: report(arch) })),
  ];
}

function unusedSubsets({ subsets }: Config, { batches }: UsedInputs): readonly UnusedSetting[] {
  const found = new Set(batches.flatMap(({ head }) => head.use.subsets));
  const tags = batches.flatMap(({ head }) => head.use.tags);
  const fields = batches.flatMap(({ head }) => head.use.fields);
  return subsets.flatMap(({ name, where }, position) => {
    if (found.has(position)) return [];
    const setting = `subsets.${name}`;
    if (where !== undefined) {
      return [{ setting, message: `no record matches \`${formatQuery(where)}\`${misspelt(where, fields)}` }];
    }
    return [{ setting, message: `no record lists ${quote(name)} under \`subsets\`${suggestion(name, tags)}` }];
  });
}

/** Fields of a query that are like one that records have, and are not it. Only some records were looked at. */
function misspelt(where: Query, known: readonly string[]): string {
  return [...fieldsOfQuery(where)]
    .filter((field) => !known.includes(field))
    .map((field) => ownName(field, known) ?? suggestion(field, known))
    .join('');
}

function unusedDetails({ details, file }: Config, { batches }: UsedInputs): readonly UnusedSetting[] {
  // A preset names fields that not every registry has.
  if (file?.lines.has('details') !== true) return [];
  const moved = new Set([...defaults.details, ...batches.flatMap(({ head }) => head.use.details)]);
  const fields = batches.flatMap(({ head }) => head.use.fields);
  return details
    .filter((field) => !moved.has(field))
    .map((field) => ({ setting: 'details', message: noField(field, fields) }));
}

/** No record has what a field comes from. */
function noSource(source: string, known: readonly string[]): string {
  const [name = '', ...others] = parseFieldSource(source).names;
  const isField = others.length === 0 && (name === source || `{${name}}` === source);
  return isField ? noField(name, known) : `no record has a value for ${quote(source)}`;
}

function noField(field: string, known: readonly string[]): string {
  const [first, ...inside] = splitIfPath(field);
  if (inside.length > 0 && known.includes(first?.text ?? '')) return `no record has a value at ${quote(field)}`;
  return `no record has the field ${quote(field)}${ownName(field, known) ?? suggestion(field, known)}`;
}

/** For a field that a reader gives a name of ours. */
function ownName(field: string, known: readonly string[]): string | undefined {
  const named = readers.flatMap(({ names = [] }) => [...names]);
  const match = named.find(([own, theirs]) => theirs.toLowerCase() === field.toLowerCase() && known.includes(own));
  return match && `; it is called ${quote(match[0])} here`;
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = closestWord(
    word,
    [...new Set(known)].filter((candidate) => candidate !== word),
  );
  return meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
}
