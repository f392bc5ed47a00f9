/**
 * The native layout: summaries by digest, deltas between their versions, details, an index on top. FORMAT.md. Decides
 * what the tree shall hold; `publish/` makes it so.
 */

import type { PathRule } from '../../format/path-rule.ts';
import {
  COMBINED_PATH,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  parseTreePath,
  summaryPath,
} from '../../format/paths.ts';
import { encodeIndex } from '../../format/repository-index.ts';
import { FORMAT } from '../../format/version.ts';
import type { Digest } from '../../model/digest.ts';
import type { SignedIndex, SummaryEntry } from '../../model/repository-index.ts';
import type { DeltaMaker } from '../../platform/bsdiff.ts';
import { loadFingerprint } from '../../platform/fingerprint.ts';
import { deflate } from '../../platform/gzip.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { LayoutInput, PlannedFile, TreePlan } from '../layout.ts';
import { chooseDictionary, type Dictionary } from './choose-dictionary.ts';
import { planCombined } from './combined.ts';
import { DETAIL_FIELDS, moveDetails } from './details.ts';
import { type HistoryTools, keepHistory, makeHistory, olderVersions, type PlannedHistory } from './history.ts';
import { readPublishedIndex } from './published-index.ts';
import { canonicalBytes, type EncodedSummary, SummaryEncoder, storedBytes } from './summaries.ts';

/** What the native layout needs beside the records. */
export interface NativeOptions {
  readonly name: string;
  readonly title?: string;
  readonly pathRules: readonly PathRule[];
  /** Fields that go to `details/` beside those that always do. */
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
  const { contents, documents } = await moveDetails(input.contents, [...DETAIL_FIELDS, ...options.details]);
  const dictionary = await chooseDictionary(documents, published?.signed.dictionary, input.previous);
  const combined = await planCombined(contents, options.combined, published?.signed.combined);
  const encoder = new SummaryEncoder({ fingerprint: await loadFingerprint(), pathRules: options.pathRules });
  const drafts: SummaryDraft[] = [];
  input.progress.start('encoding', contents.length, 'summaries');
  for (const content of contents) {
    const summary = await encoder.encode(content);
    const before = published?.signed.summaries.find((entry) => isSameSummary(entry, summary));
    drafts.push(await draftSummary(summary, before));
    input.progress.advance(1);
  }
  const histories = await planHistories(drafts, { ...input, deltaMaker: options.deltaMaker, length: options.history });
  const entries = drafts.map((draft, i) => ({ ...draft.entry, history: histories[i]?.entries ?? [] }));
  const signed = nextIndex(published?.signed, {
    format: FORMAT,
    version: 1,
    name: options.name,
    ...(options.title === undefined ? {} : { title: options.title }),
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

type EntryWithoutHistory = Omit<SummaryEntry, 'history'>;

interface SummaryDraft {
  readonly summary: EncodedSummary;
  readonly entry: EntryWithoutHistory;
  readonly file: PlannedFile;
  /** The entry that the previous index has of the same arch and subset. */
  readonly before: SummaryEntry | undefined;
  readonly changed: boolean;
}

function isSameSummary(entry: SummaryEntry, summary: EncodedSummary): boolean {
  return entry.arch === summary.arch && entry.subset === summary.subset;
}

// The header vouches for every bucket: where its digest did not change, nothing did, and nothing need be compressed.
async function draftSummary(summary: EncodedSummary, before: SummaryEntry | undefined): Promise<SummaryDraft> {
  if (before?.header.sha256 === summary.headerSha256) {
    const { history: _, ...entry } = before;
    const content = async (): Promise<Uint8Array> => storedBytes(summary).bytes;
    const file = { path: summaryPath(entry.sha256), size: entry.storedSize, content };
    return { summary, entry, file, before, changed: false };
  }
  const digest = await sha256(canonicalBytes(summary));
  const stored = storedBytes(summary);
  const { arch, subset, packages, size } = summary;
  const entry = {
    arch,
    ...(subset === undefined ? {} : { subset }),
    sha256: digest,
    size,
    storedSize: stored.bytes.length,
    packages,
    header: { sha256: summary.headerSha256, size: summary.header.length, storedSize: stored.headerSize },
  };
  const file = { path: summaryPath(digest), size: stored.bytes.length, content: async () => stored.bytes };
  return { summary, entry, file, before, changed: true };
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
    const canonical = (): Uint8Array => canonicalBytes(draft.summary);
    if (draft.before !== undefined && !draft.changed) histories.push(keepHistory(draft.before, canonical, tools));
    else if ((older[i] ?? []).length === 0) histories.push({ entries: [], files: [] });
    else histories.push(await makeHistory(older[i] ?? [], { ...draft.entry, canonical: canonical() }, tools));
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
