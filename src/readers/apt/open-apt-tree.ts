/**
 * Opens an apt repository as an input: every index that its suites list is read, each once, and nothing else. What a tree has
 * besides, such as translations, pdiffs, older indexes in `by-hash` and files of the installer, is left alone. An index that is
 * listed and missing is a problem, as is one of a different size; its digest is compared when it is read.
 */
import { type AptTree, releaseNames } from '../../config/find-apt-tree.ts';
import type { ParsedRelease } from '../../deb/release-file.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { MAX_INPUT_SIZE } from '../../model/limits.ts';
import { problemsOf } from '../../model/problems.ts';
import { type ListingOptions, listFiles } from '../../platform/files/list-files.ts';
import { findEntry, isFile } from '../../platform/files/read-files.ts';
import { checkStatedSize, type StatedDigest } from '../../platform/files/stated-digest.ts';
import { quote } from '../../text/printable.ts';
import { formatCount } from '../../text/quantity.ts';
import { type AptIndexKind, parseAptIndexName } from './apt-index.ts';
import { type ChosenIndex, chooseIndexes } from './choose-indexes.ts';
import { type ReadRelease, readRelease } from './read-release.ts';
import { flatName, groupSuites, type SuiteDirectory } from './suites.ts';
import { kindOfTreeFile, mayHoldIndexes, type TreePaths, treePaths } from './tree-paths.ts';

/** A suite of an apt repository. */
export interface AptSuite extends SuiteDirectory {
  /** What it is called where names have no slashes: `buster-updates` for `buster/updates`. */
  readonly name: string;
  /** What it says about itself: clients want some of it to stay as it is. */
  readonly facts: ParsedRelease;
}

/** An index to read. */
export interface AptIndex {
  /** Relative to the input directory, with `/`. */
  readonly path: string;
  /** In bytes, as it is on disk. */
  readonly size: number;
  readonly kind: AptIndexKind;
  /** The name of the suite, without slashes. */
  readonly suite: string;
  /** Without slashes. */
  readonly component: string;
  /** `source` for sources. Absent for packages that every architecture lists. */
  readonly arch?: string;
  readonly stated: StatedDigest;
}

/** An apt repository, or the part of one that is read. */
export interface OpenAptTree extends AptTree {
  /** In the order of their paths. */
  readonly suites: readonly AptSuite[];
  readonly indexes: readonly AptIndex[];
  readonly problems: readonly Problem[];
  /** What was left out although it may be wanted, and what has a different name here. */
  readonly warnings: readonly Problem[];
}

/** How the files are listed. */
export interface AptTreeOptions extends ListingOptions {
  /** Whether a file, given by its real path, is not part of the input. */
  readonly excludes?: ((realPath: string) => boolean) | undefined;
}

/** What helps against an index that is not as it is listed. */
export const APT_TREE_HINT =
  'the repository may have been copied in part, or while it changed: copy or publish it again; to read a part of it, name its files in repomill.yaml, such as `inputs: ["dists/<suite>/<component>/binary-<arch>/Packages"]`';

/**
 * Opens the apt repository that a directory holds or is a part of.
 *
 * @param directory - as the user typed it
 * @throws RepomillError what `listFiles` throws
 */
