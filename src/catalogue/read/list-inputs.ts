/**
 * Lists the files to read in the input directory, and what their paths say about the records in them.
 */
import { CONFIG_NAME, type Config, defaults, type InputRule } from '../../config/config.ts';
import { type FilePattern, parseFilePattern } from '../../config/pattern/file-pattern.ts';
import type { PathFields } from '../../config/pattern/match-tokens.ts';
import { type Problem, throwIfAborted } from '../../errors.ts';
import { readsFolder } from '../../mapping/mapping.ts';
import { defined } from '../../model/defined.ts';
import { formatListName, type ListName } from '../../model/list-name.ts';
import { type ListedFile, type ListingOptions, listFiles, strongestLead } from '../../platform/files/list-files.ts';
import type { StatedDigest } from '../../platform/files/stated-digest.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';
import { type OpenAptTree, openAptTree } from '../../readers/apt/open-apt-tree.ts';

/** A file to read. */
export interface InputPath extends InputMatch {
  /** Relative to the input directory, with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Bytes to read instead of the file. */
  readonly content?: Uint8Array;
  /** What the file has to be, if another one states it. */
  readonly stated?: StatedDigest;
}

/** The rule that a path matches, and what the path says about the records in the file. */
export interface InputMatch {
  readonly rule: InputRule;
  /** The architecture that lists the records, if the path names one. */
  readonly listedBy?: string;
  /** The list that the records are in, if the layout has lists: what the path gives for each of `config.lists`, and its arch. */
  readonly list?: ListName;
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
  /** The apt repository that the files are of. */
  readonly aptTree?: OpenAptTree;
}

/** Where files are listed, and which of them. */
export interface InputListOptions extends ListingOptions {
  readonly config: Config;
  /** Whether a file, given by its real path, is not part of the input whatever the configuration says. */
  readonly excludes?: ((realPath: string) => boolean) | undefined;
}

/**
 * Lists the files in a directory that match the configuration; of an apt repository, those that its Release files list.
 *
 * @throws RepomillError `not-found` if the directory does not exist, `interrupted` if the signal is aborted
 */
export async function listInputs(
  directory: string,
  { config, excludes, ...listing }: InputListOptions,
): Promise<Inputs> {
  throwIfAborted(listing.signal);
  const tree = config.aptTree && (await openAptTree(directory, config.aptTree, { ...listing, excludes }));
  if (tree !== undefined && tree.suites.length + tree.problems.length > 0) return inputsOfTree(directory, config, tree);
  // A repository that is excluded is what a build of this input has published in it.
  const { inputs } = tree === undefined ? config : defaults;
  const rules = inputs.map((rule) => ({
    rule,
    pattern: parseFilePattern(rule.files),
    readsFolder: readsFolder(rule),
  }));
  const selection = {
    select: (path: string) => (path === CONFIG_NAME ? undefined : findMatch(path, rules, config.lists)),
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

/** The indexes of an apt repository as inputs. */
function inputsOfTree(directory: string, { inputs, lists }: Config, aptTree: OpenAptTree): Inputs {
  const [rule = { files: '**/*', omit: [] }, sources = rule] = inputs;
  const files = aptTree.indexes.map(({ path, size, stated, kind, suite, component, arch }): InputPath => {
    // Where lists do not keep suites apart, a package of two suites is one record.
    const fields = { ...(lists.includes('suite') ? { suite } : {}), component, ...defined({ arch }) };
    return { path, size, stated, rule: kind === 'Sources' ? sources : rule, ...placeOf(fields, lists) };
  });
  return {
    directory,
    files,
    size: files.reduce((sum, { size }) => sum + size, 0),
    problems: aptTree.problems,
    warnings: aptTree.warnings,
    aptTree,
  };
}

interface PatternRule {
  readonly rule: InputRule;
  readonly pattern: FilePattern;
  readonly readsFolder: boolean;
}

/** The first rule that a path matches. */
function findMatch(path: string, rules: readonly PatternRule[], lists: readonly string[]): InputMatch | undefined {
  for (const { rule, pattern, readsFolder } of rules) {
    const fields = pattern.match(path);
    if (fields === undefined) continue;
    const folder = readsFolder && path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
    return { rule, ...placeOf(fields, lists), ...defined({ folder }) };
  }
  return undefined;
}

/** What the fields of a path say: where the records are listed, and which of their fields they are. */
function placeOf(fields: PathFields, lists: readonly string[]): Pick<InputMatch, 'listedBy' | 'list' | 'given'> {
  const { arch: listedBy, ...captured } = fields;
  const list = lists.length === 0 ? undefined : formatListName([...lists.map((name) => captured[name]), listedBy]);
  const given = Object.entries(captured).filter(([field]) => !lists.includes(field));
  return { ...defined({ listedBy, list }), given };
}

/**
 * Leaves out the copies that registries publish of a file in other compressions: of `Packages` and `Packages.gz`, the first is
 * read. A copy may be older. Only what registries write has copies: a file that an input names otherwise is meant.
 */
function withoutCopies(files: readonly ListedFile<InputMatch>[]): readonly ListedFile<InputMatch>[] {
  const plainest = new Map<string, string>();
  for (const file of files) {
    if (!mayHaveCopies(file)) continue;
    const { path } = file;
    const content = contentName(path);
    const known = plainest.get(content);
    if (known === undefined || path.length < known.length) plainest.set(content, path);
  }
  return files.filter((file) => !mayHaveCopies(file) || plainest.get(contentName(file.path)) === file.path);
}

/** Indexes of apt have copies wherever they are. */
function mayHaveCopies({ path, reason }: ListedFile<InputMatch>): boolean {
  return reason.rule.preset !== undefined || /(?:^|\/)(?:Packages|Sources)(?:\.\w+)?$/.test(path);
}

/** The name that a file and its copies share. */
function contentName(path: string): string {
  return withoutCompression(path).replace(/\.tar$/, '');
}
