/**
 * Plans the directory of one suite: its indexes in every compression, under their names and by their digests; patches; Contents
 * files; and the Release file that names them all.
 */
import type { FoundPackageFile } from '../../../catalogue/packages/package-input.ts';
import type { Signer } from '../../../model/signer.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { gzipText } from '../../../platform/zlib/gzip-text.ts';
import type { PreviousTree, TreeFile } from '../../../publish/tree.ts';
import type { MutableFile, PlannedFile } from '../../../publish/tree-plan.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import { byHashNextTo, indexName, suiteDirectory } from '../format/paths.ts';
import type { FileDigest, PdiffEntry } from '../format/pdiff-index.ts';
import type { AptSettings } from '../settings.ts';
import type { AssembledIndex } from './assemble-index.ts';
import { type ContentsTasks, planContents } from './plan-contents.ts';
import type { AssembledSuite } from './plan-indexes.ts';
import { planPatches } from './plan-patches.ts';
import { type PlannedRelease, planRelease, type SuiteFile } from './plan-release.ts';
import type { PublishedSuite } from './published.ts';
import type { NamedPart } from './render-slices.ts';
import { SOURCE } from './suites.ts';

/** What a suite is planned from. */
export interface SuiteRequest extends BuildSession<ContentsTasks> {
  readonly suite: AssembledSuite;
  readonly published: PublishedSuite | undefined;
  /** Whether a suite of the published archive is signed. */
  readonly isSigned: boolean;
  readonly settings: AptSettings;
  /** The name of the repository. */
  readonly name: string;
  /** The date of a new Release file, in seconds since 1970. */
  readonly date: number;
  readonly now: number;
  readonly signer: Signer | undefined;
  readonly previous: PreviousTree;
  /** What Contents files are made of; undefined if none are wanted. */
  readonly contents:
    | { readonly parts: readonly NamedPart[]; readonly files: ReadonlyMap<string, FoundPackageFile> }
    | undefined;
}

/** An index of the plan, and the older versions that have a patch to it. */
export interface PlannedIndex extends AssembledIndex {
  /** Oldest first. */
  readonly history: readonly PdiffEntry[];
}

/** The plan of a suite. */
export interface PlannedSuite {
  readonly name: string;
  readonly indexes: readonly PlannedIndex[];
  /** Files that are named by their content. */
  readonly files: readonly PlannedFile[];
  /** Files that change under their names, without the entry points. */
  readonly mutable: readonly MutableFile[];
  readonly release: PlannedRelease;
  /** Patches that the published indexes name. */
  readonly publishedPatches: readonly TreeFile[];
}

/** Plans a suite. */
export async function planSuite(request: SuiteRequest): Promise<PlannedSuite> {
  const { suite, settings, contents, signal } = request;
  const directory = new SuiteDirectory(suite.name);
  const indexes: PlannedIndex[] = [];
  const publishedPatches: TreeFile[] = [];
  for (const index of suite.assembled) {
    await checkpoint(signal);
    const { spec } = index;
    const base = `${spec.directory}/${indexName(spec.arch)}`;
    for (const [suffix, file] of index.files) {
      const content = async (): Promise<Iterable<Uint8Array>> => index.content(suffix);
      if (suffix === '' && !settings.plain) directory.list(base, file);
      else directory.add(`${base}${suffix}`, file, content);
    }
    const patches = await planPatches({ ...request, ...settings, index, base });
    directory.files.push(...patches.files);
    publishedPatches.push(...patches.published);
    if (patches.index !== undefined) {
      directory.addBytes(`${base}.diff/Index`, patches.index);
      // A third of the size; apt takes it if both are listed.
      directory.addBytes(`${base}.diff/Index.gz`, gzipText(patches.index));
    }
    if (contents !== undefined && spec.arch !== SOURCE) {
      const { plain, gz, content } = await planContents({ ...request, ...contents, spec });
      const path = `${spec.component}/Contents-${spec.arch}`;
      directory.list(path, plain);
      directory.add(`${path}.gz`, gz, async () => content());
    }
    indexes.push({ ...index, history: patches.entries });
  }
  const release = await planRelease({ ...request, files: directory.listed });
  const mutable = [...directory.mutable, ...(release.clientFiles ?? [])];
  return {
    name: suite.name,
    indexes,
    files: [...directory.files, ...release.files],
    mutable,
    release,
    publishedPatches,
  };
}

/** Collects the files of a suite. Paths are relative to its directory. */
class SuiteDirectory {
  readonly files: PlannedFile[] = [];
  readonly mutable: MutableFile[] = [];
  readonly listed: SuiteFile[] = [];
  readonly #directory: string;

  constructor(suite: string) {
    this.#directory = suiteDirectory(suite);
  }

  /** A file that the Release file names and that is not served. Clients look for uncompressed names, whatever they fetch. */
  list(path: string, file: FileDigest): void {
    this.listed.push({ path, ...file });
  }

  /** A file under its name and by its digest. */
  add(path: string, file: FileDigest, content: MutableFile['content']): void {
    const whole = `${this.#directory}/${path}`;
    this.files.push({ path: byHashNextTo(whole, file.sha256), size: file.size, content });
    this.mutable.push({ path: whole, ...file, content });
    this.list(path, file);
  }

  addBytes(path: string, bytes: Uint8Array): void {
    this.add(path, { sha256: digestOf(bytes), size: bytes.length }, async () => bytes);
  }
}
