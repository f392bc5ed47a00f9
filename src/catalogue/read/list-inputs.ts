/**
 * Lists the files to read in the input directory, and what their paths say about the records in them.
 */
import { CONFIG_NAME, type Config, type InputRule } from '../../config/config.ts';
import { type FilePattern, parseFilePattern } from '../../config/pattern/file-pattern.ts';
import { type Problem, throwIfAborted } from '../../errors.ts';
import { readsFolder } from '../../mapping/mapping.ts';
import { defined } from '../../model/defined.ts';
import { type ListedFile, type ListingOptions, listFiles, strongestLead } from '../../platform/files/list-files.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';

/** A file to read. */
export interface InputPath extends InputMatch {
  /** Relative to the input directory, with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Bytes to read instead of the file. */
  readonly content?: Uint8Array;
}

/** The rule that a path matches, and what the path says about the records in the file. */
export interface InputMatch {
  readonly rule: InputRule;
  /** The architecture that lists the records, if the path names one. */
  readonly listedBy?: string;
  /** Other fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** The folder that the file is in, if the rule reads it and it is not the input directory. */
  readonly folder?: string;
}

export interface Inputs {
  readonly directory: string;
  readonly files: readonly InputPath[];
  /** Bytes of all files. */
  readonly size: number;
  readonly problems: readonly Problem[];
  /** What was left out, and may be worth a look. */
  readonly warnings: readonly Problem[];
}

/** Where files are listed, and which of them. */
export interface InputListOptions extends ListingOptions {
  readonly config: Config;
  /** Whether a file, given by its real path, is not part of the input whatever the configuration says. */
  readonly excludes?: ((realPath: string) => boolean) | undefined;
}

/**
 * Lists the files in a directory that match the configuration.
 *
 * @throws RepomillError `not-found` if the directory does not exist, `interrupted` if the signal is aborted
 */
export async function listInputs(
  directory: string,
  { config, excludes, ...listing }: InputListOptions,
): Promise<Inputs> {
  throwIfAborted(listing.signal);
  const rules = config.inputs.map((rule) => ({
    rule,
    pattern: parseFilePattern(rule.files),
    readsFolder: readsFolder(rule),
  }));
  const selection = {
    select: (path: string) => (path === CONFIG_NAME ? undefined : findMatch(path, rules)),
    leadsInto: (below: string) => strongestLead(rules.map(({ pattern }) => pattern.leadsInto(below))),
    ...defined({ excludes }),
  };
  const { files: listed, problems, warnings } = await listFiles(directory, selection, listing);
  throwIfAborted(listing.signal);
  const files = withoutCopies(listed);
  return {
    directory,
    files: files.map(({ path, size, reason }) => ({ path, size, ...reason })),
    size: files.reduce((sum, { size }) => sum + size, 0),
    problems,
    warnings,
  };
}

interface PatternRule {
  readonly rule: InputRule;
  readonly pattern: FilePattern;
  readonly readsFolder: boolean;
}

/** The first rule that a path matches. */
function findMatch(path: string, rules: readonly PatternRule[]): InputMatch | undefined {
  for (const { rule, pattern, readsFolder } of rules) {
    const fields = pattern.match(path);
    if (fields === undefined) continue;
    const { arch: listedBy, ...given } = fields;
    const folder = readsFolder && path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
    return { rule, ...defined({ listedBy, folder }), given: Object.entries(given) };
  }
  return undefined;
}

/**
 * Leaves out the copies that registries publish of a file in other compressions: of `Packages` and `Packages.gz`, a preset reads
 * the first. A copy may be older.
 */
function withoutCopies(files: readonly ListedFile<InputMatch>[]): readonly ListedFile<InputMatch>[] {
  const plainest = new Map<string, string>();
  for (const { path, reason } of files) {
    if (reason.rule.preset === undefined) continue;
    const content = contentName(path);
    const known = plainest.get(content);
    if (known === undefined || path.length < known.length) plainest.set(content, path);
  }
  return files.filter(
    ({ path, reason }) => reason.rule.preset === undefined || plainest.get(contentName(path)) === path,
  );
}

/** The name that a file and its copies share. */
function contentName(path: string): string {
  return withoutCompression(path).replace(/\.tar$/, '');
}
