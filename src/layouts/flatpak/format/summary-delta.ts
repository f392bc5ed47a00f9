/**
 * flatpak's deltas between summaries: operations that walk through the old summary, then the new bytes. FLATPAK.md, "Deltas".
 * Refuses deltas that read beyond the old summary or their own end, and those whose result is larger than allowed.
 */

import { concatBytes } from '../../../bytes/bytes.ts';
import { commonStart } from '../../../bytes/common-start.ts';
import { RepomillError } from '../../../errors.ts';
import type { Variant } from '../../../glib/gvariant/variant.ts';

const MAGIC = Uint8Array.from('xadf', (character) => character.charCodeAt(0));

/** Bytes before the operations. */
const HEAD = 8;

/** Kinds of operations, by their number: copy or skip bytes of the old summary, add new ones. */
const KINDS = ['copy', 'skip', 'add'] as const;

type OperationKind = (typeof KINDS)[number];

/** An operation has its kind in the upper four bits, and a number of bytes in the lower 28. */
const KIND_SHIFT = 28;
const MAX_RUN = 2 ** KIND_SHIFT - 1;

/**
 * Makes the delta from one summary to another, before compression. Entries of the same ref are compared with each other, and so are
 * the bytes between and after them: linear time, and the same operations as flatpak.
 */
export function makeSummaryDelta(old: Variant, next: Variant): Uint8Array {
  const walk = new Walk(old.bytes, next.bytes);
  const olds = refsOf(old);
  const nexts = refsOf(next);
  let i = 0;
  let j = 0;
  while (i < olds.count && j < nexts.count) {
    const before = olds.at(i);
    const after = nexts.at(j);
    const order = compareBytes(old.bytes, before, next.bytes, after);
    if (order <= 0) i++;
    if (order >= 0) j++;
    walk.advance(order <= 0 ? before : undefined, order >= 0 ? after : undefined);
  }
  walk.finish();
  return walk.encode();
}

/** Where the entry of a ref starts and ends in a summary. */
interface Entry {
  readonly start: number;
  readonly end: number;
}

// A summary starts with the array of its refs, and each entry starts with the name.
function refsOf(summary: Variant): { readonly count: number; at(index: number): Entry } {
  const refs = summary.child(0);
  return { count: refs.count, at: (index) => refs.extentOf(index) };
}

function compareBytes(a: Uint8Array, { start: i }: Entry, b: Uint8Array, { start: j }: Entry): number {
  for (let at = 0; ; at++) {
    const x = a[i + at] ?? 0;
    const y = b[j + at] ?? 0;
    if (x !== y) return x - y;
    if (x === 0) return 0;
  }
}

/** Walks through both summaries at once, and notes how to make one from the other. */
class Walk {
  readonly #old: Uint8Array;
  readonly #next: Uint8Array;
  readonly #operations: { readonly kind: OperationKind; size: number }[] = [];
  readonly #added: Uint8Array[] = [];
  #oldAt = 0;
  #nextAt = 0;

  constructor(old: Uint8Array, next: Uint8Array) {
    this.#old = old;
    this.#next = next;
  }

  /** Walks to the end of an entry in both summaries, or in the one that has it. */
  advance(before: Entry | undefined, after: Entry | undefined): void {
    const oldStart = before?.start ?? this.#oldAt;
    const nextStart = after?.start ?? this.#nextAt;
    // Between the last entries and these are padding, and entries that only one side has.
    this.#replace(oldStart, nextStart);
    this.#replace(before?.end ?? oldStart, after?.end ?? nextStart);
  }

  /** Walks to the end of both summaries. */
  finish(): void {
    this.#replace(this.#old.length, this.#next.length);
  }

