/**
 * The native layout: summaries by digest, deltas between their versions, details, an index on top. FORMAT.md. Decides
 * what the tree shall hold; `publish/` makes it so.
 */

import type { PathRule } from '../../format/path-rule.ts';
import { COMBINED_PATH, detailsPath, dictionaryPath, INDEX_PATH, parseTreePath } from '../../format/paths.ts';
import { encodeIndex } from '../../format/repository-index.ts';
import { FORMAT } from '../../format/version.ts';
import type { Digest } from '../../model/digest.ts';
import type { SignedIndex, SubsetEntry } from '../../model/repository-index.ts';
import type { DeltaMaker } from '../../platform/bsdiff.ts';
import { loadFingerprint } from '../../platform/fingerprint.ts';
import { deflate } from '../../platform/gzip.ts';
import type { PlannedFile, TreePlan } from '../../publish/tree-plan.ts';
import type { LayoutInput } from '../layout.ts';
import { chooseDictionary, type Dictionary } from './choose-dictionary.ts';
import { planCombined } from './combined.ts';
import { moveDetails } from './details.ts';
import { draftSummaries, type SummaryDraft } from './draft-summaries.ts';
import { type HistoryTools, keepHistory, makeHistory, olderVersions, type PlannedHistory } from './history.ts';
import { readPublishedIndex } from './published-index.ts';
import { canonicalBytes, SummaryEncoder } from './summaries.ts';

/** What the native layout needs beside the records. */
export interface NativeOptions {
  readonly name: string;
  readonly title?: string;
  readonly subsets: readonly SubsetEntry[];
  readonly pathRules: readonly PathRule[];
  /** Fields that go to `details/`. */
  readonly details: readonly string[];
  /** Architectures of `combined.jsonl.gz`; empty: no such file. */
  readonly combined: readonly string[];
  /** How many older versions of each summary keep a delta. */
  readonly history: number;
  readonly deltaMaker: DeltaMaker;
}

/** A plan, and the index that it ends in. */
export interface NativePlan extends TreePlan {
  readonly signed: SignedIndex;
}

/** Plans a native tree. */
export async function planNative(input: LayoutInput, options: NativeOptions): Promise<NativePlan> {
  const published = await readPublishedIndex(input.previous);
  const { contents, documents } = await moveDetails(input.contents, options.details);
  const dictionary = await chooseDictionary(documents, published?.signed.dictionary, input.previous);
  const combined = await planCombined(contents, options.combined, published?.signed.combined);
  const encoder = new SummaryEncoder({ fingerprint: await loadFingerprint(), pathRules: options.pathRules });
  const subsets = options.subsets.map(({ name, where }) => ({ name, ...(where === undefined ? {} : { where }) }));
  const drafts = await draftSummaries(contents, subsets, published?.signed, encoder, input.progress);
  const histories = await planHistories(drafts, { ...input, deltaMaker: options.deltaMaker, length: options.history });
  const entries = drafts.map((draft, i) => ({ ...draft.entry, history: histories[i]?.entries ?? [] }));
  const signed = nextIndex(published?.signed, {
    format: FORMAT,
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
    files: [
      ...planDetails(documents, dictionary),
      ...drafts.map((draft) => draft.file),
      ...histories.flatMap((history) => history.files),
    ],
    mutable: combined === undefined ? [] : [combined.file],
    index: { path: INDEX_PATH, bytes: encodeIndex({ signed, signatures: [] }) },
    owns: (path) =>
      parseTreePath(path) !== undefined && path !== INDEX_PATH && (path !== COMBINED_PATH || combined === undefined),
  };
}

async function planHistories(drafts: readonly SummaryDraft[], tools: HistoryTools): Promise<readonly PlannedHistory[]> {
  const older = drafts.map(({ before, changed, entry }) =>
    before !== undefined && changed ? olderVersions(before, entry.sha256, tools.length) : [],
  );
  const deltas = older.reduce((sum, digests) => sum + digests.length, 0);
  if (deltas > 0 && 'missing' in tools.deltaMaker) {
    tools.progress.warn(`no deltas were made, clients will fetch whole summaries (${tools.deltaMaker.missing})`);
  }
  tools.progress.start('deltas', deltas, 'deltas');
  const histories: PlannedHistory[] = [];
  for (const [i, draft] of drafts.entries()) {
    const canonical = async (): Promise<Uint8Array> => canonicalBytes(await draft.encoded());
    if (draft.before !== undefined && !draft.changed) histories.push(await keepHistory(draft.before, canonical, tools));
    else if ((older[i] ?? []).length === 0) histories.push({ entries: [], files: [] });
    else histories.push(await makeHistory(older[i] ?? [], { ...draft.entry, canonical: await canonical() }, tools));
  }
  return histories;
}

function planDetails(
  documents: ReadonlyMap<Digest, Uint8Array>,
  dictionary: Dictionary | undefined,
): readonly PlannedFile[] {
  const files: PlannedFile[] = [...documents].map(([digest, document]) => ({
    path: detailsPath(digest, dictionary?.sha256),
    content: async () => deflate(document, dictionary?.bytes),
  }));
  if (dictionary === undefined) return files;
  const { bytes } = dictionary;
  return [{ path: dictionaryPath(dictionary.sha256), size: bytes.length, content: async () => bytes }, ...files];
}

/** The version grows by one with every change, and an index without change stays what it was, to the byte. */
function nextIndex(published: SignedIndex | undefined, next: SignedIndex): SignedIndex {
  if (published === undefined) return next;
  const same = JSON.stringify({ ...next, version: published.version }) === JSON.stringify(published);
  return { ...next, version: same ? published.version : published.version + 1 };
}
