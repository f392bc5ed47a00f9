/**
 * The configuration of a repository, parsed (`parse-config.ts`), and its defaults.
 */
import { formatProblem } from '../errors.ts';
import type { MappingRule } from '../mapping/mapping.ts';
import { defined } from '../model/defined.ts';
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import { DEFAULT_VERSION_ORDER, type VersionOrderName } from '../model/versions/version-order.ts';
import type { Query } from '../query/query.ts';
import type { DetectedPreset } from './detect-preset.ts';
import type { AptTree } from './find-apt-tree.ts';

/** Name of the configuration file in an input directory. It is never read as records. */
export const CONFIG_NAME = 'repomill.yaml';

/** Which files to read, and how: where their records are, and what their fields are called here. */
export interface InputRule extends MappingRule {
  /**
   * A glob for paths relative to the input directory. `<field>` matches a path segment or a part of one and gives each record
   * that field (`file-pattern.ts`). `<arch>` is special: it names the architecture that lists the records.
   */
  readonly files: string;
  /** The name of a reader; by default, the first reader that recognises the file. */
  readonly reader?: string;
  /** The encoding of the files, as `encodingOf` names it; by default UTF-8. */
  readonly encoding?: string;
  /** Where the records are in a document (`mapping/records-path.ts`). By default, a document is a record or a list of records. */
  readonly records?: readonly string[];
  /** Which records to take, by their fields under the names in the file or here; by default all. */
  readonly where?: Query;
  /** Whether bad records are left out, with a warning; by default they are problems. */
  readonly skipsInvalid?: boolean;
  /** Which of several different records with one name, version and arch is kept, in input order; by default `fail`. */
  readonly duplicates?: DuplicatesRule;
  /** The preset that some of the settings are from (`omit`, `fields.sha256`): they name what not every registry has. */
  readonly preset?: { readonly name: string; readonly settings: readonly string[] };
  /** Files that no reader recognises are skipped. Only the default rule says so; in other rules they are problems. */
  readonly skipsUnrecognised?: boolean;
}

/** Which of several different records with one name, version and arch is kept; `fail` for none: they are problems. */
export type DuplicatesRule = 'first' | 'last' | 'fail';

/** A named part of the repository. Without `where`, it contains the records that list its name under `subsets`. */
export interface SubsetRule {
  readonly name: string;
  readonly where?: Query;
}

/** Whether files of packages are published: not, as copies, or as hard links where the system can make them. */
export type PublishMode = 'none' | 'copy' | 'link';

/** Where the files of the packages are, and whether they are published. */
export interface PackagesRule {
  /** The directory that the records' paths are relative to: relative to the input directory, or absolute. */
  readonly root: string;
  readonly publish: PublishMode;
}

/** The file that a configuration was read from, for warnings. */
export interface ConfigFile {
  /** As the user would type it. */
  readonly path: string;
  /** The line of each setting of the file, from 1, by its name in messages: `inputs`, `inputs[0].omit`, `subsets.free`. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The configuration of a repository. */
export interface Config {
  readonly name: string;
  readonly title?: string;
  readonly inputs: readonly InputRule[];
  /**
   * Names in patterns that say, besides `<arch>`, where the records are listed, and give them no field. A layout may have
   * such names.
   */
  readonly lists: readonly string[];
  /**
   * The architectures that `arch: all` stands for, unless a path names one. Empty: every architecture of the input, and those
   * of clients that have none.
   */
  readonly arches: readonly string[];
  /** The layout that is built, if the user names none. */
  readonly layout: string | undefined;
  /** The order of versions. */
  readonly versions: VersionOrderName;
  readonly subsets: readonly SubsetRule[];
  /** How many older versions of each summary keep a delta to the newest. Undefined: the layout's default. */
  readonly history: number | undefined;
  /** Architectures in `combined.jsonl.gz`. Empty: no such file is written. */
  readonly combined: readonly string[];
  /** Fields that go to `details/` instead of the summary; always includes `details` and `packageDeltas`. */
  readonly details: readonly string[];
  /** Templates that most `path` fields follow, so that the summary need not store them. FORMAT.md, section "Path rules". */
  readonly paths: readonly string[];
  /** Undefined: the files of the packages are not looked at. */
  readonly packages: PackagesRule | undefined;
  /** The sections that layouts parse themselves, by the name of the layout. */
  readonly sections: ReadonlyMap<string, unknown>;
  /** Absent if there is no file. */
  readonly file?: ConfigFile;
  /** The preset that is used because there is no file, and the file of the input that it was recognised by. */
  readonly detected?: DetectedPreset;
  /** The apt repository that the input holds or is a part of, if no file and no preset says what to read: its Release files do. */
  readonly aptTree?: AptTree;
}

/** How the indexes of an apt repository are read. Which they are, its Release files say. */
export const aptInputs: readonly InputRule[] = [
  { files: 'dists/<suite>/<component>/binary-<arch>/Packages', reader: 'deb822', omit: [] },
  { files: 'dists/<suite>/<component>/source/Sources', reader: 'sources', omit: [] },
];

/** The optional keys of a configuration that are not a layout's section. */
export const configKeys = [
  'title',
  'layout',
  'preset',
  'inputs',
  'arches',
  'versions',
  'subsets',
  'history',
  'combined',
  'details',
  'paths',
  'packages',
] as const;

/** One of `configKeys`. */
export type ConfigKey = (typeof configKeys)[number];

/** A setting that has no effect, or not the one that was probably meant. */
export interface UnusedSetting {
  /** Its name in messages: `inputs[0].omit`. */
  readonly setting: string;
  readonly message: string;
}

/** A warning about a setting, with its place: `repomill.yaml:7: details: no record has the field "z"`. */
export function formatUnusedSetting({ setting, message }: UnusedSetting, { file }: Config): string {
  const text = `${setting}: ${message}`;
  return file ? formatProblem({ file: file.path, message: text, ...defined({ line: file.lines.get(setting) }) }) : text;
}

/** Everything that has a default. */
export const defaults: Omit<Config, 'name' | 'title'> = {
  layout: undefined,
  inputs: [{ files: '**/*', omit: [], skipsUnrecognised: true }],
  lists: [],
  arches: [],
  versions: DEFAULT_VERSION_ORDER,
  subsets: [],
  history: undefined,
  combined: [],
  details: ['details', 'packageDeltas'],
  paths: [],
  packages: undefined,
  sections: new Map(),
};

/** The configuration of an input directory without a configuration file: the repository is named after the directory. */
export function defaultConfig(directoryName: string): Config {
  const name = directoryName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, MAX_NAME_LENGTH);
  return { name: name === '' ? 'repository' : name, ...defaults };
}
