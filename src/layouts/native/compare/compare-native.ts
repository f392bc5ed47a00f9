/**
 * Compares two native repositories, summary by summary. A summary whose digest is the same on both sides is not opened, and a
 * bucket whose digest is in both is not read. The rest is compared by first-level bucket, so that memory does not grow with it.
 */
import { orderOf } from '../../../client/repository-order.ts';
import { coveredSummaries, formatSummaryName, type Selection, selectSummaries } from '../../../client/selection.ts';
import type { Summary } from '../../../client/summaries/open-summary.ts';
import { RepomillError, throwIfAborted } from '../../../errors.ts';
import { parseBucketId } from '../../../model/bucket-placement.ts';
import { defined } from '../../../model/defined.ts';
import { compareText } from '../../../model/order.ts';
import { ALL, type PackageRecord } from '../../../model/record.ts';
import {
  type CompareOptions,
  compareRecordSets,
  mergeChanges,
  type RecordChanges,
} from '../../../model/record-changes.ts';
import { isVersionOrderName } from '../../../model/versions/version-order.ts';
import type { Comparer, Comparison } from '../../layout.ts';
import type { Bucket } from '../format/bucket.ts';
import { openState, type RepositoryState, type StateSummary } from './repository-state.ts';

/** Compares native trees and copies of them. */
export const nativeComparer: Comparer = {
  async compare({ from, to, arch, subset, signal }): Promise<Comparison> {
    const [before, after] = [await openState(from, signal), await openState(to, signal)];
    const { versions } = after.signed;
    const { compare } = await orderOf(after.signed);
    const decides = versions === undefined || isVersionOrderName(versions);
    const { pairs, skipped } = pairSummaries(before, after, defined({ arch, subset }));
    const compared = pairs.map(formatSummaryName);
    const changes: RecordChanges[] = [];
    for (const pair of pairs) {
      throwIfAborted(signal);
      if (pair.before?.sha256 === pair.after?.sha256) continue;
      changes.push(await comparePair(pair, { compare, decides, arch: pair.arch }, signal));
    }
    return {
      ...mergeChanges(changes),
      summaries: {
        compared,
        added: pairs.filter((pair) => pair.before === undefined).map(formatSummaryName),
        removed: pairs.filter((pair) => pair.after === undefined).map(formatSummaryName),
      },
      notes: [
        ...skipped.map((name) => `${name}: not in the copy, not compared`),
        ...[before, after].flatMap(({ location, shorter }) => {
          const names = shorter.map(formatSummaryName).filter((name) => compared.includes(name));
          return names.length === 0
            ? []
            : [`${location}: ${names.join(', ')}: no version that old; compared as in the oldest`];
        }),
        ...(decides ? [] : [`unknown order of versions ${JSON.stringify(versions)}; up or down is not known`]),
      ],
    };
  },
};

/** A summary on both sides; one that only one side has was added or removed. */
interface SummaryPair {
  readonly arch: string;
  readonly subset?: string;
  readonly before: StateSummary | undefined;
  readonly after: StateSummary | undefined;
}

/**
 * Pairs the selected summaries of both sides. One whose arch the other side lacks altogether is compared with that of `all`, which
 * clients of the arch use there. With a copy, only what it was asked to have is compared.
 */
function pairSummaries(
  before: RepositoryState,
  after: RepositoryState,
  selection: Selection,
): { readonly pairs: readonly SummaryPair[]; readonly skipped: readonly string[] } {
  const [olds, oldsLeftOut] = selectFrom(before, after, selection);
  const [news, newsLeftOut] = selectFrom(after, before, selection);
  if (olds.length === 0 && news.length === 0 && (selection.arch ?? selection.subset) !== undefined) {
    // Says what there is.
    selectSummaries(after.summaries, selection);
  }
  const used = new Set<StateSummary>();
  const names = new Map([...olds, ...news].map((one) => [formatSummaryName(one), one]));
  const pairs = [...names.values()]
    // Those of `all` come last: they may be used up by others.
    .sort(
      (a, b) =>
        Number(a.arch === ALL) - Number(b.arch === ALL) || compareText(formatSummaryName(a), formatSummaryName(b)),
    )
    .flatMap(({ arch, subset }): readonly SummaryPair[] => {
      const pair = {
        ...defined({ arch, subset }),
        before: counterpart(arch, subset, olds, before.summaries),
        after: counterpart(arch, subset, news, after.summaries),
      };
      const isLone = pair.before === undefined || pair.after === undefined;
      const one = pair.before ?? pair.after;
      if (arch === ALL && isLone && one !== undefined && used.has(one)) return [];
      for (const side of [pair.before, pair.after]) if (side !== undefined) used.add(side);
      return [pair];
    });
  const skipped = [...new Set([...oldsLeftOut, ...newsLeftOut].map(formatSummaryName))].sort(compareText);
  if (pairs.length === 0 && skipped.length > 0) {
    throw new RepomillError('not-found', `nothing to compare: ${skipped.join(', ')}: not in the copy`);
  }
  return { pairs, skipped };
}

