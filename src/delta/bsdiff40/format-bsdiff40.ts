/**
 * Writes deltas in the container of bsdiff 4, which `parse-bsdiff40.ts` reads. FORMAT.md, section "Deltas". Refuses steps that do
 * not make a file of the given size.
 */
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { encodeBzip2 } from '../../bzip2/encoder.ts';
import { lengthOf } from '../instructions.ts';
import { INTEGER_SIZE, refusedDelta, writeInteger } from './controls.ts';
import type { BsdiffStep } from './steps.ts';

const MAGIC = encodeText('BSDIFF40');

/**
 * Writes a delta with a control for each step. A last step that makes nothing does not become a control; it gives the position
 * to which the control before it seeks, 0 by default. If the first step does not begin at the start of the old file, a control
 * that makes nothing leads there.
 *
 * @param newSize - bytes of the file that the steps make
 * @throws RepomillError `format` if they make any other number
 */
export function formatBsdiff40(steps: readonly BsdiffStep[], newSize: number): Uint8Array {
  const controls = encodeBzip2([formatControls(steps, newSize)]);
  const diff = encodeBzip2(steps.flatMap(({ differences }) => differences));
  const extra = encodeBzip2(steps.flatMap(({ extra }) => extra));
  return concatBytes([MAGIC, formatIntegers([controls.length, diff.length, newSize]), controls, diff, extra]);
}

function formatControls(steps: readonly BsdiffStep[], newSize: number): Uint8Array {
  const numbers: number[] = [];
  let made = 0;
  let oldAt = 0;
  for (const [i, { oldStart, differences, extra }] of steps.entries()) {
    const add = lengthOf(differences);
    const copy = lengthOf(extra);
    if (i > 0) numbers[numbers.length - 1] = oldStart - oldAt;
    else if (oldStart !== 0) numbers.push(0, 0, oldStart);
    oldAt = oldStart + add;
    made += add + copy;
    if (add + copy > 0 || i < steps.length - 1) numbers.push(add, copy, 0);
  }
  if (made !== newSize) throw refusedDelta(`its steps make ${made} of ${newSize} bytes`);
  return formatIntegers(numbers);
}

function formatIntegers(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * INTEGER_SIZE);
  for (const [i, value] of values.entries()) writeInteger(bytes, i * INTEGER_SIZE, value);
  return bytes;
}
