/**
 * Which requests fetch which buckets, and which reads read them: neighbours come together.
 */
import type { ByteRange } from '../../model/source.ts';

/** One request for several ranges. */
export interface MergedRange extends ByteRange {
  /** The ranges, counted from the start of the answer. */
  readonly parts: readonly ByteRange[];
}

/** All ranges in one request, with the bytes between them. Given in ascending order. */
export function spanRanges(ranges: readonly ByteRange[]): readonly MergedRange[] {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return [];
  const parts = ranges.map(({ start, length }) => ({ start: start - first.start, length }));
  return [{ start: first.start, length: last.start + last.length - first.start, parts }];
}

/**
 * Joins ranges that follow one another without a gap; given and returned in ascending order.
 *
 * @param max - bytes of one request at most, unless a single range has more
 */
export function mergeRanges(
  ranges: readonly ByteRange[],
  max: number = Number.POSITIVE_INFINITY,
): readonly MergedRange[] {
  const merged: { start: number; length: number; parts: ByteRange[] }[] = [];
  for (const { start, length } of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && last.start + last.length === start && last.length + length <= max) {
      last.parts.push({ start: last.length, length });
      last.length += length;
    } else {
      merged.push({ start, length, parts: [{ start: 0, length }] });
    }
  }
  return merged;
}
