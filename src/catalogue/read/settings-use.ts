/**
 * Finds settings without effect: an omitted field that no record has, an empty subset, and so on. Each is a warning, because
 * it is probably a typo. The settings that records used are stored in their batch, so a build from the cache gives the same
 * warnings.
 */
import { type Config, defaults, type InputRule, type UnusedSetting } from '../../config/config.ts';
import { parseFilePattern } from '../../config/pattern/file-pattern.ts';
import { archesOfRepository } from '../../model/partition.ts';
import { ALL, type PackageRecord } from '../../model/record.ts';
import { formatQuery } from '../../query/query.ts';
import { closestWord } from '../../text/closest-word.ts';
import { quote } from '../../text/printable.ts';
import type { SettingsUse } from '../batch.ts';
import type { Batch } from '../catalogue.ts';
import type { Inputs } from './list-inputs.ts';

/** Number of records per task whose fields are noted. */
const SAMPLED_RECORDS = 16;

/** The most names of each kind that are noted. */
const MAX_NAMES = 200;

/** Notes which settings the records of one task use. */
export class UseTracker {
  readonly #omitted: Set<string>[] = [];
  readonly #details = new Set<string>();
  readonly #subsets = new Set<number>();
  readonly #fields = new Set<string>();
  readonly #tags = new Set<string>();
  #sampled = 0;

  /** The fields that were omitted in a chunk; the caller adds to them. */
  omittedIn(chunk: number): Set<string> {
    for (let i = this.#omitted.length; i <= chunk; i++) this.#omitted.push(new Set());
    return this.#omitted[chunk] ?? new Set();
  }

  /** Notes the fields of a record as it was read. */
  addFields(fields: Readonly<Record<string, unknown>>): void {
    if (this.#sampled === SAMPLED_RECORDS) return;
    this.#sampled++;
    for (const field of Object.keys(fields)) if (this.#fields.size < MAX_NAMES) this.#fields.add(field);
  }

  /** Notes the subsets of a record, and the fields that will be moved. */
  addRecord(record: PackageRecord, subsets: readonly number[], details: readonly string[]): void {
    for (const position of subsets) this.#subsets.add(position);
    for (const field of details) if (Object.hasOwn(record, field)) this.#details.add(field);
    if (!Array.isArray(record.subsets)) return;
    for (const tag of record.subsets) if (this.#tags.size < MAX_NAMES) this.#tags.add(String(tag));
  }

  /** What was noted so far. */
  get use(): SettingsUse {
    return {
      omitted: this.#omitted.map((fields) => [...fields]),
      details: [...this.#details],
      subsets: [...this.#subsets],
      fields: [...this.#fields],
      tags: [...this.#tags],
    };
  }
}

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
    ...unusedInputs(config.inputs, used),
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
    if (!matched.has(rule)) return [{ setting: `inputs[${i}]`, message: whyUnmatched(rule, rules, files) }];
    const omitted = new Set(
      batches.flatMap((batch) => batch.head.use.omitted.filter((_, chunk) => batch.rules[chunk] === rule).flat()),
    );
    return rule.omit
      .filter((field) => !omitted.has(field))
      .map((field) => ({ setting: `inputs[${i}].omit`, message: noField(field, fields) }));
  });
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
  const report = (arch: string): string => `no records for ${quote(arch)}${suggestion(arch, [...used.arches])}`;
  return [
    ...idle.map((arch) => ({ setting: 'arches', message: report(arch) })),
    ...unknown.map((arch) => ({ setting: 'combined', message: report(arch) })),
  ];
}

function unusedSubsets({ subsets }: Config, { batches }: UsedInputs): readonly UnusedSetting[] {
  const found = new Set(batches.flatMap(({ head }) => head.use.subsets));
  const tags = batches.flatMap(({ head }) => head.use.tags);
  return subsets.flatMap(({ name, where }, position) => {
    if (found.has(position)) return [];
    const setting = `subsets.${name}`;
    if (where !== undefined) return [{ setting, message: `no record matches \`${formatQuery(where)}\`` }];
    return [{ setting, message: `no record lists ${quote(name)} under \`subsets\`${suggestion(name, tags)}` }];
  });
}

function unusedDetails({ details }: Config, { batches }: UsedInputs): readonly UnusedSetting[] {
  const moved = new Set([...defaults.details, ...batches.flatMap(({ head }) => head.use.details)]);
  const fields = batches.flatMap(({ head }) => head.use.fields);
  return details
    .filter((field) => !moved.has(field))
    .map((field) => ({ setting: 'details', message: noField(field, fields) }));
}

function noField(field: string, known: readonly string[]): string {
  return `no record has the field ${quote(field)}${suggestion(field, known)}`;
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = closestWord(
    word,
    [...new Set(known)].filter((candidate) => candidate !== word),
  );
  return meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
}