function counterpart(
  arch: string,
  subset: string | undefined,
  selected: readonly StateSummary[],
  all: readonly StateSummary[],
): StateSummary | undefined {
  const own = selected.find((one) => one.arch === arch && one.subset === subset);
  if (own !== undefined || all.some((one) => one.arch === arch)) return own;
  return all.find((one) => one.arch === ALL && one.subset === subset);
}

/** The summaries of one side to compare, and those that the other side was never asked to have. */
function selectFrom(
  side: RepositoryState,
  other: RepositoryState,
  selection: Selection,
): readonly [selected: readonly StateSummary[], leftOut: readonly StateSummary[]] {
  const covered = coveredSummaries(side.summaries, selection);
  const isOfAll = ({ arch }: StateSummary): boolean => arch === ALL;
  const isRead =
    selection.arch !== undefined || covered.every(isOfAll) ? () => true : (one: StateSummary) => !isOfAll(one);
  const chosen = covered.filter(isRead);
  const known = other.covers(side.summaries);
  return [chosen.filter((one) => known.has(one)), chosen.filter((one) => !known.has(one))];
}

async function comparePair(
  { before, after }: SummaryPair,
  options: CompareOptions,
  signal: AbortSignal | undefined,
): Promise<RecordChanges> {
  const [old, now] = await Promise.all([before?.open(), after?.open()]);
  const sides = [readerOf(old, now, signal), readerOf(now, old, signal)] as const;
  const left = new Map<number, number>();
  for (const number of sides.flatMap((side) => side.numbers)) left.set(number, (left.get(number) ?? 0) + 1);
  const records = new Map<number, readonly [PackageRecord[], PackageRecord[]]>();
  const parts: RecordChanges[] = [];
  for (;;) {
    throwIfAborted(signal);
    // Both sides go on together, so that few buckets wait for their counterparts.
    const [first, second] = sides;
    const isFirst = first.next() !== undefined && (first.next() ?? 0) <= (second.next() ?? Number.POSITIVE_INFINITY);
    const side = isFirst ? first : second;
    const number = side.next();
    if (number === undefined) return mergeChanges(parts);
    const slice = records.get(number) ?? [[], []];
    records.set(number, slice);
    slice[isFirst ? 0 : 1].push(...recordsOf(await side.read()));
    const rest = (left.get(number) ?? 0) - 1;
    left.set(number, rest);
    if (rest > 0) continue;
    parts.push(compareRecordSets(...slice, options));
    records.delete(number);
  }
}

/** Reads the buckets of a summary that another lacks, in order. */
interface BucketReader {
  /** First-level numbers of the buckets. */
  readonly numbers: readonly number[];
  /** The number of the bucket that `read` reads next; undefined at the end. */
  next(): number | undefined;
  read(): Promise<Bucket>;
}

function readerOf(
  summary: Summary | undefined,
  other: Summary | undefined,
  signal: AbortSignal | undefined,
): BucketReader {
  const known = new Set(other?.header.buckets.map(({ sha256 }) => sha256));
  const buckets = summary?.header.buckets ?? [];
  const positions = [...buckets.keys()].filter((position) => {
    const bucket = buckets[position];
    return bucket !== undefined && !known.has(bucket.sha256);
  });
  const numbers = positions.flatMap((position) => {
    const bucket = buckets[position];
    return bucket === undefined ? [] : [parseBucketId(bucket.id).number];
  });
  const opened = summary?.buckets(positions, signal)[Symbol.asyncIterator]();
  let at = 0;
  return {
    numbers,
    next: () => numbers[at],
    async read() {
      at++;
      const result = await opened?.next();
      if (result?.done === false) return result.value;
      throw new RepomillError('format', 'summary: expected more buckets, found none');
    },
  };
}

function recordsOf(bucket: Bucket): readonly PackageRecord[] {
  return Array.from({ length: bucket.records }, (_, position) => bucket.record(position));
}
