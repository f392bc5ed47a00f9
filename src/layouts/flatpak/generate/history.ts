/**
 * The older versions of each summary, and the deltas that lead from each of them straight to the newest.
 */
import { missingFile, RepomillError } from '../../../errors.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import type { Reporter } from '../../../model/progress.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { gzip } from '../../../platform/zlib/gzip.ts';
import { olderVersions } from '../../../publish/older-versions.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import type { PlannedFile } from '../../../publish/tree-plan.ts';
import { flatpakSummaryPath, summaryDeltaPath } from '../format/paths.ts';
import { SUMMARY_TYPE } from '../format/summary.ts';
import { makeSummaryDelta } from '../format/summary-delta.ts';
import type { IndexEntry } from '../format/summary-index.ts';
import type { FlatpakSummaryDraft } from './draft-summaries.ts';
import type { PublishedIndex } from './published.ts';
import { readPublishedSummary } from './published.ts';

/** What histories are made from. */
export interface HistoryOptions {
  readonly previous: ReadableTree;
  /** The most older versions to keep. */
  readonly history: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** A summary's history, and the files that it needs in the tree. */
export interface SummaryHistory {
  /** Newest first. */
  readonly older: readonly Digest[];
  readonly files: readonly PlannedFile[];
}

/** Plans the histories of all summaries: new deltas for those that changed, the existing ones for the others. */
export async function planFlatpakHistories(
  drafts: readonly FlatpakSummaryDraft[],
  published: PublishedIndex | undefined,
  options: HistoryOptions,
): Promise<readonly SummaryHistory[]> {
  const before = new Map(published?.summaries.map((entry) => [entry.name, entry]));
  const histories: SummaryHistory[] = [];
  options.progress.start('deltas', drafts.length, 'summaries');
  for (const draft of drafts) {
    const entry = before.get(draft.name);
    histories.push(entry === undefined ? { older: [], files: [] } : await planHistory(draft, entry, options));
    options.progress.advance(1);
  }
  return histories;
}

async function planHistory(
  draft: FlatpakSummaryDraft,
  before: IndexEntry,
  { previous, history, progress, signal }: HistoryOptions,
): Promise<SummaryHistory> {
  const isChanged = before.sha256 !== draft.sha256;
  const next = isChanged ? new Variant(SUMMARY_TYPE, await draft.encode()) : undefined;
  const older: Digest[] = [];
  const files: PlannedFile[] = [];
  for (const digest of olderVersions(before, draft.sha256)) {
    if (older.length === history) break;
    await checkpoint(signal);
    const path = flatpakSummaryPath(digest);
    const deltaFrom = async (): Promise<Uint8Array> => {
      const { summary: old } = await readPublishedSummary(digest, previous, maxOldSize(draft.size));
      return gzip(makeSummaryDelta(old, next ?? new Variant(SUMMARY_TYPE, await draft.encode())));
    };
    try {
      // The deltas of an unchanged summary are in the tree already. A missing one is made again when the plan is published.
      const delta = isChanged ? await deltaFrom() : undefined;
      if (delta === undefined && !(await previous.has(path))) {
        throw missingFile(path);
      }
      const content = async (): Promise<Uint8Array> => delta ?? deltaFrom();
      files.push({ path: summaryDeltaPath(digest, draft.sha256), content });
      files.push({
        path,
        content: async () => (await readPublishedSummary(digest, previous, maxOldSize(draft.size))).stored,
      });
      older.push(digest);
    } catch (error) {
      if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
      progress.warn(`${path} of ${previous.location}: ${error.message}; no delta from it`);
    }
  }
  return { older, files };
}

/**
 * The most bytes of an older version. Anything larger is not a plausible older version and is treated as an attempt to exhaust
 * memory.
 */
function maxOldSize(size: number): number {
  return Math.min(MAX_SUMMARY_SIZE, 16 * size + 64 * 1024 * 1024);
}
