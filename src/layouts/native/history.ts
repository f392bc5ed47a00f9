/**
 * The older versions of a summary and the deltas that lead from each of them straight to the newest. Every delta is tried
 * before it is kept, and one that saves less than half of the whole file is not worth its place.
 */

import { applyDelta } from '../../delta/patch.ts';
import { RepomillError } from '../../errors.ts';
import { deltaPath, summaryPath } from '../../format/paths.ts';
import type { Digest } from '../../model/digest.ts';
import { inParallel } from '../../model/in-parallel.ts';
import { MAX_SUMMARY_SIZE } from '../../model/limits.ts';
import type { Progress } from '../../model/progress.ts';
import type { HistoryEntry, SummaryEntry } from '../../model/repository-index.ts';
import type { DeltaMaker } from '../../platform/bsdiff.ts';
import { gunzipWithin } from '../../platform/gzip.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { ReadableTree } from '../../publish/tree.ts';
import type { PlannedFile } from '../../publish/tree-plan.ts';

/** What making deltas needs. */
export interface HistoryTools {
  readonly previous: ReadableTree;
  /** Where this machine cannot make deltas, a changed summary starts a new history. */
  readonly deltaMaker: DeltaMaker;
  /** How many older versions to keep. */
  readonly length: number;
  readonly progress: Progress;
}

/** A summary's history and the files that it needs in the tree. */
export interface PlannedHistory {
  readonly entries: readonly HistoryEntry[];
  readonly files: readonly PlannedFile[];
}

/** Deltas that may be made at the same time: bsdiff takes 17 bytes of memory for each byte of a summary. */
const PARALLEL = 2;

/** The history of a summary that did not change: what was published stays, as far as it is still there. */
export async function keepHistory(
  entry: SummaryEntry,
  canonical: () => Promise<Uint8Array>,
  tools: HistoryTools,
): Promise<PlannedHistory> {
  const entries: HistoryEntry[] = [];
  for (const old of entry.history.slice(0, tools.length)) {
    if (await tools.previous.has(summaryPath(old.sha256))) entries.push(old);
    else warnOfMissing(old.sha256, 'is missing', tools);
  }
  const now = { sha256: entry.sha256, storedSize: entry.storedSize };
  const oldDelta = (old: HistoryEntry): PlannedFile => {
    const path = deltaPath(old.sha256, entry.sha256);
    const content = async (): Promise<Uint8Array> => {
      const bytes = await tools.previous.read(path, MAX_SUMMARY_SIZE);
      if (bytes?.length === old.deltaSize) return bytes;
      const remade = await makeOne(old.sha256, { ...now, canonical: await canonical() }, tools);
      return remade?.bytes ?? readRequired(path, tools.previous);
    };
    return { path, size: old.deltaSize, content };
  };
  return { entries, files: entries.flatMap((old) => [oldSummary(old.sha256, tools), oldDelta(old)]) };
}

/** The versions that a changed summary may still have deltas from, newest first. */
export function olderVersions(before: SummaryEntry, now: Digest, length: number): readonly Digest[] {
  return [before.sha256, ...before.history.map((old) => old.sha256)]
    .filter((digest) => digest !== now)
    .slice(0, length);
}

/** A newest version: what deltas lead to. `storedSize` bounds what a delta may cost. */
interface Newest {
  readonly sha256: Digest;
  readonly canonical: Uint8Array;
  readonly storedSize: number;
}

/** Makes the deltas from older versions to a changed summary. A version that cannot be read any more is left out, with a warning. */
export async function makeHistory(older: readonly Digest[], now: Newest, tools: HistoryTools): Promise<PlannedHistory> {
  const made: (Delta | undefined)[] = Array.from({ length: older.length });
  await inParallel(older, PARALLEL, async (digest, position) => {
    made[position] = await makeOne(digest, now, tools);
    tools.progress.advance(1);
  });
  const kept = made.filter((delta) => delta !== undefined);
  return {
    entries: kept.map(({ from, bytes }) => ({ sha256: from, deltaSize: bytes.length })),
    files: kept.flatMap(({ from, bytes }) => [
      oldSummary(from, tools),
      { path: deltaPath(from, now.sha256), size: bytes.length, content: async () => bytes },
    ]),
  };
}

interface Delta {
  readonly from: Digest;
  readonly bytes: Uint8Array;
}

async function makeOne(from: Digest, now: Newest, tools: HistoryTools): Promise<Delta | undefined> {
  if ('missing' in tools.deltaMaker) return undefined;
  const old = await readOld(from, tools);
  if (old === undefined) return undefined;
  const bytes = await tools.deltaMaker.make(old, now.canonical);
  if (!sameBytes(applyDelta(old, bytes, now.canonical.length), now.canonical)) {
    throw new RepomillError('integrity', `delta ${from} to ${now.sha256}: applying it gives other bytes`);
  }
  return bytes.length > now.storedSize / 2 ? undefined : { from, bytes };
}

async function readOld(digest: Digest, tools: HistoryTools): Promise<Uint8Array | undefined> {
  try {
    const stored = await tools.previous.read(summaryPath(digest), MAX_SUMMARY_SIZE);
    const canonical = stored === undefined ? undefined : gunzipWithin(stored, MAX_SUMMARY_SIZE);
    if (canonical !== undefined && (await sha256(canonical)) === digest) return canonical;
    const reason = canonical === undefined ? 'is missing' : 'is damaged';
    warnOfMissing(digest, reason, tools);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    tools.progress.warn(`${summaryPath(digest)} cannot be read (${error.message}): no delta from it`);
  }
  return undefined;
}

function warnOfMissing(digest: Digest, reason: string, { previous, progress }: HistoryTools): void {
  progress.warn(`${summaryPath(digest)} ${reason} in ${previous.location}: no delta from it`);
}

// Older summaries stay in the tree: the next build makes deltas from them, and clients with a stale index ask for them.
function oldSummary(digest: Digest, tools: HistoryTools): PlannedFile {
  const path = summaryPath(digest);
  return { path, content: () => readRequired(path, tools.previous) };
}

/** A file that the previous index promised. */
export async function readRequired(path: string, tree: ReadableTree): Promise<Uint8Array> {
  const bytes = await tree.read(path, MAX_SUMMARY_SIZE);
  if (bytes === undefined) {
    throw new RepomillError('integrity', `${path}: named by the index of ${tree.location}, but missing there`, {
      hint: 'build into an empty directory to start a new history',
    });
  }
  return bytes;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
