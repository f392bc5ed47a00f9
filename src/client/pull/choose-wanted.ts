/**
 * Which summaries a store shall hold: what it held before and what is asked for now. A store that holds nothing and is
 * asked for nothing in particular gets every architecture, subsets left out.
 */

import type { SignedIndex, SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import { formatSummaryName, isSameSummary, type Selection, selectSummaries } from '../selection.ts';
import type { CachedIndex } from './cached-state.ts';

/** What a store shall hold, and the names of what it held and can no longer. */
export interface Wanted {
  readonly wanted: readonly SummaryEntry[];
  readonly dropped: readonly string[];
}

/** Chooses among the summaries of the latest index. Throws a not-found error where it lacks what is asked for. */
export function chooseWanted({ summaries }: SignedIndex, held: readonly SummaryEntry[], selection: Selection): Wanted {
  const isChosen = selection.arch !== undefined || selection.subset !== undefined;
  const chosen = isChosen || held.length === 0 ? selectSummaries(summaries, selection) : [];
  const wanted = summaries.filter((entry) => chosen.includes(entry) || held.some((old) => isSameSummary(old, entry)));
  const dropped = held.filter((old) => !summaries.some((entry) => isSameSummary(old, entry)));
  return { wanted, dropped: dropped.map(formatSummaryName) };
}

/** The summaries of the cached index that the store really has. */
export function heldSummaries(cached: CachedIndex | undefined, present: ReadonlySet<Digest>): readonly SummaryEntry[] {
  return cached?.signed.summaries.filter((entry) => present.has(entry.sha256)) ?? [];
}
