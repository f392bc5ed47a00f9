/**
 * The configuration of a repository, parsed (`parse-config.ts`), and its defaults.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import type { Query } from '../query/query.ts';

/** The name of the configuration's file in an input directory. This file is never read as records. */
export const CONFIG_NAME = 'repomill.yaml';

/** Which files are read, and how. */
export interface InputRule {
  /**
   * A glob for paths relative to the input directory, in which `<field>` stands for a path segment or a part of one and gives
   * each record that field (`file-pattern.ts`). `<arch>` is special: it names the architecture that lists the records.
   */
  readonly files: string;
  /** The name of a reader; without it, the first reader that recognises the file. */
  readonly reader?: string;
  /** Fields to leave out of the records, by the names that the reader gives them. */
  readonly omit: readonly string[];
}

/** A named part of the repository. Without `where` it has the records that list its name under `subsets`. */
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
  /** How many older versions of each summary keep a delta to the newest. Undefined: as many as the layout keeps by default. */
  readonly history: number | undefined;
  /** Architectures of `combined.jsonl.gz`. Empty: there is no such file. */
  readonly combined: readonly string[];
  /** Fields that go to `details/` instead of the summary, `details` and `packageDeltas` always among them. */
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

/** The configuration of an input directory without a file: the repository is named after the directory. */
export function defaultConfig(directoryName: string): Config {
  const name = directoryName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, MAX_NAME_LENGTH);
  return { name: name === '' ? 'repository' : name, ...defaults };
}
