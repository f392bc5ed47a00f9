/**
 * The interface of a layout, which is a kind of published tree. Rows of the table in `layouts.ts` are light; heavy parts are
 * loaded on use, so that the command line starts fast and threads stay small. The code outside `layouts/` sees only this
 * interface.
 */
import type { Leftover } from '../audit/audit-leftovers.ts';
import type { Finding } from '../audit/findings.ts';
import type { BuildInputs, PackagesQuestion } from '../catalogue/open-input.ts';
import type { Config, ConfigKey, PackagesRule } from '../config/config.ts';
import type { SectionReader } from '../config/setting.ts';
import type { Reporter } from '../model/progress.ts';
import type { RecordChanges } from '../model/record-changes.ts';
import type { SignatureKind, Signer } from '../model/signer.ts';
import type { Source } from '../model/source.ts';
import type { Store } from '../model/store.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import type { TaskTable } from '../platform/threads/workers.ts';
import type { TreeReport } from '../publish/build-report.ts';
import type { HeaderRule } from '../publish/header-rules.ts';
import type { Remedies } from '../publish/hosts/host-limits.ts';
import type { PackageLists } from '../publish/hosts/upload-script.ts';
import type { PublishReport } from '../publish/publish.ts';
import type { TreeCheck } from '../publish/repair.ts';
import type { PreviousTree, ReadableTree, Tree } from '../publish/tree.ts';
import type { TreePlan } from '../publish/tree-plan.ts';
import type { BuildSession } from '../work/build-session.ts';
import type { TaskDefinitions } from '../work/task.ts';

/**
 * A kind of published tree.
 *
 * @typeParam Name - its name, as in `--layout` and in the section of `repomill.yaml`
 * @typeParam Settings - the parsed section of `repomill.yaml`
 */
export interface Layout<Name extends string = string, Settings = unknown> extends TreeOwner {
  readonly name: Name;
  /** For people: `apt repository`. */
  readonly title: string;
  /** The kind of input: package records in any format, or an OSTree repository. */
  readonly input: keyof BuildInputs;
  /** Headers by path, in upload order: entry points last. Host files are rendered from these. */
  readonly headerRules: readonly HeaderRule[];
  /** Its package lists, if it publishes the files of packages: `upload.sh` finds them by these. */
  readonly packageLists?: PackageLists;
  /** Whether its index has the name of the repository, which clients compare. */
  readonly isNamed: boolean;
  /** The kinds of signatures it can hold. A build refuses a signer of any other kind. */
  readonly signatures: readonly SignatureKind[];
  /** What makes the files of a directory, or a file at the top, fewer or smaller, for a tree that is too large for its host. */
  readonly remedies: Remedies;
  /** A path that no tree of this layout has. Requesting it shows how a host answers for a missing file. */
  readonly absentPath: string;
  /** The keys of `repomill.yaml` that a build of it reads, besides the name and its section. Others that are set are warnings. */
  readonly configKeys: readonly ConfigKey[];
  /** Reads its section of `repomill.yaml`, if it has one. */
  readonly section?: SectionReader<Settings>;
  /** A directory at the top of the tree that it puts files of packages into. A build does not read them as input. */
  readonly packagesDirectory?: string;
  /** Where files of packages are and whether they are published, by what was listed. By default as the configuration says. */
  packagesOf?(input: PackagesQuestion, settings: Settings): PackagesRule | undefined;
  /** The configuration that its input is read with, by its settings. By default as it is. */
  configure?(config: Config, settings: Settings): Config;
  /** Content types of files that are often put next to such a tree, by extension. */
  readonly foreignTypes?: Readonly<Record<string, string>>;
  readonly load: {
    /** Finds the paths reachable from its entry points in a published tree. Other layouts must not prune them. */
    reached(): Promise<(tree: ReadableTree) => Promise<ReadonlySet<string>>>;
    generator(): Promise<Generator<Settings>>;
    auditor(): Promise<Auditor>;
    inspector(): Promise<Inspector>;
    words(): Promise<Words>;
    /** Absent if trees of this layout cannot be compared. */
    comparer?(): Promise<Comparer>;
  };
}

