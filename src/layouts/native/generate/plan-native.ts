/**
 * The native layout: summaries by digest, deltas between their versions, details, an index on top. FORMAT.md. Decides
 * what the tree shall hold; `publish/` makes it so.
 */

import type { RecordInput } from '../../../catalogue/open-input.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { mutableFile, type TreePlan } from '../../../publish/tree-plan.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import { FORMAT_VERSION } from '../format/json-document.ts';
import { COMBINED_PATH, INDEX_PATH, parseTreePath, TREE_DIRECTORIES } from '../format/paths.ts';
import type { SignedIndex, SubsetEntry } from '../format/repository-index.ts';
import { encodeIndex } from '../format/repository-index.ts';
import { keepHeader, rememberHeader } from './deltas/old-summary.ts';
import { planHistories } from './deltas/plan-histories.ts';
import { dictionaryFor } from './details/choose-dictionary.ts';
import { planDetails } from './details/plan-details.ts';
import type { NativeTasks } from './generator.ts';
import { planCombined } from './plan-combined.ts';
import { readPublishedIndex } from './published-index.ts';
import { draftSummary } from './summaries/draft-summaries.ts';
import { encodeSlices } from './summaries/encode-slices.ts';
import { gatherSummaries } from './summaries/summaries.ts';

/** What the native layout is given. */
export interface NativeInput extends RecordInput, BuildSession<NativeTasks> {
  readonly previous: ReadableTree;
}

/** What the native layout needs beside the records. */
export interface NativeOptions {
  readonly name: string;
  readonly title?: string;
  readonly subsets: readonly SubsetEntry[];
  /** Templates of the path rules. */
  readonly paths: readonly string[];
  /** Architectures of `combined.jsonl.gz`; empty: no such file. */
  readonly combined: readonly string[];
  /** How many older versions of each summary keep a delta. */
  readonly history: number;
}

/** A plan, and the index that it ends in. */
export interface NativePlan extends TreePlan {
  readonly signed: SignedIndex;
  /** How many names, versions and arches there are in the repository. */
  readonly packages: number;
}

/** Plans a native tree. Throws a metadata error with the conflicts among the records. */
export async function planNative(input: NativeInput, options: NativeOptions): Promise<NativePlan> {
  const { catalogue, workspace, previous } = input;
  const published = (await readPublishedIndex(previous))?.signed;
  const subsets = options.subsets.map(({ name, where }) => ({ name, ...(where === undefined ? {} : { where }) }));
  const slices = await encodeSlices(catalogue, {
    ...input,
    subsets: subsets.map(({ name }) => name),
    pathRules: options.paths,
    fingerprint: await loadFingerprint(),
  });
  const dictionary = await dictionaryFor(catalogue, published?.dictionary, previous, workspace);
  const combined = await planCombined(catalogue, {
    ...input,
    combined: options.combined,
  });
  const drafts = gatherSummaries(slices).map((summary) => draftSummary(summary, published, workspace));
  for (const { entry } of drafts) rememberHeader(entry.sha256, entry.header.sha256, workspace);
  for (const { sha256, history } of published?.summaries ?? []) {
    for (const old of [sha256, ...history.map((entry) => entry.sha256)]) keepHeader(old, workspace);
  }
  const histories = await planHistories(drafts, { ...input, length: options.history });
  const entries = drafts.map((draft, i) => ({ ...draft.entry, history: histories[i]?.entries ?? [] }));
  const signed = nextIndex(published, {
    format: FORMAT_VERSION,
    version: 1,
    name: options.name,
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.subsets.length === 0 ? {} : { subsets: subsets }),
    ...(combined === undefined ? {} : { combined: combined.entry }),
    ...(dictionary === undefined ? {} : { dictionary: { sha256: dictionary.sha256, size: dictionary.bytes.length } }),
    summaries: entries,
  });
  return {
    signed,
    packages: slices.reduce((sum, slice) => sum + slice.packages, 0),
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

/** The version grows by one with every change, and an index without change stays what it was, to the byte. */
function nextIndex(published: SignedIndex | undefined, next: SignedIndex): SignedIndex {
  if (published === undefined) return next;
  const same = JSON.stringify({ ...next, version: published.version }) === JSON.stringify(published);
  return { ...next, version: same ? published.version : published.version + 1 };
}
