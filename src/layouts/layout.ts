/**
 * What a layout is: a kind of published tree. A row of the table in `layouts.ts` is light; whatever is heavy is loaded when it
 * is used, so that the command line starts fast and threads stay small. The conductors know a layout by these members alone.
 */
import type { Finding } from '../audit/findings.ts';
import type { BuildInputs } from '../catalogue/open-input.ts';
import type { Config } from '../config/config.ts';
import type { SectionReader } from '../config/setting.ts';
import type { Reporter } from '../model/progress.ts';
import type { SignatureKind, Signer } from '../model/signer.ts';
import type { Source } from '../model/source.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import type { TaskTable } from '../platform/threads/workers.ts';
import type { TreeReport } from '../publish/build-report.ts';
import type { HeaderRule } from '../publish/header-rules.ts';
import type { PublishReport } from '../publish/publish.ts';
import type { ReadableTree, Tree } from '../publish/tree.ts';
import type { TreePlan } from '../publish/tree-plan.ts';
import type { BuildSession } from '../work/build-session.ts';
import type { TaskDefinitions } from '../work/task.ts';

/**
 * A kind of published tree.
 *
 * @typeParam Name - as `--layout` and the section of `repomill.yaml` have it
 * @typeParam Settings - what its section of `repomill.yaml` says
 */
export interface Layout<Name extends string = string, Settings = unknown> extends TreeOwner {
  readonly name: Name;
  /** For people: `apt repository`. */
  readonly title: string;
  /** Whether a file in the place of an entry point looks like one. Without this, any does. Others may use such a name too. */
  recognises?(entryPoint: Uint8Array): boolean;
  /** What it is built from: package records of any input, or an OSTree repository itself. */
  readonly input: keyof BuildInputs;
  /** Headers by path, in the order in which files are uploaded: entry points last. Host files are rendered from these. */
  readonly headerRules: readonly HeaderRule[];
  /** The signatures that it can hold. A build refuses a signer that makes others. */
  readonly signatures: readonly SignatureKind[];
  /** A path that no tree of this layout has: how a host answers for it shows what it does when a file is missing. */
  readonly absentPath: string;
  /** Reads its section of `repomill.yaml`, if it has one. */
  readonly section?: SectionReader<Settings>;
  /** Types of the files that people put next to such a tree, by extension. */
  readonly foreignTypes?: Readonly<Record<string, string>>;
  readonly load: {
    /** Finds the paths that its entry points lead to in a published tree: no other layout may prune them. */
    reached(): Promise<(tree: ReadableTree) => Promise<ReadonlySet<string>>>;
    generator(): Promise<Generator<Settings>>;
    auditor(): Promise<Auditor>;
    inspector(): Promise<Inspector>;
    words(): Promise<Words>;
  };
}

/** Checks a layout against its own types, and forgets what its settings are. */
export function defineLayout<Name extends string, Settings>(layout: Layout<Name, Settings>): Layout<Name> {
  return layout;
}

/** What a layout decides a tree from. */
export interface GenerateRequest<Settings = unknown, Tasks = unknown, Input = BuildInputs[keyof BuildInputs]> {
  readonly input: Input;
  readonly settings: Settings;
  readonly config: Config;
  readonly session: BuildSession<Tasks>;
  /** The tree that was published before: the output itself or, in an empty directory, the live site. */
  readonly previous: ReadableTree;
  readonly output: Tree;
  readonly signer: Signer | undefined;
  /** Seconds since 1970, for a layout that writes the time of the build. */
  readonly now: bigint;
}

/** A tree to come, and what there is to say of it. */
export interface GeneratedTree {
  readonly plan: TreePlan;
  /** Stored sizes are known once the plan is published. */
  report(published: PublishReport): TreeReport;
}

/** Decides what a tree holds; never acts on it. */
export interface Generator<Settings = unknown, Tasks extends object = object> {
  /** What it hands to worker threads. */
  readonly tasks: TaskDefinitions<Tasks>;
  plan(request: GenerateRequest<Settings, Tasks>): Promise<GeneratedTree>;
}

/**
 * Checks a generator of a layout against the types of its settings, tasks and input, and forgets tasks and input: the build
 * opens the very tasks that the generator defines, and the input that its row names.
 */
export function defineGenerator<Settings, Tasks extends TaskTable<Tasks>, Input>(generator: {
  readonly tasks: TaskDefinitions<Tasks>;
  plan(request: GenerateRequest<Settings, Tasks, Input>): Promise<GeneratedTree>;
}): Generator<Settings> {
  return generator as Generator<Settings>;
}

/** A published tree to audit. */
export interface AuditRequest {
  readonly source: Source;
  /** The entry point that was found. */
  readonly entryPoint: { readonly path: string; readonly bytes: Uint8Array };
  /** OpenPGP key rings to check signatures with, besides the keys that the tree announces. */
  readonly keys: readonly Uint8Array[];
  readonly progress: Reporter;
  readonly signal: AbortSignal | undefined;
}

/** Looks for what is wrong with a published tree. Shares the format with the generator, and no decision. */
export interface Auditor {
  /** Audits a tree that has an entry point of the layout. Throws only if nothing can be read at all. */
  audit(request: AuditRequest): Promise<Audit>;
}

/** What an audit of one layout gives. */
export interface Audit {
  readonly report: LayoutAudit;
  /** Paths that its entry points lead to, and those that it keeps for clients with an older one. */
  readonly reached: ReadonlySet<string>;
  /** What is wrong with a file that the layout owns and nothing reaches; undefined: it may stay. */
  leftover(path: string): Promise<string | undefined>;
}

/** What was checked of one layout, and what is wrong with it. */
export interface LayoutAudit {
  readonly layout: string;
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
  /** What is not wrong, and worth knowing. */
  readonly remarks: readonly Finding[];
  /** How much was checked, by the name of what was counted: `summaries`, `deltas`. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the tree says of itself: `version`, `lastModified`. */
  readonly state: Readonly<Record<string, string | number>>;
}

/** A file to be inspected. */
export interface InspectedFile {
  /** Uncompressed, if the file is gzip. */
  readonly content: Uint8Array;
  readonly storedSize: number;
  /** Its path or URL, as far as that is known: some files do not say what they are. */
  readonly path: string | undefined;
}

/** What a file is. Each layout adds what its kinds of files hold. */
export interface InspectedKind {
  readonly kind: string;
}

/** Says what a file is. */
export interface Inspector {
  /** Describes a file; undefined if it is of no kind that the layout writes. Throws a format error if it is, and is broken. */
  inspect(file: InspectedFile): Promise<InspectedKind | undefined>;
}

/** The words of a layout on the command line. */
export interface Words {
  /** What is in a built tree: `3 refs in 2 summaries`. */
  content(report: TreeReport): string;
  /** What a built tree is called in the last line of `build`: `version 3`. */
  built(report: TreeReport): string;
  /** The last line of `verify`, without its verdict. */
  verified(report: LayoutAudit): Verified;
  /** What `inspect` prints about a file that its inspector described. */
  inspected(inspection: InspectedKind): readonly string[];
  /**
   * What comes after `init` in a directory, word by word.
   *
   * @param sibling - the path of a name next to the directory
   */
  nextCommand(directory: string, sibling: (name: string) => string): readonly string[];
  /** What `serve` says after its URL. */
  serveHint?(url: string): string;
}

/** The parts of the last line of `verify`. */
export interface Verified {
  /** `version 3`. */
  readonly about: string;
  /** `4 summaries`, in order. */
  readonly checked: readonly string[];
  /** What else there is to say: `not signed`. */
  readonly also?: string;
}
