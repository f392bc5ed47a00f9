/**
 * Decides what a native tree holds: summaries by digest, deltas between their versions, details, an index on top. FORMAT.md.
 * `publish/` makes it so.
 */

import type { RecordInput } from '../../../catalogue/open-input.ts';
import { defined } from '../../../model/defined.ts';
import { archesOfRepository, type PartitionOptions, partition } from '../../../model/partition.ts';
import { DEFAULT_VERSION_ORDER, type VersionOrderName } from '../../../model/versions/version-order.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { planPackages } from '../../../publish/packages/plan-packages.ts';
import type { PackageListing } from '../../../publish/packages/read-package-lists.ts';
import type { PreviousTree, Tree } from '../../../publish/tree.ts';
import { mutableFile, type TreePlan } from '../../../publish/tree-plan.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import { FORMAT_VERSION } from '../format/json-document.ts';
import { COMBINED_PATH, INDEX_PATH, packageListPath, parseTreePath, TREE_DIRECTORIES } from '../format/paths.ts';
import { encodeIndex, type SignedIndex, type SubsetEntry } from '../format/repository-index.ts';
import { keepHeader, rememberHeader } from './deltas/old-summary.ts';
import { type DeltaTasks, planHistories } from './deltas/plan-histories.ts';
import { dictionaryFor } from './details/choose-dictionary.ts';
import { type DetailsTasks, planDetails } from './details/plan-details.ts';
import { type CombinedTasks, planCombined } from './plan-combined.ts';
import { readPublishedIndex } from './published-index.ts';
import { type NameRequest, nameRepository } from './repository-name.ts';
import { draftSummary, gatherSummaries, type SummaryDraft } from './summaries/draft-summaries.ts';
import { type EncodedSlice, type EncodeTasks, encodeSlices, type PathUse } from './summaries/encode-slices.ts';

/** What the native layout hands to threads. */
export interface NativeTasks extends EncodeTasks, CombinedTasks, DeltaTasks, DetailsTasks {}

/** What a native tree is planned from. */
export interface NativeInput extends RecordInput, BuildSession<NativeTasks> {
  readonly previous: PreviousTree;
  readonly output: Tree;
}

/** The configuration of a native tree. */
export interface NativeOptions extends NameRequest {
  readonly title?: string;
  readonly versions: VersionOrderName;
  readonly subsets: readonly SubsetEntry[];
  /** Templates of the path rules. */
  readonly paths: readonly string[];
  /** Architectures of `combined.jsonl.gz`; none: no such file. */
  readonly combined: readonly string[];
  /** How many older versions of each summary keep a delta. */
  readonly history: number;
}

/** A plan, and the index that it ends in. */
export interface NativePlan extends TreePlan {
  readonly signed: SignedIndex;
  /** How many different combinations of name, version and arch the repository has. */
  readonly records: number;
  /** How many different names they have. */
  readonly names: number;
  /** What the path rules did for all records together. */
  readonly pathUse: PathUse;
}