export async function openAptTree(directory: string, tree: AptTree, options: AptTreeOptions): Promise<OpenAptTree> {
  const paths = treePaths(tree);
  const listed = await listTreeFiles(directory, paths, options);
  const { releases, found } = listed;
  const problems = [...listed.problems];
  const warnings = [...listed.warnings];
  const above = await suiteAbove(tree, paths);
  if (above !== undefined) releases.add(above);
  const suites: AptSuite[] = [];
  const indexes: AptIndex[] = [];
  const known = new Set<string>();
  for (const suite of await groupSuites(`${tree.root}/dists`, [...releases])) {
    const opened = await openSuite(suite, { tree, paths, found });
    problems.push(...opened.problems);
    warnings.push(...opened.warnings);
    indexes.push(...opened.indexes);
    for (const path of opened.known) known.add(path);
    if (opened.suite === undefined) continue;
    const twin = suites.find(({ name }) => name === opened.suite?.name);
    if (twin !== undefined) {
      const message = `its name without a slash, ${twin.name}, is that of ${paths.shown(twin.path)}`;
      problems.push({ file: paths.shown(suite.path), message });
    }
    suites.push(opened.suite);
  }
  const isAlias = (path: string): boolean =>
    suites.some(({ aliases }) => aliases.some((one) => path.startsWith(`${one}/`)));
  for (const path of found.keys()) {
    if (known.has(plainOf(path)) || isAlias(path) || problems.length > 0) continue;
    const message = 'no InRelease or Release lists it, so that apt does not read it: left out';
    warnings.push({ file: paths.shown(path), message });
  }
  return { ...tree, suites, indexes, problems, warnings };
}

/** The files of suites: directories with a Release, and indexes with their sizes, by their paths below `dists`. */
interface TreeFiles {
  readonly releases: Set<string>;
  readonly found: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

async function listTreeFiles(
  directory: string,
  paths: TreePaths,
  { excludes, ...listing }: AptTreeOptions,
): Promise<TreeFiles> {
  const selection = {
    select(path: string) {
      const below = paths.below(path);
      const kind = below === undefined ? undefined : kindOfTreeFile(below);
      return below === undefined || kind === undefined ? undefined : { below, kind };
    },
    leadsInto(path: string) {
      if (path === 'dists') return 'named';
      const below = paths.below(path);
      return below !== undefined && mayHoldIndexes(below) ? 'anywhere' : undefined;
    },
    ...defined({ excludes }),
  } as const;
  const { files, problems, warnings } = await listFiles(directory, selection, listing);
  const releases = new Set<string>();
  const found = new Map<string, number>();
  for (const {
    size,
    reason: { below, kind },
  } of files) {
    if (kind === 'index') found.set(below, size);
    else releases.add(directoryOf(below));
  }
  return { releases, found, problems, warnings };
}

/** The suite that the input is in, below `dists`, if it is a part of one. */
async function suiteAbove({ root }: AptTree, { start }: TreePaths): Promise<string | undefined> {
  for (let path = start ?? ''; path !== ''; path = directoryOf(path)) {
    for (const name of releaseNames) if (await isFile(`${root}/dists/${path}/${name}`)) return path;
  }
  return undefined;
}

interface OpenedSuite extends Pick<OpenAptTree, 'indexes' | 'problems' | 'warnings'> {
  readonly suite?: AptSuite;
  /** The indexes that it lists, without their compressions, below `dists`. */
  readonly known: readonly string[];
}

interface SuiteFiles {
  readonly tree: AptTree;
  readonly paths: TreePaths;
  readonly found: ReadonlyMap<string, number>;
}

async function openSuite(directory: SuiteDirectory, files: SuiteFiles): Promise<OpenedSuite> {
  const { tree, paths, found } = files;
  const { path: place, aliases } = directory;
  const home = `${tree.root}/dists/${place}`;
  const file = (await firstThere(home, releaseNames)) ?? 'Release';
  const shownAs = paths.shown(`${place}/${file}`);
  try {
    const release = await readRelease(`${home}/${file}`, shownAs);
    const suite = { ...directory, name: flatName(place), facts: release.facts };
    const isThere = (path: string): boolean =>
      found.has(`${place}/${path}`) || (isByHash(path) && sizeOf(`${home}/${path}`) !== undefined);
    const choice = chooseIndexes(withinInput(release, place, paths), isThere);
    const missing = choice.missing.map((problem) => ({ ...problem, file: paths.shown(`${place}/${problem.file}`) }));
    const checked = choice.indexes.map((chosen) => {
      const size = found.get(`${place}/${chosen.path}`) ?? sizeOf(`${home}/${chosen.path}`) ?? 0;
      return checkIndex(chosen, { suite, size, path: paths.shown(`${place}/${chosen.path}`) });
    });
    return {
      suite,
      indexes: checked.flatMap((one) => ('index' in one ? one.index : [])),
      problems: [
        ...strangeNames(suite, choice.indexes, shownAs),
        ...missing,
        ...checked.flatMap((one) => ('problem' in one ? one.problem : [])),
      ],
      warnings: [
        ...aliases.map((alias) => ({ file: paths.shown(alias), message: `a link to ${place}, which is read once` })),
        ...renamed(suite, choice.indexes, shownAs),
        ...(choice.listed.size === 0 ? [{ file: shownAs, message: 'lists no Packages and no Sources' }] : []),
      ],
      known: [...choice.listed].map((plain) => `${place}/${plain}`),
    };
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    return { indexes: [], problems: problemsOf(error, shownAs), warnings: [], known: [] };
  }
}

/** The first of some names that is a file in a directory. */
async function firstThere(directory: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await isFile(`${directory}/${name}`)) return name;
  return undefined;
}

