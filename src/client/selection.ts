/**
 * Which summaries are meant, by arch and subset: to read, or to keep in a store.
 */
import { RepomillError } from '../errors.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { compareText } from '../model/order.ts';

/** A choice among the summaries of a repository. */
export interface Selection {
  /** This architecture; every one if absent. */
  readonly arch?: string;
  /** This subset. If absent, everything of an architecture, or all its subsets if no summary has everything. */
  readonly subset?: string;
}

/** What distinguishes one summary from another. */
export type SummaryName = Pick<SummaryEntry, 'arch' | 'subset'>;

/** The summaries that a choice means. Throws a not-found error with all that there are if it means none of them. */
export function selectSummaries<Entry extends SummaryName>(
  entries: readonly Entry[],
  { arch, subset }: Selection,
): readonly Entry[] {
  const ofArch = entries.filter((entry) => arch === undefined || entry.arch === arch);
  const complete = new Set(ofArch.filter((entry) => entry.subset === undefined).map((entry) => entry.arch));
  const selected = ofArch.filter((entry) =>
    subset === undefined ? entry.subset === undefined || !complete.has(entry.arch) : entry.subset === subset,
  );
  if (selected.length > 0 || (arch === undefined && subset === undefined)) return selected;
  const wanted = formatSummaryName(defined({ arch: arch ?? 'any arch', subset }));
  const known = entries.map(formatSummaryName).sort(compareText).join(', ') || 'none';
  throw new RepomillError('not-found', `no summary for ${wanted}; found ${known}`);
}

/** The summaries that a store is to hold, and the names of those that it held and that are no longer published. */
export interface WantedSummaries {
  readonly wanted: readonly SummaryEntry[];
  readonly dropped: readonly string[];
}

/**
 * Chooses what a store is to hold: what it held before, and what is asked for now. A store that holds nothing and is asked
 * for nothing in particular gets every architecture, without subsets.
 *
 * @param published - summaries of the latest index
 * @param held - summaries of the cached index that the store really has
 * @throws RepomillError `not-found` if the index lacks what is asked for
 */
export function chooseWanted(
  published: readonly SummaryEntry[],
  held: readonly SummaryEntry[],
  selection: Selection,
): WantedSummaries {
  const isChosen = selection.arch !== undefined || selection.subset !== undefined;
  const chosen = isChosen || held.length === 0 ? selectSummaries(published, selection) : [];
  const wanted = published.filter((entry) => chosen.includes(entry) || held.some((old) => isSameSummary(old, entry)));
  const dropped = held.filter((old) => !published.some((entry) => isSameSummary(old, entry)));
  return { wanted, dropped: dropped.map(formatSummaryName) };
}

/** `amd64`, or `amd64 (free)` for a subset. */
export function formatSummaryName({ arch, subset }: SummaryName): string {
  return subset === undefined ? arch : `${arch} (${subset})`;
}

function isSameSummary(a: SummaryName, b: SummaryName): boolean {
  return a.arch === b.arch && a.subset === b.subset;
}
