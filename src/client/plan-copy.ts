/**
 * Plans what a copy has after a pull: everything that was ever asked of it, as the repository has it now. An arch moves from
 * `all` to a summary of its own when it gets one, and back when it loses it. Nothing is given up unless a pull allows it.
 */
import { RepomillError } from '../errors.ts';
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { ALL } from '../model/record.ts';
import {
  coveredSummaries,
  formatNames,
  formatSelection,
  formatSummaryName,
  type Selection,
  type SummaryName,
  selectSummaries,
  servingArch,
} from './selection.ts';

/** An arch without a summary of its own, and the arch that it uses instead. */
export interface Substitute {
  readonly arch: string;
  readonly uses: string;
}

/** A copy before a pull. */
export interface CopyState {
  /** Everything that its index lists. */
  readonly listed: readonly SummaryEntry[];
  /** What it actually has of that. */
  readonly held: readonly SummaryEntry[];
  /** What it was asked to have; undefined if it does not say. */
  readonly selections: readonly Selection[] | undefined;
}

/** What is asked of a copy now. */
export interface CopyRequest {
  /** Added to what was asked before. Empty: nothing is added, and a new copy gets everything. */
  readonly selection: Selection;
  /** The selection takes the place of what was asked before; empty, that is everything. */
  readonly only?: boolean;
  /** Gives up what is no longer published. */
  readonly allowRemoval?: boolean;
}

/** A copy after a pull. */
export interface CopyPlan {
  readonly wanted: readonly SummaryEntry[];
  /** What it is asked to have from now on. */
  readonly selections: readonly Selection[];
  readonly substitutes: readonly Substitute[];
  /** Names of what it gives up. */
  readonly dropped: readonly string[];
}

/**
 * Plans a copy.
 *
 * @param published - summaries of the latest index
 * @throws RepomillError `not-found` if the index lacks what is selected, or without `allowRemoval` what the copy has; and if the
 *   copy gave up everything before, and nothing is selected
 */
export function planCopy(
  published: readonly SummaryEntry[],
  copy: CopyState,
  { selection, only = false, allowRemoval = false }: CopyRequest,
): CopyPlan {
  const before = only ? [] : (copy.selections ?? selectionsOf(copy));
  const lost = before.map((asked) => lostOf(asked, published, copy));
  const dropped = [...new Set(lost.flat())];
  if (dropped.length > 0 && !allowRemoval) throw noLongerPublished(dropped, published);

  const kept = before.filter((asked, i) => lost[i]?.length === 0 || coveredSummaries(published, asked).length > 0);
  const { arch, subset } = selection;
  const isNew = !kept.some((asked) => asked.arch === arch && asked.subset === subset);
  const isGiven = arch !== undefined || subset !== undefined;
  if (isGiven) selectSummaries(published, selection);
  else if (!only && copy.selections?.length === 0) throw nothingIsAsked(published);
  const selections = (isGiven && isNew) || before.length === 0 ? [...kept, defined({ arch, subset })] : kept;

  const covered = new Set(selections.flatMap((asked) => coveredSummaries(published, asked)));
  const arches = new Set(selections.flatMap((asked) => asked.arch ?? []));
  return {
    wanted: published.filter((entry) => covered.has(entry)),
    selections,
    substitutes: [...arches]
      .map((asked) => ({ arch: asked, uses: servingArch(published, asked) }))
      .filter((one) => one.arch !== one.uses),
    dropped,
  };
}

// A copy that does not say what it was asked to have was asked for what it has. Where there was nothing but `all`, that was
// everything.
function selectionsOf({ listed, held }: CopyState): readonly Selection[] {
  const isEverything = listed.every(({ arch }) => arch === ALL);
  return held.map(({ arch, subset }) => defined({ arch: isEverything ? undefined : arch, subset }));
}

/** Names of what a copy has, or was asked for by name, that has no successor. */
function lostOf(asked: Selection, published: readonly SummaryEntry[], { listed, held }: CopyState): readonly string[] {
  const after = coveredSummaries(published, asked);
  const isNamed = asked.arch !== undefined || asked.subset !== undefined;
  if (isNamed && after.length === 0) return [formatSelection(asked)];
  return coveredSummaries(listed, asked)
    .filter((old) => held.includes(old) && !after.some((entry) => succeeds(entry, old)))
    .map(formatSummaryName);
}

// What is for all architectures is also in the summary of each.
function succeeds(entry: SummaryName, old: SummaryName): boolean {
  return entry.subset === old.subset && (entry.arch === old.arch || entry.arch === ALL || old.arch === ALL);
}

// A copy that gave up all that it was asked to have is not a new one, which gets everything.
function nothingIsAsked(published: readonly SummaryEntry[]): RepomillError {
  const message = `the copy gave up everything that it was asked to have; found ${formatNames(published)}`;
  return new RepomillError('not-found', message, { hint: 'name what to keep in it from now on (--arch, --subset)' });
}

function noLongerPublished(names: readonly string[], published: readonly SummaryEntry[]): RepomillError {
  const message = `${names.join(', ')}: no longer published; found ${formatNames(published)}`;
  return new RepomillError('not-found', message, {
    hint: 'the copy was not changed; to update the rest and remove this from it, allow the removal once (--allow-removal)',
  });
}
