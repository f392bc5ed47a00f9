/**
 * Opens the input of a build: package records in any format, or an OSTree repository. An OSTree repository can also be read as
 * package records: its apps and runtimes.
 */
import type { Config, PackagesRule, PublishMode } from '../config/config.ts';
import type { AptTree } from '../config/find-apt-tree.ts';
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { archesOfRepository } from '../model/partition.ts';
import type { Reporter } from '../model/progress.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import type { ListingOptions } from '../platform/files/list-files.ts';
import { isDirectory } from '../platform/files/read-files.ts';
import type { OpenAptTree } from '../readers/apt/open-apt-tree.ts';
import { type ListedRefs, listRefs } from '../readers/ostree/list-refs.ts';
import {
  isOstreeRepository,
  type OpenRepository,
  openOstreeRepository,
  withoutRefs,
} from '../readers/ostree/open-repository.ts';
import type { BuildSession } from '../work/build-session.ts';
import type { Catalogue } from './catalogue.ts';
import { openPackageRoot } from './packages/check-packages.ts';
import type { PackageInput } from './packages/package-input.ts';
import type { PackageTasks } from './packages/package-tasks.ts';
import { type InputPath, type Inputs, listInputs } from './read/list-inputs.ts';
import { ownFilesReaderOf } from './read/own-file-reader.ts';
import { readInputs } from './read/read-inputs.ts';
import type { ReadTasks } from './read/read-tasks.ts';
import type { UnreadFiles } from './read/unread-files.ts';

/** What a layout receives from each kind of input. */
export interface BuildInputs {
  readonly records: RecordInput;
  readonly ostree: OpenRepository;
}

/** Package records, kept on disk. */
export interface RecordInput {
  readonly catalogue: Catalogue;
  /** Every arch of the repository, in order. */
  readonly arches: readonly string[];
  /** The files that records name, if the configuration says where they are. */
  readonly packages?: PackageInput;
  /**
   * The apt repository that the records are from: what its suites say about themselves, and the directory that the paths of package
   * files are relative to, wherever in it the input is.
   */
  readonly aptTree?: OpenAptTree;
}

/** An input ready to be read. */
export interface OpenedInput {
  /** Reading it takes less time than starting a second thread. */
  readonly isSmall: boolean;
  /** Where package files are. `areRead`: they are read as metadata, too, so that no others have to be hashed. */
  readonly packages?: { readonly directory: string; readonly publish: PublishMode; readonly areRead: boolean };
  /** The configuration, with the subsets that the input itself defines. */
  readonly config: Config;
  /** Reads it. Throws a metadata error with every problem. */
  read(session: BuildSession<ReadTasks & PackageTasks>): Promise<ReadInput>;
}

export interface ReadInput {
  readonly input: BuildInputs[keyof BuildInputs];
  readonly files: number;
  /** Files that no reader recognises or that repeat others, if the configuration names no files. */
  readonly skipped: readonly string[];
  /** Those of them that may be metadata. */
  readonly unread?: UnreadFiles;
  readonly packages?: PackageInput;
}

/** What is known of an input when its package files are looked for. */
export interface PackagesQuestion {
  /** What the configuration says. */
  readonly packages: PackagesRule | undefined;
  readonly files: readonly Pick<InputPath, 'path'>[];
  /** The apt repository that the input is: the paths of its packages are relative to its root. */
  readonly aptTree: AptTree | undefined;
}

/** Where an input is, and how it is read. */
export interface InputOptions extends ListingOptions {
  readonly directory: string;
  readonly config: Config;
  /** Hashes every package file, whatever earlier builds remember. */
  readonly rehash: boolean;
  /** All layouts. */
  readonly owners: readonly TreeOwner[];
  readonly progress: Reporter;
  /** Whether a file, given by its real path, is not part of the input whatever the configuration says. */
  readonly excludes?: ((realPath: string) => boolean) | undefined;
  /** Where package files are, by what was listed. By default as the configuration says. */
  readonly packagesOf?: ((question: PackagesQuestion) => PackagesRule | undefined) | undefined;
  /** Whether an input without records is published. By default it is an error. */
  readonly allowEmpty?: boolean | undefined;
}

