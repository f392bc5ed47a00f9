/**
 * Two versions of a summary as the delta engine sees them: parts, which are the header and the buckets, and in them ranges of
 * cells that correspond. FORMAT.md, sections "Summary" and "Bucket". No byte of a bucket that did not change is asked for.
 */

import type { AlignedRange, CellRun, CellShape } from '../../../../delta/align/align-cells.ts';
import type { DeltaInput, NewPart, OldPart } from '../../../../delta/make-delta.ts';
import { parseBucketId } from '../../../../model/bucket-placement.ts';
import type { ColumnKind } from '../../format/column.ts';
import type { BucketEntry, SummaryHeader } from '../../format/summary.ts';
import { alignRecords, alignSorted, RunList } from './align-records.ts';
import {
  type BucketOutline,
  type ColumnOutline,
  type HeaderOutline,
  outlineBucket,
  outlineHeader,
  type Span,
} from './outline.ts';

/** A summary's canonical bytes, on demand. */
export interface SummaryParts {
  readonly header: Uint8Array;
  /** The bytes of the bucket at a position of the header. */
  bucket(position: number): Promise<Uint8Array>;
}

const CELLS: CellShape = { kind: 'text', end: 0x00 };
/** The members of a JSON object, each ended by a comma. */
const MEMBERS: CellShape = { kind: 'text', end: 0x2c };
/** All of a JSON text as one cell: its only newline is at its end. */
const LINE: CellShape = { kind: 'text', end: 0x0a };
const ALL: readonly CellRun[] = [{ old: 0, next: 0, count: Infinity }];

/** What `makeDelta` needs to make a delta from one summary to the next. Throws a format error if a header is not one. */
export function deltaInput(old: SummaryParts, next: SummaryParts): DeltaInput {
  const before = outlineHeader(old.header);
  const after = outlineHeader(next.header);
  const oldParts = placeParts(before.header, old);
  const oldSize = oldParts.reduce((sum, { size }) => sum + size, old.header.length);
  const formerParts = new FormerParts(before.header, oldParts);
  const buckets = after.header.buckets.map((entry, position): NewPart => {
    const [former, ...related] = formerParts.of(entry);
    const part = { size: entry.size, digest: entry.sha256, bytes: () => next.bucket(position), align: alignBuckets };
    return former === undefined ? part : { ...part, former, related };
  });
  const header = {
    size: next.header.length,
    bytes: async () => next.header,
    former: { start: 0, size: old.header.length, bytes: async () => old.header },
    align: () => alignHeaders(before, after),
  };
  return { oldSize, parts: [header, ...buckets] };
}

function placeParts({ buckets }: SummaryHeader, { header, bucket }: SummaryParts): readonly OldPart[] {
  let start = header.length;
  return buckets.map(({ size, sha256 }, position) => {
    const part = { start, size, digest: sha256, bytes: () => bucket(position) };
    start += size;
    return part;
  });
}

/** Finds the old buckets that new ones come from. */
class FormerParts {
  readonly #byId = new Map<string, OldPart>();
  readonly #byDigest = new Map<string, OldPart>();
  /** Of each number and group. */
  readonly #byTree = new Map<string, { readonly entry: BucketEntry; readonly part: OldPart }[]>();

  constructor(header: SummaryHeader, parts: readonly OldPart[]) {
    header.buckets.forEach((entry, i) => {
      const part = parts[i];
      if (part === undefined) return;
      this.#byId.set(entry.id, part);
      this.#byDigest.set(entry.sha256, part);
      const tree = treeOf(entry);
      const known = this.#byTree.get(tree);
      if (known === undefined) this.#byTree.set(tree, [{ entry, part }]);
      else known.push({ entry, part });
    });
  }