/** What is in a directory without a configuration. */
export interface GuessedInput {
  /** Of all files, sorted. */
  readonly paths: readonly string[];
  /** The readers that recognise files with text in them. */
  readonly readers: readonly string[];
}

/** Type-checks a layout against its settings, then erases their type. */
export function defineLayout<Name extends string, Settings>(layout: Layout<Name, Settings>): Layout<Name> {
  return layout;
}

/** The inputs of a layout's generator. */
export interface GenerateRequest<Settings = unknown, Tasks = unknown, Input = BuildInputs[keyof BuildInputs]> {
  readonly input: Input;
  readonly settings: Settings;
  readonly config: Config;
  readonly session: BuildSession<Tasks>;
  /** The previously published tree: the output itself or, if that is empty, the live site. */
  readonly previous: PreviousTree;
  readonly output: Tree;
  readonly signer: Signer | undefined;
  /** What the repository was called before. Only for a layout with a name of its own. */
  readonly renameFrom: string | undefined;
  /** Seconds since 1970, for a layout that writes the time of the build. */
  readonly now: bigint;
}

/** A planned tree and its report. */
export interface GeneratedTree {
  readonly plan: TreePlan;
  /** Reports on the tree; stored sizes are known only after publishing. */
  report(published: PublishReport): TreeReport;
}

/** Work on the input that only programs of others can do. */
export interface OutsideWork<Settings = unknown> {
  /** The directory that is read. */
  readonly input: string;
  readonly settings: Settings;
  readonly signer: Signer | undefined;
  readonly progress: Reporter;
  readonly signal: AbortSignal | undefined;
}

/** Decides what a tree contains, but never writes to it. */
export interface Generator<Settings = unknown, Tasks extends object = object> {
  /** The tasks it runs on worker threads. */
  readonly tasks: TaskDefinitions<Tasks>;
  plan(request: GenerateRequest<Settings, Tasks>): Promise<GeneratedTree>;
  /** Has programs of others complete the input before it is read. Not called by a build that writes nothing. */
  complete?(work: OutsideWork<Settings>): Promise<void>;
  /**
   * Has them remove what is not needed once the tree is published. Resolves to whether the tree has to be planned again, because
   * files that it is made from are gone.
   */
  tidy?(work: OutsideWork<Settings>): Promise<boolean>;
  /** What is checked in a published tree that is to be repaired: all immutable files. */
  checkTree(tree: Tree): Promise<TreeCheck>;
}

/**
 * Type-checks a generator against its settings, tasks and input, then erases the types of tasks and input. That is safe: the
 * build opens exactly the tasks that the generator defines, and the input that its row names.
 */
export function defineGenerator<Settings, Tasks extends TaskTable<Tasks>, Input>(generator: {
  readonly tasks: TaskDefinitions<Tasks>;
  plan(request: GenerateRequest<Settings, Tasks, Input>): Promise<GeneratedTree>;
  complete?(work: OutsideWork<Settings>): Promise<void>;
  tidy?(work: OutsideWork<Settings>): Promise<boolean>;
  checkTree(tree: Tree): Promise<TreeCheck>;
}): Generator<Settings> {
  return generator as Generator<Settings>;
}

/** A published tree to audit. */
export interface AuditRequest {
  readonly source: Source;
  /** The layout's entry point in the tree. */
  readonly entryPoint: { readonly path: string; readonly bytes: Uint8Array };
  /** Reads every file that the tree leads to, also those that may be very large or many: the packages'. */
  readonly full: boolean;
  /** OpenPGP key rings to check signatures with, besides the keys that the tree announces. */
  readonly keys: readonly Uint8Array[];
  readonly progress: Reporter;
  readonly signal: AbortSignal | undefined;
}

/** Looks for problems in a published tree. Shares the format with the generator, but none of its decisions. */
export interface Auditor {
  /** Audits a tree that has an entry point of the layout. Throws only if nothing at all can be read. */
  audit(request: AuditRequest): Promise<Audit>;
}

