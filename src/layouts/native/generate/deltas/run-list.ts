/**
 * Pairs of positions in two lists, told by runs: two versions of a list differ in few places.
 */
import { compareText } from '../../../../model/order.ts';

/** Items that stand in both lists one behind the other: `count` from the positions `old` and `next` on. */
export interface Run {
  readonly old: number;
  readonly next: number;
  readonly count: number;
}

/** Collects pairs; one that goes on where the last one ended makes its run longer. */
export class RunList {
  private readonly runs: { old: number; next: number; count: number }[] = [];

  /** Pairs two items that stand behind all others so far. */
  add(old: number, next: number): void {
    const last = this.runs.at(-1);
    if (last !== undefined && last.old + last.count === old && last.next + last.count === next) last.count++;
    else this.runs.push({ old, next, count: 1 });
  }

  /** The runs so far. */
  list(): readonly Run[] {
    return this.runs;
  }
}

/** Pairs equal texts of two lists that are sorted by code point and have none twice. */
export function alignSorted(old: readonly string[], next: readonly string[]): readonly Run[] {
  const runs = new RunList();
  let i = 0;
  let j = 0;
  while (i < old.length && j < next.length) {
    const order = compareText(old[i] ?? '', next[j] ?? '');
    if (order === 0) runs.add(i, j);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return runs.list();
}