  /** The old buckets with the names of a new one: the same one, the one it was split from, or those it was merged from. */
  of(entry: BucketEntry): readonly OldPart[] {
    const same = this.#byDigest.get(entry.sha256) ?? this.#byId.get(entry.id);
    if (same !== undefined) return [same];
    const { splits } = parseBucketId(entry.id);
    return (this.#byTree.get(treeOf(entry)) ?? [])
      .filter((old) => isPrefixOfOther(parseBucketId(old.entry.id).splits, splits))
      .sort((a, b) => b.entry.records - a.entry.records)
      .map(({ part }) => part);
  }
}

function treeOf({ id }: BucketEntry): string {
  const { number, group } = parseBucketId(id);
  return `${number}/${group}`;
}

function isPrefixOfOther(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** What corresponds in two headers: the entries of buckets with the same id. */
function alignHeaders(before: HeaderOutline, after: HeaderOutline): readonly AlignedRange[] {
  const entries = new Map(before.header.buckets.map(({ id }, i) => [id, before.line.entries[i]]));
  const pairs = after.header.buckets.map(({ id }, i) => [entries.get(id), after.line.entries[i]] as const);
  return [
    rangeOf(before.line.head, after.line.head, MEMBERS, () => ALL),
    ...pairs.flatMap(([former, entry]) => (former && entry ? [rangeOf(former, entry, MEMBERS, () => ALL)] : [])),
  ];
}

/** What corresponds in two buckets: the entries of columns and strings, and in the columns the cells of the same packages. */
function alignBuckets(old: Uint8Array, next: Uint8Array): readonly AlignedRange[] {
  const before = outlineBucket(old);
  const after = outlineBucket(next);
  const formerOf = new Map(
    before.columns.map((column, i) => [column.entry.field, { column, entry: before.line.entries[i] }]),
  );
  const pairs = after.columns.flatMap((column, i) => {
    const former = formerOf.get(column.entry.field);
    return former === undefined ? [] : [{ former, column, entry: after.line.entries[i] }];
  });
  const strings = (): readonly CellRun[] => alignSorted([...before.strings().keys()], [...after.strings().keys()]);
  const records = alignAll(before, after);
  return [
    rangeOf(before.line.head, after.line.head, MEMBERS, () => ALL),
    ...pairs.flatMap(({ former, entry }) =>
      former.entry && entry ? [rangeOf(former.entry, entry, LINE, () => ALL)] : [],
    ),
    rangeOf(before.table, after.table, CELLS, strings),
    ...pairs.flatMap(({ former, column }) => alignColumns(old, former.column, next, column, records)),
  ];
}

/** Which old record each new record was. */
interface Alignment {
  readonly runs: readonly CellRun[];
  /** Whether no record was added and none removed. */
  readonly isWhole: boolean;
}

function alignAll(before: BucketOutline, after: BucketOutline): Alignment {
  const runs = alignRecords(before, after);
  return { runs, isWhole: before.records === after.records && runs[0]?.count === before.records };
}

function alignColumns(
  old: Uint8Array,
  former: ColumnOutline,
  next: Uint8Array,
  column: ColumnOutline,
  records: Alignment,
): readonly AlignedRange[] {
  const ranges: AlignedRange[] = [];
  const runs = (): readonly CellRun[] => (records.isWhole ? ALL : records.runs);
  if (former.entry.sparse && column.entry.sparse) {
    ranges.push(rangeOf(former.presence, column.presence, { kind: 'fixed', width: 1 }, runs));
  }
  const cells = shapeOf(column.entry.kind);
  if (cells.kind !== shapeOf(former.entry.kind).kind) return ranges;
  const isSparse = former.entry.sparse || column.entry.sparse;
  const cellRuns = (): readonly CellRun[] => presentCells(records, presenceOf(old, former), presenceOf(next, column));
  ranges.push(rangeOf(former.cells, column.cells, cells, isSparse ? cellRuns : runs));
  return ranges;
}

function shapeOf(kind: ColumnKind): CellShape {
  if (kind === 'digest') return { kind: 'fixed', width: 32 };
  return kind === 'integer' ? { kind: 'varint' } : CELLS;
}

/** Whether the record at a position has the field. */
type Presence = (record: number) => boolean;

function presenceOf(bytes: Uint8Array, { entry, presence }: ColumnOutline): Presence {
  return entry.sparse ? (record) => bytes[presence.start + record] === 1 : () => true;
}

/** Which old cell each new cell was, if some records have none. */
function presentCells({ runs, isWhole }: Alignment, inOld: Presence, inNext: Presence): readonly CellRun[] {
  const cells = new RunList();
  let oldRecord = 0;
  let nextRecord = 0;
  let oldCell = 0;
  let nextCell = 0;
  let areAll = isWhole;
  for (const { old, next, count } of runs) {
    for (; oldRecord < old; oldRecord++) if (inOld(oldRecord)) oldCell++;
    for (; nextRecord < next; nextRecord++) if (inNext(nextRecord)) nextCell++;
    for (let i = 0; i < count; i++) {
      const wasThere = inOld(oldRecord++);
      const isThere = inNext(nextRecord++);
      if (wasThere && isThere) cells.add(oldCell, nextCell);
      if (wasThere) oldCell++;
      if (isThere) nextCell++;
      areAll &&= wasThere === isThere;
    }
  }
  return areAll ? ALL : cells.list();
}

function rangeOf(old: Span, next: Span, cells: CellShape, runs: () => readonly CellRun[]): AlignedRange {
  return { oldStart: old.start, oldEnd: old.end, nextStart: next.start, nextEnd: next.end, cells, runs };
}
