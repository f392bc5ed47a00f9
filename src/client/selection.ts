/**
 * Which summaries are meant, by arch and subset.
 */
import { RepomillError } from '../errors.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { compareText } from '../model/order.ts';

/** A choice among the summaries of a repository. */
export interface Selection {
  /** Without one: every architecture. */
  readonly arch?: string;
  /** Without one: everything of an architecture, or all its subsets where no summary has everything. */
  readonly subset?: string;
}

/** What tells one summary from another. */
export type SummaryName = Pick<SummaryEntry, 'arch' | 'subset'>;

/** The summaries that are meant. Throws a not-found error that lists what there is where the choice names none of them. */
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
  const wanted = formatSummaryName({ arch: arch ?? 'any arch', ...(subset === undefined ? {} : { subset }) });
  const known = entries.map(formatSummaryName).sort(compareText).join(', ') || 'none';
  throw new RepomillError('not-found', `summary: expected ${wanted}, found ${known}`);
}

/** `amd64`, or `amd64 (free)` for a subset. */
export function formatSummaryName({ arch, subset }: SummaryName): string {
  return subset === undefined ? arch : `${arch} (${subset})`;
}

/** Whether two name the same arch and subset. */
export function isSameSummary(a: SummaryName, b: SummaryName): boolean {
  return a.arch === b.arch && a.subset === b.subset;
}
