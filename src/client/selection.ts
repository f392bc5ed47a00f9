/**
 * Selects summaries by arch and subset. An arch without a summary of its own is served by `all`: FORMAT.md, section "The arch
 * `all`".
 */
import { RepomillError } from '../errors.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { compareText } from '../model/order.ts';
import { ALL } from '../model/record.ts';
import { closestWord } from '../text/closest-word.ts';

/** Selects summaries of a repository. */
export interface Selection {
  /** Only this architecture; all if absent. An architecture without a summary of its own gets that of `all`. */
  readonly arch?: string;
  /** Only this subset. If absent, the complete summary of an architecture, or all of its subsets if there is none. */
  readonly subset?: string;
}

/** What distinguishes one summary from another. */
export type SummaryName = Pick<SummaryEntry, 'arch' | 'subset'>;

/** The arch whose summaries serve an arch: itself, or `all` if it has none of its own and there are summaries of `all`. */
export function servingArch(entries: readonly SummaryName[], arch: string): string {
  const has = (wanted: string): boolean => entries.some((entry) => entry.arch === wanted);
  return !has(arch) && has(ALL) ? ALL : arch;
}

/**
 * The summaries that a selection covers, `all` included; none if there are none.
 *
 * @param published - everything that the index lists, if the entries are only a part of it
 */
export function coveredSummaries<Entry extends SummaryName>(
  entries: readonly Entry[],
  { arch, subset }: Selection,
  published: readonly SummaryName[] = entries,
): readonly Entry[] {
  const serving = arch === undefined ? undefined : servingArch(published, arch);
  const ofArch = entries.filter((entry) => serving === undefined || entry.arch === serving);
  const complete = new Set(ofArch.filter((entry) => entry.subset === undefined).map((entry) => entry.arch));
  return ofArch.filter((entry) =>
    subset === undefined ? entry.subset === undefined || !complete.has(entry.arch) : entry.subset === subset,
  );
}

/**
 * The summaries to read for a selection. Without an arch, the other architectures are read and not `all`, because they have all
 * of its records. If there are none, throws a not-found error that lists the available ones.
 *
 * @param published - everything that the index lists, if the entries are only a part of it
 */
export function selectSummaries<Entry extends SummaryName>(
  entries: readonly Entry[],
  selection: Selection,
  published: readonly SummaryName[] = entries,
): readonly Entry[] {
  const { arch, subset } = selection;
  const covered = coveredSummaries(entries, selection, published);
  const others = covered.filter((entry) => entry.arch !== ALL);
  if (arch === undefined && others.length > 0) return others;
  if (covered.length > 0 || (arch === undefined && subset === undefined)) return covered;
  throw nothingSelected(entries, selection, published);
}

// Names what the caller named, and lists the others of its kind.
function nothingSelected(
  entries: readonly SummaryName[],
  { arch, subset }: Selection,
  published: readonly SummaryName[],
): RepomillError {
  const serving = arch === undefined ? undefined : servingArch(published, arch);
  const ofArch = entries.filter((entry) => serving === undefined || entry.arch === serving);
  const isArch = arch !== undefined && ofArch.length === 0;
  const names = isArch ? entries.map((entry) => entry.arch) : ofArch.flatMap((entry) => entry.subset ?? []);
  const known = [...new Set(names)].sort(compareText);
  const [what, wanted] = isArch ? ['architecture', arch] : ['subset', subset ?? ''];
  const place = isArch || arch === undefined ? 'here' : `of ${arch} here`;
  const meant = closestWord(wanted, known);
  const message = `no ${what} ${wanted} ${place}; there is${known.length === 0 ? ' none' : `: ${known.join(', ')}`}`;
  return new RepomillError('not-found', message, { hint: meant && `did you mean ${meant}?` });
}

/** `amd64`, or `amd64 (free)` for a subset. */
export function formatSummaryName({ arch, subset }: SummaryName): string {
  return subset === undefined ? arch : `${arch} (${subset})`;
}

/** `amd64`, `amd64 (free)`, or `any arch (free)`. */
export function formatSelection({ arch = 'any arch', subset }: Selection): string {
  return formatSummaryName(defined({ arch, subset }));
}

/** The names of summaries in order; `none` if there are none. */
export function formatNames(entries: readonly SummaryName[]): string {
  return entries.map(formatSummaryName).sort(compareText).join(', ') || 'none';
}
