/**
 * Writes deltas in the container of bsdiff 4, which `bsdiff40.ts` reads. FORMAT.md, section "Deltas". Refuses steps that do
 * not make the file they are said to make.
 */

import { encodeBzip2 } from '../../bzip2/encoder.ts';
import { INTEGER_SIZE, refusedDelta, writeInteger } from './integer.ts';

/** One control of a delta: new bytes made from old ones and differences, then bytes that are brought along. */
export interface Step {
  /** Where the old bytes begin that the differences are added to. */
  readonly oldStart: number;
  /** Added to old bytes, modulo 256; a number is a run of so many zeros. */
  readonly differences: readonly (Uint8Array | number)[];
  /** Bytes that stand behind the sums. */
  readonly extra: readonly Uint8Array[];
}

const MAGIC = new TextEncoder().encode('BSDIFF40');
const HEADER_SIZE = 32;

/**
 * A delta with a control for each step. A last step that makes nothing is no control: it is where the seek of the one before
 * it leads, which is 0 otherwise. Where the first step does not begin with the old file, a control that makes nothing leads there.
 *
 * @param newSize - bytes of the file that the steps make
 * @throws RepomillError `format` when they make another number
 */
export function formatBsdiff40(steps: readonly Step[], newSize: number): Uint8Array {
  const controls = formatControls(steps, newSize);
  const sections = [
    encodeBzip2([controls]),
    encodeBzip2(steps.flatMap(({ differences }) => differences)),
    encodeBzip2(steps.flatMap(({ extra }) => extra)),
  ] as const;
  const delta = new Uint8Array(sections.reduce((sum, section) => sum + section.length, HEADER_SIZE));
  delta.set(MAGIC);
  [sections[0].length, sections[1].length, newSize].forEach((size, i) => {
    writeInteger(delta, MAGIC.length + i * INTEGER_SIZE, size);
  });
  let at = HEADER_SIZE;
  for (const section of sections) {
    delta.set(section, at);
    at += section.length;
  }
  return delta;
}

function formatControls(steps: readonly Step[], newSize: number): Uint8Array {
  const numbers: number[] = [];
  let made = 0;
  let oldAt = 0;
  for (const [i, { oldStart, differences, extra }] of steps.entries()) {
    const add = differences.reduce<number>((sum, part) => sum + (typeof part === 'number' ? part : part.length), 0);
    const copy = extra.reduce((sum, part) => sum + part.length, 0);
    if (i > 0) numbers[numbers.length - 1] = oldStart - oldAt;
    else if (oldStart !== 0) numbers.push(0, 0, oldStart);
    oldAt = oldStart + add;
    made += add + copy;
    if (add + copy > 0 || i < steps.length - 1) numbers.push(add, copy, 0);
  }
  if (made !== newSize) throw refusedDelta(`its steps make ${made} of ${newSize} bytes`);
  const controls = new Uint8Array(numbers.length * INTEGER_SIZE);
  for (const [i, value] of numbers.entries()) writeInteger(controls, i * INTEGER_SIZE, value);
  return controls;
}
