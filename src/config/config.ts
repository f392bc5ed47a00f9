/**
 * What a repository's configuration says, after it was parsed and checked (`parse-config.ts`).
 */
import type { Query } from '../query/query.ts';

/** One kind of input file and what its path tells. */
export interface InputRule {
  /**
   * Which files, below the input directory: a glob in which `<field>` stands for one path segment (or a part of one)
   * and gives each record that field (`file-pattern.ts`). `<arch>` is special: it names the architecture that lists
   * the records.
   */
  readonly files: string;
  /** A reader's name; without it, the reader that recognises the file. */
  readonly reader?: string;
  /** Fields to leave out of the records, as the reader names them. */
  readonly omit: readonly string[];
}

/** A named part of the repository. Without `where`: the records that carry the name in their `subsets`. */
export interface SubsetRule {
  readonly name: string;
  readonly where?: Query;
}

/** A repository's configuration with every default filled in. */
export interface Config {
  readonly name: string;
  readonly title?: string;
  readonly inputs: readonly InputRule[];
  /** Where an `all` record belongs that no path assigns to an architecture. Empty: every architecture of the input. */
  readonly arches: readonly string[];
  readonly subsets: readonly SubsetRule[];
  /** How many older versions of each summary keep a delta to the newest; undefined: as many as the layout does by itself. */
  readonly history: number | undefined;
  /** Architectures of `combined.jsonl.gz`; empty: no such file. */
  readonly combined: readonly string[];
  /** Fields that go to `details/` instead of the summary; `details` and `packageDeltas` are always among them. */
  readonly details: readonly string[];
  /** Path rules: templates that most `path` fields follow, so that the summary need not store them. FORMAT.md, "Path rules". */
  readonly paths: readonly string[];
  /** What the sections say that layouts read themselves, by the layout's name. */
  readonly sections: ReadonlyMap<string, unknown>;
}
