/**
 * A whole delta as its steps: the other side of `format-bsdiff40.ts`, for deltas that are made elsewhere and written anew. What
 * applies a delta is `patch.ts`.
 */

import { decodeBzip2Into } from '../../bzip2/decoder.ts';
import { type Bsdiff40, parseBsdiff40, type Section } from './bsdiff40.ts';
import { CONTROL_LENGTH } from './controls.ts';
import type { Step } from './format-bsdiff40.ts';
import { splitZeros } from './zero-runs.ts';

/**
 * The steps of a delta, and where the seek of its last control leads as a last step that makes nothing.
 *
 * @param limits - `maxNewSize`: bytes; a delta that makes more is refused
 * @throws RepomillError `format` when the delta is cut, corrupt, contradictory or too large
 */
export function parseSteps(delta: Uint8Array, limits: { readonly maxNewSize: number }): Step[] {
  const parsed = parseBsdiff40(delta, limits);
  const diff = decodeSection(parsed.diff);
  const extra = decodeSection(parsed.extra);
  const steps = cutSteps(parsed, diff, extra);
  if (steps.length > 0) steps.push({ oldStart: parsed.totals.oldEnd, differences: [], extra: [] });
  return steps;
}

function decodeSection({ stored, size }: Section): Uint8Array {
  const bytes = new Uint8Array(size);
  decodeBzip2Into(stored, bytes);
  return bytes;
}

function cutSteps({ controls }: Bsdiff40, diff: Uint8Array, extra: Uint8Array): Step[] {
  const steps: Step[] = [];
  let [oldAt, diffAt, extraAt] = [0, 0, 0];
  for (let i = 0; i < controls.length; i += CONTROL_LENGTH) {
    const [add = 0, copy = 0, seek = 0] = controls.subarray(i, i + CONTROL_LENGTH);
    steps.push({
      oldStart: oldAt,
      differences: splitZeros(diff.subarray(diffAt, diffAt + add)),
      extra: copy > 0 ? [extra.subarray(extraAt, extraAt + copy)] : [],
    });
    oldAt += add + seek;
    diffAt += add;
    extraAt += copy;
  }
  return steps;
}