/** Plans a native tree. Throws a metadata error with all conflicts among the records, or among the files of packages. */
export async function planNative(input: NativeInput, options: NativeOptions): Promise<NativePlan> {
  const { catalogue, workspace, previous, signal } = input;
  const published = (await readPublishedIndex(previous))?.signed;
  const { location } = previous;
  const names = nameRepository(options, { published, location, warn: input.progress.warn });
  const packages = await planPackages({
    ...input,
    ...{ packages: input.packages, listing: packageListing, published: published?.packageFiles },
    // A file stays for as many versions as have a delta.
    ...{ lastNamed: published?.version, keep: options.history },
  });
  // An emptied repository keeps its summaries, without records: otherwise clients of an arch would miss theirs, and keep a copy.
  const arches = input.arches.length > 0 ? input.arches : archesOfRepository(publishedArches(published), []);
  const subsets = options.subsets.map(({ name, where }) => defined({ name, where }));
  const subsetNames = subsets.map(({ name }) => name);
  const encoded = await encodeSlices(catalogue, {
    ...input,
    arches,
    subsets: subsetNames,
    pathRules: options.paths,
    fingerprint: await loadFingerprint(),
  });
  const slices = encoded.length > 0 ? encoded : [emptySlice({ arches, subsets: subsetNames })];
  const dictionary = await dictionaryFor(catalogue, published?.dictionary, previous, workspace, signal);
  const combined = await planCombined(catalogue, { ...input, combined: options.combined });
  const drafts: SummaryDraft[] = [];
  for (const summary of gatherSummaries(slices)) {
    await checkpoint(signal);
    drafts.push(draftSummary(summary, published, workspace));
  }
  for (const { entry } of drafts) rememberHeader(entry.sha256, entry.header.sha256, workspace);
  for (const { sha256, history } of published?.summaries ?? []) {
    for (const old of [sha256, ...history.map((entry) => entry.sha256)]) keepHeader(old, workspace);
  }
  const histories = await planHistories(drafts, { ...input, length: options.history });
  const entries = drafts.map((draft, i) => ({ ...draft.entry, history: histories[i]?.entries ?? [] }));
  const signed = nextIndex(published, (version) =>
    defined({
      format: FORMAT_VERSION,
      version,
      ...names,
      title: options.title,
      versions: options.versions === DEFAULT_VERSION_ORDER ? undefined : options.versions,
      subsets: subsets.length === 0 ? undefined : subsets,
      combined: combined?.entry,
      dictionary: dictionary && { sha256: dictionary.sha256, size: dictionary.bytes.length },
      packageFiles: packages.at(version).entry,
      summaries: entries,
    }),
  );
  return {
    ...defined({ packages: packages.at(signed.version).plan }),
    signed,
    records: slices.reduce((sum, slice) => sum + slice.packages, 0),
    names: slices.reduce((sum, slice) => sum + slice.names, 0),
    pathUse: pathUseOfAll(slices),
    files: [
      ...planDetails(catalogue, dictionary, input.tasks),
      ...drafts.map((draft) => draft.file),
      ...histories.flatMap((history) => history.files),
    ],
    mutable: [
      ...(combined === undefined ? [] : [combined.file]),
      mutableFile(INDEX_PATH, encodeIndex({ signed, signatures: [] })),
    ],
    directories: TREE_DIRECTORIES,
    owns: (path) =>
      parseTreePath(path) !== undefined && path !== INDEX_PATH && (path !== COMBINED_PATH || combined === undefined),
  };
}

/** Lists of package files: FORMAT.md, section "Package files". */
const packageListing: PackageListing = {
  directory: 'summaries',
  pathOf: packageListPath,
  digestIn(path) {
    const found = parseTreePath(path);
    return found?.kind === 'package list' ? found.sha256 : undefined;
  },
};

/** What a repository without records has of each summary. */
function emptySlice(options: PartitionOptions): EncodedSlice {
  const summaries = partition([], options).map(({ listings: _, ...summary }) => ({
    ...summary,
    packages: 0,
    buckets: [],
  }));
  return { packages: 0, names: 0, summaries };
}

function publishedArches(published: SignedIndex | undefined): readonly string[] {
  return published?.summaries.map(({ arch }) => arch) ?? [];
}

function pathUseOfAll(slices: readonly EncodedSlice[]): PathUse {
  const uses = new Set(
    slices.flatMap(({ summaries }) => summaries.flatMap(({ buckets }) => buckets.map(({ bucket }) => bucket.pathUse))),
  );
  return (['derived', 'stored'] as const).find((use) => uses.has(use)) ?? 'none';
}

/** The index with its version: one more than the published index if anything changed, and otherwise the same. */
function nextIndex(published: SignedIndex | undefined, indexOf: (version: number) => SignedIndex): SignedIndex {
  if (published === undefined) return indexOf(1);
  const same = indexOf(published.version);
  return JSON.stringify(same) === JSON.stringify(published) ? same : indexOf(published.version + 1);
}