/** The result of auditing one layout. */
export interface Audit {
  readonly report: LayoutAudit;
  /** Paths reachable from its entry points, and those it keeps for clients with an older entry point. */
  readonly reached: ReadonlySet<string>;
  /** Describes an unreachable file that the layout owns; undefined if it may stay. */
  leftover(path: string): Promise<Leftover | undefined>;
}

/** What was checked in one layout, and what was found wrong. */
export interface LayoutAudit {
  readonly layout: string;
  /** All problems. */
  readonly findings: readonly Finding[];
  /** Observations that are not problems. */
  readonly remarks: readonly Finding[];
  /** Numbers of checked items, by kind: `summaries`, `deltas`. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the tree says about itself: `version`, `lastModified`. */
  readonly state: Readonly<Record<string, string | number>>;
}

/** A file to inspect. */
export interface InspectedFile {
  /** The bytes, decompressed if the file is gzip. */
  readonly content: Uint8Array;
  readonly storedSize: number;
  /** Its path or URL, if known. Some kinds of files can only be recognised by it. */
  readonly path: string | undefined;
}

/** The kind of a file. Each layout adds the contents of its kinds of files. */
export interface InspectedKind {
  readonly kind: string;
}

/** Describes files. */
export interface Inspector {
  /** Describes a file; undefined if the layout writes no such files. Throws a format error if the file is damaged. */
  inspect(file: InspectedFile): Promise<InspectedKind | undefined>;
}

/** One side of a comparison: a source, or a store with a client's copy. */
export interface ComparedPlace {
  readonly source?: Source;
  readonly store?: Store;
  /** How many steps of its history to go back: 0, the default, is the newest version. */
  readonly steps?: number;
  /** Its name in messages, as a person wrote it. By default the location of the source or store. */
  readonly label?: string;
}

/** What to compare. */
export interface CompareRequest {
  readonly from: ComparedPlace;
  readonly to: ComparedPlace;
  readonly arch: string | undefined;
  readonly subset: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What changed from one side to the other. A layout whose entries have no versions puts there what takes their place. */
export interface Comparison extends RecordChanges {
  /** Names of summaries: those that were compared, and those of them that only one side has. */
  readonly summaries: {
    readonly compared: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  };
  /** What a person should know about the comparison. */
  readonly notes: readonly string[];
}

/** Compares trees. */
export interface Comparer {
  /** Throws `not-found`, `transport`, `format` or `integrity` if a side cannot be read, `usage` for a history that it lacks. */
  compare(request: CompareRequest): Promise<Comparison>;
}

/** A layout's words on the command line. */
export interface Words {
  /** The contents of a built tree: `3 refs in 2 summaries`. */
  content(report: TreeReport): string;
  /** The state of a built tree, in the last line of `build`: `version 3`. */
  built(report: TreeReport): string;
  /** The last line of `verify`, without the verdict. */
  verified(report: LayoutAudit): Verified;
  /** The lines that `inspect` prints about a file described by the layout's inspector. */
  inspected(inspection: InspectedKind): readonly string[];
  /**
   * The command to run after `init` in a directory, word by word.
   *
   * @param sibling - maps a name to its path next to the directory
   */
  nextCommand(directory: string, sibling: (name: string) => string): readonly string[];
  /** The lines of the `repomill.yaml` that `init --from` writes, after its name, for a directory that is made for such a tree. */
  guess?(found: GuessedInput): readonly string[] | undefined;
  /** What `diff` counts: `package`. Absent if the layout has no comparer. */
  readonly compared?: string;
  /** A version as `diff` prints it; by default as it is. */
  shownVersion?(version: string): string;
  /**
   * A hint that `serve` prints after its URL.
   *
   * @param read - reads a small file of the tree; undefined if it is missing or cannot be read
   */
  serveHint?(url: string, read: (path: string) => Promise<Uint8Array | undefined>): string | Promise<string>;
}

/** The parts of the last line of `verify`. */
export interface Verified {
  /** `version 3`. */
  readonly about: string;
  /** `4 summaries`, in order. */
  readonly checked: readonly string[];
  /** A further remark: `not signed`. */
  readonly also?: string;
}
