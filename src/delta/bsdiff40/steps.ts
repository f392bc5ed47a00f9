/**
 * The steps of a delta, one per bsdiff control: each adds differences to old bytes and then inserts new ones.
 */
import { RepomillError } from '../../errors.ts';
import { type Differences, type Instruction, lengthOf } from '../instructions.ts';

/** One step of a delta: new bytes made from old ones and differences, then inserted bytes. */
export interface BsdiffStep {
  /** Start of the old bytes to which the differences are added. */
  readonly oldStart: number;
  readonly differences: Differences;
  /** Bytes to insert after the sums. */
  readonly extra: readonly Uint8Array[];
}

/** A step that may still grow. */
interface StepDraft {
  readonly oldStart: number;
  readonly differences: (Uint8Array | number)[];
  readonly extra: Uint8Array[];
}

/** The steps for instructions with positions in the whole old file. A copy that continues the last one extends its step. */
export function joinSteps(instructions: readonly Instruction[]): readonly BsdiffStep[] {
  let step: StepDraft = { oldStart: 0, differences: [], extra: [] };
  let oldAt = 0;
  const steps = [step];
  for (const instruction of instructions) {
    if (instruction instanceof Uint8Array) {
      step.extra.push(instruction);
      continue;
    }
    if (instruction.oldStart !== oldAt || step.extra.length > 0) {
      step = { oldStart: instruction.oldStart, differences: [], extra: [] };
      steps.push(step);
    }
    append(step.differences, instruction.differences);
    oldAt = instruction.oldStart + lengthOf(instruction.differences);
  }
  return steps;
}

function append(differences: (Uint8Array | number)[], more: Differences): void {
  for (const one of more) {
    const last = differences.at(-1);
    if (typeof one === 'number' && typeof last === 'number') differences[differences.length - 1] = last + one;
    else differences.push(one);
  }
}

/**
 * Checks that steps make exactly the new file and stay inside the old one; `bspatch` would read past its end.
 *
 * @throws RepomillError `integrity`
 */
export function checkSteps(steps: readonly BsdiffStep[], oldSize: number, newSize: number): void {
  let made = 0;
  for (const { oldStart, differences, extra } of steps) {
    const length = lengthOf(differences);
    if (oldStart < 0 || oldStart + length > oldSize) {
      throw new RepomillError(
        'integrity',
        `delta: a step reads ${length} bytes at ${oldStart} of ${oldSize} old bytes`,
      );
    }
    made += length + lengthOf(extra);
  }
  if (made !== newSize) throw new RepomillError('integrity', `delta: its steps make ${made} of ${newSize} new bytes`);
}
