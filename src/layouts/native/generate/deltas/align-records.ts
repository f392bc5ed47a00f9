/**
 * Which record of a bucket is which of an older one. A package keeps its row in a new version, so records are paired by
 * name; among several of one name, equal versions first. FORMAT.md, section "Bucket": records stand in order, so one walk
 * through both is enough.
 */
import { compareText } from '../../../../model/order.ts';
import type { BucketOutline } from './outline.ts';
import { type Run, RunList } from './run-list.ts';

/** Pairs the records of two versions of a bucket; those without a counterpart are in no run. Throws a format error. */
export function alignRecords(old: BucketOutline, next: BucketOutline): readonly Run[] {
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

/** Positions from `start` up to, not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

// Of one name, records of equal version and arch hold the others in place: what lies between is paired in order.
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

/** What tells the records of a bucket apart. Versions are decoded where a name has several. */
class Records {
  readonly names: readonly string[];
  private readonly outline: BucketOutline;
  private versions: readonly string[] | undefined;

  constructor(outline: BucketOutline) {
    this.outline = outline;
    this.names = outline.texts('name');
  }

  /** The position behind the last record that has the name of the one at `start`. */
  endOfName(start: number): number {
    let end = start + 1;
    while (end < this.names.length && this.names[end] === this.names[start]) end++;
    return end;
  }

  /** Version and arch of a record. NUL sorts below everything, so these texts are in the order of the records. */
  version(position: number): string {
    this.versions ??= this.joinVersions();
    return this.versions[position] ?? '';
  }

  private joinVersions(): readonly string[] {
    const arches = this.outline.texts('arch');
    return this.outline.texts('version').map((version, i) => `${version}\0${arches[i]}`);
  }
}