/** What a Release lists in the part of the repository that is read. */
function withinInput({ facts, files }: ReadRelease, place: string, paths: TreePaths): ReadRelease {
  return { facts, files: new Map([...files].filter(([path]) => paths.isInside(`${place}/${path}`))) };
}

function isByHash(path: string): boolean {
  return path.includes('/by-hash/');
}

function sizeOf(file: string): number | undefined {
  const entry = findEntry(file);
  return entry !== undefined && entry !== 'hidden' && entry.isFile() ? Number(entry.size) : undefined;
}

/** A chosen index as it is read, or what is wrong with it before it is opened. */
function checkIndex(
  { kind, component, arch, stated }: ChosenIndex,
  { suite, size, path }: { readonly suite: AptSuite; readonly size: number; readonly path: string },
): { readonly index: AptIndex } | { readonly problem: Problem } {
  try {
    checkStatedSize(path, size, stated);
  } catch (error) {
    if (error instanceof RepomillError) return { problem: { file: path, message: error.message } };
    throw error;
  }
  if (size > MAX_INPUT_SIZE) {
    const message = `expected at most ${formatCount(MAX_INPUT_SIZE)} bytes, found ${formatCount(size)}`;
    return { problem: { file: path, message } };
  }
  const place = { suite: suite.name, component: flatName(component), ...(arch === 'all' ? {} : { arch }) };
  return { index: { path, size, kind, ...place, stated } };
}

/** What a suite, a component or an architecture may be called: a word of a list of sources, and a directory. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9.~+_-]*$/;

function strangeNames({ name }: AptSuite, indexes: readonly ChosenIndex[], shownAs: string): readonly Problem[] {
  const names = [name, ...indexes.flatMap(({ component, arch }) => [flatName(component), arch])];
  const expected =
    'expected letters, digits, ".", "-", "_", "+" and "~" in the name of a suite, a component or an arch';
  return [...new Set(names)]
    .filter((one) => !NAME.test(one))
    .map((one) => ({ file: shownAs, message: `${expected}, found ${quote(one)}` }));
}

/** What has a different name here, because names of suites and components have no slashes. */
function renamed({ path, name }: AptSuite, indexes: readonly ChosenIndex[], shownAs: string): readonly Problem[] {
  const components = [...new Set(indexes.map(({ component }) => component))].filter((one) => one.includes('/'));
  return [
    ...(path === name ? [] : [`the suite ${path} is read as ${name}: names of suites have no slash`]),
    ...components.map((one) => `the component ${one} is read as ${flatName(one)}: names of components have no slash`),
  ].map((message) => ({ file: shownAs, message }));
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** An index without its compression. */
function plainOf(path: string): string {
  return parseAptIndexName(path)?.plain ?? path;
}
