/**
 * Parses the YAML text of a configuration. Reports all problems in one error, each with its line and column, and corrects
 * nothing silently. `config.schema.json` describes the same rules for editors.
 */
import { isObject } from '../bytes/json.ts';
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { MAX_ARCHES, MAX_HISTORY } from '../model/limits.ts';
import { parsePathRule } from '../model/path-rule.ts';
import { compareProblems } from '../model/problems.ts';
import { isVersionOrderName, type VersionOrderName, versionOrderNames } from '../model/versions/version-order.ts';
import { formatPlural } from '../text/quantity.ts';
import { type Config, configKeys, defaults, type PackagesRule, type SubsetRule } from './config.ts';
import { parseDocument } from './config-document.ts';
import { type InputNames, parseInputs, settingsOf } from './parse-inputs.ts';
import { parseWhere } from './parse-where.ts';
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  integerOf,
  itemsOf,
  parseWithin,
  type SectionReader,
  type Setting,
  textOf,
  textsOf,
} from './setting.ts';
import { archName, detailsField, directoryPath, pathRule, plainName, titleText } from './text-rules.ts';

/** The most path rules in a repository: each is tried on every package. */
export const MAX_PATH_RULES = 16;

/** Names that a configuration may use but that are defined elsewhere. */
export interface KnownNames {
  /** The names that `reader:` accepts. */
  readonly readers: readonly string[];
  /** The sections that layouts parse themselves, by the name of the layout. */
  readonly sections: ReadonlyMap<string, SectionReader<unknown>>;
  /** The names that `layout:` accepts. */
  readonly layouts?: readonly string[];
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
    ...defined({ inputs: preset.inputs?.map((rule) => ({ ...rule, preset: { name, settings: settingsOf(rule) } })) }),
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
  const { title, layout, inputs, arches, versions, subsets, history, combined, details, paths, packages } = entries;
  const sections = parseSections(entries, known.sections);
  return defined({
    title: title && (textOf(title, titleText) ?? ''),
    layout: layout && choiceOf(layout, 'a layout', known.layouts ?? []),
    inputs: inputs && parseInputs(inputs, inputNames(known)),
    arches: arches && textsOf(arches, archName, MAX_ARCHES),
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

function inputNames(known: KnownNames): InputNames {
  const { readers, presets } = known;
  return { readers, presets: presets?.names ?? [], rulesOf: (preset) => parsePreset(preset, known).inputs ?? [] };
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
