/**
 * Files of the tree that was published before, here or on a host, as histories need them. A summary that cannot be read any
 * more costs the deltas from it, and a warning; only a file that a history has already promised must be there.
 */

import { RepomillError } from '../../../../errors.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../../model/limits.ts';
import type { Reporter } from '../../../../model/progress.ts';
import type { ReadableTree } from '../../../../publish/tree.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { summaryPath } from '../../format/paths.ts';

/** The published tree, and whom to warn of what it lacks. */
export interface PublishedFiles {
  readonly previous: ReadableTree;
  readonly progress: Reporter;
}

/** The stored bytes of an older summary; undefined, with a warning, if they cannot be read. */
export async function readOldSummary(digest: Digest, published: PublishedFiles): Promise<Uint8Array | undefined> {
  const { previous } = published;
  try {
    const stored = await previous.read(summaryPath(digest), MAX_SUMMARY_SIZE);
    if (stored === undefined) warnOfOldSummary(digest, 'is missing', published);
    return stored;
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    warnOfOldSummary(digest, `cannot be read (${error.message})`, published);
    return undefined;
  }
}

/** Whether there is such an older summary, as far as can be known without reading it; warns if not. */
export async function hasOldSummary(digest: Digest, published: PublishedFiles): Promise<boolean> {
  if (await published.previous.has(summaryPath(digest))) return true;
  warnOfOldSummary(digest, 'is missing', published);
  return false;
}

/** Warns that there will be no delta from an older summary. `reason` is a predicate: `is missing`. */
export function warnOfOldSummary(digest: Digest, reason: string, { previous, progress }: PublishedFiles): void {
  progress.warn(`${summaryPath(digest)} ${reason} in ${previous.location}: no delta from it`);
}

/** Keeps an older summary in the tree: later builds make deltas from it, and clients with a stale index ask for it. */
export function keepOldSummary(digest: Digest, { previous }: PublishedFiles): PlannedFile {
  const path = summaryPath(digest);
  return { path, content: () => readRequired(path, previous) };
}

/** A file that a history needs. Throws an integrity error if the tree lacks it. */
export async function readRequired(path: string, tree: ReadableTree): Promise<Uint8Array> {
  const bytes = await tree.read(path, MAX_SUMMARY_SIZE);
  if (bytes === undefined) {
    throw new RepomillError('integrity', `missing, although the index of ${tree.location} names it`, {
      path,
      hint: 'build into an empty directory to start a new history',
    });
  }
  return bytes;
}
