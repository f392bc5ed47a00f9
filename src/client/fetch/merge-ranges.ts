/**
 * Merges neighbouring buckets into one request or one read.
 */
import type { ByteRange } from '../../model/source.ts';

/** One request for several ranges. */
export interface MergedRange extends ByteRange {
  /** The ranges, relative to the start of the response. */
  readonly parts: readonly ByteRange[];
}

/** All ranges in one request, including the bytes between them. Ranges must be in ascending order. */
export function spanRanges(ranges: readonly ByteRange[]): readonly MergedRange[] {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return [];
  const parts = ranges.map(({ start, length }) => ({ start: start - first.start, length }));
  return [{ start: first.start, length: last.start + last.length - first.start, parts }];
}

/**
 * Joins adjacent ranges. Takes and returns them in ascending order.
 *
 * @param max - the most bytes in one request, unless a single range is larger
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
