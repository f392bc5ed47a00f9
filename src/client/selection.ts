/**
 * Selects summaries by arch and subset: to read, or to keep in a store.
 */
import { RepomillError } from '../errors.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { compareText } from '../model/order.ts';

/** Selects summaries of a repository. */
export interface Selection {
  /** Only this architecture; all if absent. */
  readonly arch?: string;
  /** Only this subset. If absent, the complete summary of an architecture, or all of its subsets if there is none. */
  readonly subset?: string;
}

/** What distinguishes one summary from another. */
export type SummaryName = Pick<SummaryEntry, 'arch' | 'subset'>;

/** The selected summaries. If there are none, throws a not-found error that lists the available ones. */
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

/** The summaries a store should hold, and the names of those it holds that are no longer published. */
export interface WantedSummaries {
  readonly wanted: readonly SummaryEntry[];
  readonly dropped: readonly string[];
}

/**
 * Chooses what a store should hold: what it holds already, and what is selected now. An empty store without a selection gets
 * every architecture, without subsets.
 *
 * @param published - summaries of the latest index
 * @param held - summaries of the cached index that the store actually has
 * @throws RepomillError `not-found` if the index lacks what is selected
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
