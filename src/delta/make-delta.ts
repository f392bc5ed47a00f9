/**
 * Makes a delta between two files whose parts are known. FORMAT.md, section "Deltas". Unchanged parts are neither read nor
 * searched; in changed ones, cells are aligned and the remaining bytes searched. Time and memory therefore grow only with what
 * changed. The plan of each part is tried before it is used.
 */
import type { AlignedRange } from './align/align-cells.ts';
import { type OldExcerpt, type PartPlan, planPart } from './align/part-plan.ts';
import type { PlanMemo } from './align/plan-memo.ts';
import { formatBsdiff40 } from './bsdiff40/format-bsdiff40.ts';
import { checkSteps, joinSteps } from './bsdiff40/steps.ts';
import type { Instruction } from './instructions.ts';
import type { Matcher } from './match/match-bytes.ts';
import { searchLeftovers } from './match/search-leftovers.ts';

export interface DeltaPart {
  /** In bytes. */
  readonly size: number;
  /** Parts with the same digest are equal. A part without one counts as changed. */
  readonly digest?: string;
  /** Called only if the part changed. The result is not kept, so the next part may reuse its memory. */
  bytes(): Promise<Uint8Array>;
}

export interface OldPart extends DeltaPart {
  /** Position in the old file, in bytes. */
  readonly start: number;
}

/** A part of the new file, and the old parts that it comes from. */
export interface NewPart extends DeltaPart {
  /** The old part it is made from. If there is none, all of its bytes are searched for. */
  readonly former?: OldPart;
  /** Other old parts that may contain what `former` lacks. */
  readonly related?: readonly OldPart[];
  /** The corresponding ranges of `former` and this part, in the order of this part. */
  align?(old: Uint8Array, next: Uint8Array): readonly AlignedRange[];
}

export interface DeltaInput {
  /** The size of the whole old file, in bytes. */
  readonly oldSize: number;
  /** The parts that make up the whole new file. */
  readonly parts: readonly NewPart[];
}

export interface DeltaTools {
  readonly matcher: Matcher;
  readonly memo?: PlanMemo;
}

/**
 * Makes a delta from the old file to the new one.
 *
 * @throws RepomillError `integrity` if it would not make the new file; also whatever `bytes` and `align` throw
 */
export async function makeDelta({ oldSize, parts }: DeltaInput, tools: DeltaTools): Promise<Uint8Array> {
  const instructions: Instruction[] = [];
  const excerpts: OldExcerpt[] = [];
  let newSize = 0;
  for (const part of parts) {
    newSize += part.size;
    const { former } = part;
    if (former?.digest !== undefined && former.digest === part.digest) {
      instructions.push({ oldStart: former.start, differences: [part.size] });
      continue;
    }
    const plan = await planOf(part, tools.memo);
    for (const one of plan.instructions) instructions.push(moveBy(one, former?.start ?? 0));
    for (const one of plan.searchable) excerpts.push(moveBy(one, former?.start ?? 0));
    for (const { start, bytes } of part.related ?? []) {
      excerpts.push({ oldStart: start, bytes: (await bytes()).slice() });
    }
  }
  const steps = joinSteps(await searchLeftovers(instructions, excerpts, tools.matcher));
  checkSteps(steps, oldSize, newSize);
  return formatBsdiff40(steps, newSize);
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

/** The same, with old positions relative to the whole file instead of the part that begins at `start`. */
function moveBy<Item extends Instruction | OldExcerpt>(item: Item, start: number): Item {
  return item instanceof Uint8Array ? item : { ...item, oldStart: item.oldStart + start };
}