/** The most bytes of a small input. */
const SMALL_INPUT = 12_000_000;

/** How many bytes of metadata take as long to read as a package that is an input itself, besides its own bytes. */
const OWN_FILE_COST = 4096;

function isOwnFile(input: InputPath): boolean {
  return ownFilesReaderOf(input) !== undefined;
}

/** The most refs of a small OSTree repository. */
const FEW_REFS = 50_000;

/**
 * Opens the input of a build.
 *
 * @param kind - the layout's kind of input
 * @throws RepomillError `not-found` for a missing directory, also for that of the packages, `usage` for one that is not of this kind, `metadata` with every
 *   problem in an OSTree repository
 */
export async function openInput(kind: keyof BuildInputs, options: InputOptions): Promise<OpenedInput> {
  const { directory, config, progress } = options;
  const repository = isOstreeRepository(directory)
    ? await openOstreeRepository(directory, progress, options)
    : undefined;
  if (kind === 'records') {
    if (repository?.refs.length === 0 && options.allowEmpty !== true) throw withoutRefs(directory);
    return openRecords(repository, options);
  }
  if (repository !== undefined) {
    const { refs } = repository;
    const read = { input: repository, files: refs.length, skipped: [] };
    return { isSmall: refs.length < FEW_REFS, config, read: async () => read };
  }
  if (!(await isDirectory(directory))) throw new RepomillError('not-found', 'no such directory', { path: directory });
  throw new RepomillError('usage', 'expected an OSTree repository, with config, objects/ and refs/', {
    path: directory,
  });
}

async function openRecords(
  repository: OpenRepository | undefined,
  { directory, config: configured, rehash, owners, excludes, packagesOf, allowEmpty, signal, view }: InputOptions,
): Promise<OpenedInput> {
  const refs = repository && (await listRefs(repository, signal));
  const inputs = refs
    ? inputsOf(refs, directory)
    : await listInputs(directory, { config: configured, excludes, signal, view });
  const config = withSubsets(configured, refs?.subsets ?? []);
  const asked = { packages: config.packages, files: inputs.files, aptTree: inputs.aptTree };
  const rule = packagesOf === undefined ? config.packages : packagesOf(asked);
  const packages = rule && { ...rule, directory: openPackageRoot(directory, rule), rehash, owners };
  const ownFiles = inputs.files.filter(isOwnFile).length;
  return {
    isSmall: inputs.size + OWN_FILE_COST * ownFiles < SMALL_INPUT,
    ...defined({
      packages: packages && { ...packages, directory: packages.directory.directory, areRead: ownFiles > 0 },
    }),
    config,
    async read(session) {
      const options = { ...session, config, packages, rehash, allowEmpty };
      const { catalogue, files, skipped, unread, ...found } = await readInputs(inputs, options);
      const arches = archesOfRepository(catalogue.arches, config.arches);
      const { aptTree } = inputs;
      return {
        input: { catalogue, arches, ...found, ...defined({ aptTree }) },
        files,
        skipped,
        ...defined({ unread }),
        ...found,
      };
    },
  };
}

/** Refs as inputs: each document is read like a JSON file. */
function inputsOf({ documents }: ListedRefs, directory: string): Inputs {
  const files = documents.map(({ path, content }): InputPath => {
    return { path, size: content.length, content, rule: { files: path, reader: 'json', omit: [] }, given: [] };
  });
  return { directory, files, size: files.reduce((sum, { size }) => sum + size, 0), problems: [], warnings: [] };
}

// Refs carry the names of their subsets.
function withSubsets(config: Config, names: readonly string[]): Config {
  return config.subsets.length > 0 ? config : { ...config, subsets: names.map((name) => ({ name })) };
}