  #replace(oldEnd: number, nextEnd: number): void {
    const start = Math.min(oldEnd - this.#oldAt, nextEnd - this.#nextAt);
    const head = commonStart(this.#old, this.#oldAt, this.#next, this.#nextAt, start);
    const tail = commonEnd(this.#old, oldEnd, this.#next, nextEnd, start - head);
    this.#note('copy', head);
    this.#note('skip', oldEnd - this.#oldAt - head - tail);
    const added = this.#next.subarray(this.#nextAt + head, nextEnd - tail);
    this.#note('add', added.length);
    this.#added.push(added);
    this.#note('copy', tail);
    this.#oldAt = oldEnd;
    this.#nextAt = nextEnd;
  }

  #note(kind: OperationKind, size: number): void {
    const last = this.#operations.at(-1);
    if (size === 0) return;
    if (last?.kind === kind) last.size += size;
    else this.#operations.push({ kind, size });
  }

  encode(): Uint8Array {
    const operations = this.#operations.flatMap(({ kind, size }) =>
      runsOf(size).map((run) => KINDS.indexOf(kind) * 2 ** KIND_SHIFT + run),
    );
    const head = new Uint8Array(HEAD + 4 * operations.length);
    const view = new DataView(head.buffer);
    head.set(MAGIC);
    view.setUint32(MAGIC.length, operations.length, true);
    for (const [i, operation] of operations.entries()) view.setUint32(HEAD + 4 * i, operation, true);
    return concatBytes([head, ...this.#added]);
  }
}

function runsOf(size: number): readonly number[] {
  const whole = new Array<number>(Math.floor(size / MAX_RUN)).fill(MAX_RUN);
  return size % MAX_RUN === 0 ? whole : [...whole, size % MAX_RUN];
}

function commonEnd(old: Uint8Array, oldEnd: number, next: Uint8Array, nextEnd: number, limit: number): number {
  let length = 0;
  while (length < limit && old[oldEnd - length - 1] === next[nextEnd - length - 1]) length++;
  return length;
}

/**
 * Applies an uncompressed delta to the old summary.
 *
 * @param maxSize - the most bytes that the new summary may have
 * @throws RepomillError `format`
 */
export function applySummaryDelta(old: Uint8Array, delta: Uint8Array, maxSize: number): Uint8Array {
  const count = countOperations(delta);
  let addAt = HEAD + 4 * count;
  let oldAt = 0;
  let size = 0;
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const { kind, size: run } = operationAt(i, delta);
    const left = kind === 'add' ? delta.length - addAt : old.length - oldAt;
    if (run > left) throw refusal(`at most ${left} bytes in operation ${i}`, run);
    if (kind === 'copy') parts.push(old.subarray(oldAt, oldAt + run));
    if (kind === 'add') parts.push(delta.subarray(addAt, addAt + run));
    if (kind === 'add') addAt += run;
    else oldAt += run;
    if (kind !== 'skip') size += run;
    if (size > maxSize) throw refusal(`at most ${maxSize} bytes`, 'more');
  }
  return concatBytes(parts);
}

/** The operations of one kind in a delta: their number, and their bytes together. */
export interface OperationSum {
  readonly kind: OperationKind;
  readonly count: number;
  readonly bytes: number;
}

/** What an uncompressed delta consists of, without the old summary: a sum for each kind. Throws a format error if it is not a delta. */
export function outlineSummaryDelta(delta: Uint8Array): readonly OperationSum[] {
  const sums = KINDS.map((kind) => ({ kind, count: 0, bytes: 0 }));
  const count = countOperations(delta);
  for (let i = 0; i < count; i++) {
    const { kind, size } = operationAt(i, delta);
    for (const sum of sums) {
      if (sum.kind !== kind) continue;
      sum.count++;
      sum.bytes += size;
    }
  }
  return sums;
}

function countOperations(delta: Uint8Array): number {
  if (delta.length < HEAD || MAGIC.some((byte, i) => delta[i] !== byte))
    throw refusal('a head "xadf"', 'something else');
  const count = new DataView(delta.buffer, delta.byteOffset).getUint32(MAGIC.length, true);
  if (HEAD + 4 * count > delta.length) throw refusal(`${count} operations`, `${delta.length} bytes`);
  return count;
}

function operationAt(index: number, delta: Uint8Array): { readonly kind: OperationKind; readonly size: number } {
  const operation = new DataView(delta.buffer, delta.byteOffset).getUint32(HEAD + 4 * index, true);
  const number = operation >>> KIND_SHIFT;
  const kind = KINDS[number];
  if (kind === undefined) throw refusal('an operation from 0 to 2', number);
  return { kind, size: operation & MAX_RUN };
}

function refusal(expected: string, found: string | number): RepomillError {
  return new RepomillError('format', `summary delta: expected ${expected}, found ${found}`);
}
