/**
 * Parses the YAML text of a configuration. Reports all problems in one error, each with its line and column, and corrects
 * nothing silently. `config.schema.json` describes the same rules for editors.
 */
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { MAX_HISTORY } from '../model/limits.ts';
import { compareProblems } from '../model/problems.ts';
import { parseQuery } from '../query/parse-query.ts';
import type { Query } from '../query/query.ts';
import { formatPlural } from '../text/quantity.ts';
import { type Config, defaults, type InputRule, type PackagesRule, type SubsetRule } from './config.ts';
import { parseDocument } from './config-document.ts';
import { parseFilePattern } from './pattern/file-pattern.ts';
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  integerOf,
  itemsOf,
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
  filePattern,
  pathRule,
  plainName,
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

const keys = [
  'name',
  'title',
  'inputs',
  'arches',
  'subsets',
  'history',
  'combined',
  'details',
  'paths',
  'packages',
] as const;

function parseRoot(root: Setting, known: KnownNames): Config | undefined {
  const fields: { readonly [key in string]?: Setting } | undefined = fieldsOf(root, 'a mapping with the key "name"', [
    ...keys,
    ...known.sections.keys(),
  ]);
  if (fields === undefined) return undefined;
  const { name, title, inputs, arches, subsets, history, combined, details, paths, packages } = fields;
  if (name === undefined) root.report('expected the key "name"');
  return {
    name: (name && textOf(name, plainName)) ?? '',
    ...defined({ title: title && (textOf(title, titleText) ?? '') }),
    inputs: inputs ? parseInputs(inputs, known) : defaults.inputs,
    arches: arches ? textsOf(arches, archName) : defaults.arches,
    subsets: subsets ? parseSubsets(subsets) : defaults.subsets,
    history: history ? integerOf(history, MAX_HISTORY) : defaults.history,
    combined: combined ? textsOf(combined, archName) : defaults.combined,
    details: details ? [...new Set([...defaults.details, ...textsOf(details, detailsField)])] : defaults.details,
    paths: paths ? parsePaths(paths) : defaults.paths,
    packages: packages ? parsePackages(packages, details) : defaults.packages,
    sections: parseSections(fields, known.sections),
  };
}

function parseInputs(setting: Setting, known: KnownNames): readonly InputRule[] {
  const items = itemsOf(setting, 'a list of inputs');
  if (items?.length === 0) reject(setting, 'at least one input');
  return (items ?? []).flatMap((item) => parseInput(item, known) ?? []);
}

function parseInput(setting: Setting, known: KnownNames): InputRule | undefined {
  if (typeof setting.value === 'string') return { files: parseFiles(setting), omit: [] };
  const fields = fieldsOf(setting, 'a file pattern or a mapping with the key "files"', ['files', 'reader', 'omit']);
  if (fields === undefined) return undefined;
  const { files, reader, omit } = fields;
  if (files === undefined) setting.report('expected the key "files"');
  return {
    files: files ? parseFiles(files) : '',
    ...defined({ reader: reader && (choiceOf(reader, 'a reader', known.readers) ?? '') }),
    omit: omit ? textsOf(omit, fieldName) : [],
  };
}

function parseFiles(setting: Setting): string {
  const files = textOf(setting, filePattern);
  if (files !== undefined) parseWithin(setting, files, parseFilePattern);
  return files ?? '';
}

function parseSubsets(setting: Setting): readonly SubsetRule[] {
  const entries = entriesOf(setting, 'a mapping of subset names to queries') ?? [];
  return entries.map(([name, entry]) => {
    textOf({ ...entry, value: name }, plainName);
    const where = entry.value === null ? undefined : parseWhere(entry);
    return { name, ...defined({ where }) };
  });
}

function parseWhere(setting: Setting): Query | undefined {
  if (typeof setting.value === 'string') return parseWithin(setting, setting.value, parseQuery);
  return reject(setting, 'a query, or nothing for a tag');
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

// Problems of a query or a pattern are reported at their position in the document.
function parseWithin<T>(setting: Setting, text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    for (const { message, column = 1 } of error.problems) setting.report(message, column - 1);
    return undefined;
  }
}
