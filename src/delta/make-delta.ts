/**
 * Makes a delta between two files whose parts are known. FORMAT.md, section "Deltas". A part that did not change is neither
 * read nor searched; of one that did, corresponding stretches are aligned; what is left over is searched. So time and memory
 * grow with what changed. Every part's plan is tried before it is used.
 */

import { type Excerpt, type PartPlan, planPart, type Segment } from './align/part-plan.ts';
import type { PlanMemo } from './align/plan-memo.ts';
import type { Stretch } from './align/stretch.ts';
import { formatBsdiff40 } from './bsdiff40/format-bsdiff40.ts';
import { checkSteps, joinSteps } from './bsdiff40/join-steps.ts';
import type { Matcher } from './match/match-bytes.ts';
import { searchLeftovers } from './match/search-leftovers.ts';

/** A part of a file. */
export interface Part {
  /** In bytes. */
  readonly size: number;
  /** What identifies the bytes: parts of one digest are equal. Without it, a part counts as changed. */
  readonly digest?: string;
  /** Asked for only where the part changed. What it gives is not kept: the next part may use the same memory. */
  bytes(): Promise<Uint8Array>;
}

/** A part of the old file. */
export interface OldPart extends Part {
  /** Position in the old file, in bytes. */
  readonly start: number;
}

/** A part of the new file, and where it comes from. */
export interface NewPart extends Part {
  /** The old part that it is made from. Without one, its bytes are searched for. */
  readonly former?: OldPart;
  /** Further old parts that may hold what the first one lacks. */
  readonly related?: readonly OldPart[];
  /** What corresponds in the bytes of `former` and in its own, in the order of its own. */
  align?(old: Uint8Array, next: Uint8Array): readonly Stretch[];
}

/** What a delta is made from. */
export interface DeltaInput {
  /** Of the whole old file, in bytes. */
  readonly oldSize: number;
  /** The whole new file. */
  readonly parts: readonly NewPart[];
}

/** What making a delta needs. */
export interface DeltaTools {
  readonly matcher: Matcher;
  readonly memo?: PlanMemo;
}

/**
 * A delta that makes the new file out of the old one.
 *
 * @throws RepomillError `integrity` when it would not, and whatever `bytes` and `align` throw
 */
export async function makeDelta({ oldSize, parts }: DeltaInput, tools: DeltaTools): Promise<Uint8Array> {
  const segments: Segment[] = [];
  const excerpts: Excerpt[] = [];
  let newSize = 0;
  for (const part of parts) {
    newSize += part.size;
    const { former } = part;
    if (former?.digest !== undefined && former.digest === part.digest) {
      segments.push({ oldStart: former.start, differences: [part.size] });
      continue;
    }
    const plan = await planOf(part, tools.memo);
    for (const segment of plan.segments) segments.push(moved(segment, former?.start ?? 0));
    for (const excerpt of plan.searchable) excerpts.push(moved(excerpt, former?.start ?? 0));
    for (const { start, bytes } of part.related ?? [])
      excerpts.push({ oldStart: start, bytes: (await bytes()).slice() });
  }
  const steps = joinSteps(await searchLeftovers(segments, excerpts, tools.matcher));
  checkSteps(steps, oldSize, newSize);
  return formatBsdiff40(steps, newSize);
}

/** Input for two files of which nothing is known: all of the one is searched for all of the other. */
export function unstructured(old: Uint8Array, next: Uint8Array): DeltaInput {
  const former = { start: 0, size: old.length, bytes: async () => old };
  return { oldSize: old.length, parts: [{ size: next.length, bytes: async () => next, former }] };
}

function planOf(part: NewPart, memo: PlanMemo | undefined): Promise<PartPlan> {
  const { former, digest } = part;
  const make = async (): Promise<PartPlan> => {
    const [old, next] = await Promise.all([former?.bytes() ?? new Uint8Array(), part.bytes()]);
    return planPart(old, next, former === undefined ? [] : (part.align?.(old, next) ?? []));
  };
  if (memo === undefined || former?.digest === undefined || digest === undefined) return make();
  return memo.plan(former.digest, digest, make);
}

function moved<Item extends Segment | Excerpt>(item: Item, start: number): Item {
  return item instanceof Uint8Array ? item : { ...item, oldStart: item.oldStart + start };
}
