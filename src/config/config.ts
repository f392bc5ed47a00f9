/**
 * The configuration of a repository, parsed (`parse-config.ts`), and its defaults.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import type { Query } from '../query/query.ts';

/** Name of the configuration file in an input directory. It is never read as records. */
export const CONFIG_NAME = 'repomill.yaml';

/** Which files to read, and how. */
export interface InputRule {
  /**
   * A glob for paths relative to the input directory. `<field>` matches a path segment or a part of one and gives each record
   * that field (`file-pattern.ts`). `<arch>` is special: it names the architecture that lists the records.
   */
  readonly files: string;
  /** The name of a reader; by default, the first reader that recognises the file. */
  readonly reader?: string;
  /** Fields to leave out of the records, by their names in the reader's output. */
  readonly omit: readonly string[];
}

/** A named part of the repository. Without `where`, it contains the records that list its name under `subsets`. */
export interface SubsetRule {
  readonly name: string;
  readonly where?: Query;
}

/** The configuration of a repository. */
export interface Config {
  readonly name: string;
  readonly title?: string;
  readonly inputs: readonly InputRule[];
  /** The architectures that `arch: all` stands for, unless a path names one. Empty: every architecture of the input. */
  readonly arches: readonly string[];
  readonly subsets: readonly SubsetRule[];
  /** How many older versions of each summary keep a delta to the newest. Undefined: the layout's default. */
  readonly history: number | undefined;
  /** Architectures in `combined.jsonl.gz`. Empty: no such file is written. */
  readonly combined: readonly string[];
  /** Fields that go to `details/` instead of the summary; always includes `details` and `packageDeltas`. */
  readonly details: readonly string[];
  /** Templates that most `path` fields follow, so that the summary need not store them. FORMAT.md, section "Path rules". */
  readonly paths: readonly string[];
  /** The sections that layouts parse themselves, by the name of the layout. */
  readonly sections: ReadonlyMap<string, unknown>;
}

/** Everything that has a default. */
export const defaults: Omit<Config, 'name' | 'title'> = {
  inputs: [{ files: '**/*', omit: [] }],
  arches: [],
  subsets: [],
  history: undefined,
  combined: [],
  details: ['details', 'packageDeltas'],
  paths: [],
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
