/**
 * Aligns the records of two versions of a bucket. A package keeps its row in a new version, so records are paired by name;
 * among several of the same name, equal versions first. Records are in order (FORMAT.md, section "Bucket"), so one pass
 * through both is enough. Pairs are kept as runs, because two versions differ in few places.
 */
import type { CellRun } from '../../../../delta/align/align-cells.ts';
import { compareText } from '../../../../model/order.ts';
import type { BucketOutline } from './outline.ts';

/** Pairs the records of two versions of a bucket; those without a counterpart are in no run. Throws a format error. */
export function alignRecords(old: BucketOutline, next: BucketOutline): readonly CellRun[] {
  const before = new Records(old);
  const after = new Records(next);
  const runs = new RunList();
  let i = 0;
  let j = 0;
  while (i < before.names.length && j < after.names.length) {
    const name = before.names[i] ?? '';
    const nextName = after.names[j] ?? '';
    const order = name === nextName ? 0 : compareText(name, nextName);
    const oldEnd = order <= 0 ? before.endOfName(i) : i;
    const nextEnd = order >= 0 ? after.endOfName(j) : j;
    if (order === 0) pairVersions(before, { start: i, end: oldEnd }, after, { start: j, end: nextEnd }, runs);
    i = oldEnd;
    j = nextEnd;
  }
  return runs.list();
}

/** Positions from `start` up to, but not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

// Among records of the same name, those of equal version and arch are anchors: those between them are paired in order.
function pairVersions(before: Records, old: Range, after: Records, next: Range, runs: RunList): void {
  let i = old.start;
  let j = next.start;
  const pairUpTo = (oldEnd: number, nextEnd: number): void => {
    for (; i < oldEnd && j < nextEnd; i++, j++) runs.add(i, j);
    i = oldEnd;
    j = nextEnd;
  };
  if (old.end - old.start > 1 || next.end - next.start > 1) {
    for (const [oldEqual, nextEqual] of equalVersions(before, old, after, next)) {
      pairUpTo(oldEqual, nextEqual);
      pairUpTo(oldEqual + 1, nextEqual + 1);
    }
  }
  pairUpTo(old.end, next.end);
}

function* equalVersions(before: Records, old: Range, after: Records, next: Range): Iterable<readonly [number, number]> {
  let i = old.start;
  let j = next.start;
  while (i < old.end && j < next.end) {
    const order = compareText(before.version(i), after.version(j));
    if (order === 0) yield [i, j];
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}

/** The names and versions of a bucket's records. Versions are decoded only if a name has several. */
class Records {
  readonly names: readonly string[];
  readonly #outline: BucketOutline;
  #versions: readonly string[] | undefined;

  constructor(outline: BucketOutline) {
    this.#outline = outline;
    this.names = outline.texts('name');
  }

  /** The position after the last record with the same name as the one at `start`. */
  endOfName(start: number): number {
    let end = start + 1;
    while (end < this.names.length && this.names[end] === this.names[start]) end++;
    return end;
  }

  /** Version and arch of a record. NUL sorts before everything else, so these texts are in the order of the records. */
  version(position: number): string {
    this.#versions ??= this.#joinVersions();
    return this.#versions[position] ?? '';
  }

  #joinVersions(): readonly string[] {
    const arches = this.#outline.texts('arch');
    return this.#outline.texts('version').map((version, i) => `${version}\0${arches[i]}`);
  }
}

/** Collects pairs. A pair that follows the last one in both lists makes its run longer. */
export class RunList {
  readonly #runs: { old: number; next: number; count: number }[] = [];

  /** Pairs two items that come after all others so far. */
  add(old: number, next: number): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.old + last.count === old && last.next + last.count === next) last.count++;
    else this.#runs.push({ old, next, count: 1 });
  }

  /** The runs so far. */
  list(): readonly CellRun[] {
    return this.#runs;
  }
}

/** Pairs the equal texts of two lists that are sorted by code point and have no text twice. */
export function alignSorted(old: readonly string[], next: readonly string[]): readonly CellRun[] {
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
