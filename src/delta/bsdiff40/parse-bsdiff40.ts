/**
 * Parses the container of a delta, as written by Colin Percival's bsdiff 4: a header of 32 bytes, then three bzip2 sections.
 * The first lists controls; the others hold the bytes to add to old ones (diff) and the bytes to copy (extra). The controls,
 * decoded here, determine the exact length of the other two, so no memory is allocated on a bare claim.
 */
import { decodeBzip2, decodeBzip2Into } from '../../bzip2/decoder.ts';
import { splitZeros } from '../instructions.ts';
import {
  CONTROL_LENGTH,
  CONTROL_SIZE,
  ControlReader,
  type ControlTotals,
  parseSize,
  refusedDelta,
  type TakeControl,
} from './controls.ts';
import type { BsdiffStep } from './steps.ts';

const MAGIC = 'BSDIFF40';
const HEADER_SIZE = 32;

/**
 * New bytes per control. bsdiff writes a control when it finds a match more than 8 bytes better than the present alignment, and
 * continues after that match: at most one per 9 bytes, plus one at the end.
 */
const BYTES_PER_CONTROL = 8;
/** Additional controls allowed in any delta: small files may be cut finer than bsdiff does. */
const FREE_CONTROLS = 1024;
/** The most controls: 400 MB, or three changes in each of the five million records of the largest summary. */
const MAX_CONTROLS: number = 1 << 24;

/** A section, still compressed, and its required size in bytes. */
export interface DeltaSection {
  readonly stored: Uint8Array;
  readonly size: number;
}

/** A delta whose header and controls have been checked. */
export interface Bsdiff40Outline {
  /** The size of the file that the delta makes, in bytes. */
  readonly newSize: number;
  readonly totals: ControlTotals;
  /** Compressed bytes of the controls. */
  readonly storedControls: number;
  readonly diff: DeltaSection;
  readonly extra: DeltaSection;
}

/** The same, with the controls themselves. */
export interface Bsdiff40 extends Bsdiff40Outline {
  /**
   * Three integers per control: how many bytes to make by adding diff bytes to old ones, how many to copy from the extra
   * bytes, and how far to then move in the old file. The first two of all controls add up to `newSize`.
   */
  readonly controls: Float64Array;
}

/** The most controls in a delta that makes a file of `newSize` bytes. */
export function maxControls(newSize: number): number {
  return Math.min(MAX_CONTROLS, FREE_CONTROLS + Math.floor(newSize / BYTES_PER_CONTROL));
}

/**
 * Checks a delta's header and decodes its controls.
 *
 * @param limits - `maxNewSize`: bytes; a delta that claims to make more is refused
 * @throws RepomillError `format` if anything contradicts the format, the limits or the rest of the delta
 */
export function parseBsdiff40(delta: Uint8Array, limits: { readonly maxNewSize: number }): Bsdiff40 {
  let numbers = new Float64Array(64 * CONTROL_LENGTH);
  let size = 0;
  const outline = outlineBsdiff40(delta, limits, (add, copy, seek) => {
    if (size === numbers.length) {
      const larger = new Float64Array(numbers.length * 2);
      larger.set(numbers);
      numbers = larger;
    }
    numbers[size++] = add;
    numbers[size++] = copy;
    numbers[size++] = seek;
  });
  return { ...outline, controls: numbers.subarray(0, size) };
}

/** The same without keeping the controls. Each is passed to `takeControl` as soon as it has been checked. */
export function outlineBsdiff40(
  delta: Uint8Array,
  limits: { readonly maxNewSize: number },
  takeControl: TakeControl,
): Bsdiff40Outline {
  if (delta.length < HEADER_SIZE) {
    throw refusedDelta(`expected a header of ${HEADER_SIZE} bytes, found ${delta.length} bytes in all`);
  }
  for (let i = 0; i < MAGIC.length; i++) {
    if (delta[i] !== MAGIC.charCodeAt(i)) throw refusedDelta(`expected it to begin with ${MAGIC}`);
  }
  const storedControls = parseSize(delta, 8, 'the size of the controls');
  const storedDiff = parseSize(delta, 16, 'the size of the diff bytes');
  const newSize = parseSize(delta, 24, 'the size of the new file');
  if (newSize > limits.maxNewSize) {
    throw refusedDelta(`expected a new file of at most ${limits.maxNewSize} bytes, found ${newSize}`);
  }
  if (HEADER_SIZE + storedControls + storedDiff > delta.length) {
    throw refusedDelta(
      `expected ${storedControls} and ${storedDiff} bytes after the header, found ${delta.length - HEADER_SIZE}`,
    );
  }
  const diffStart = HEADER_SIZE + storedControls;
  const extraStart = diffStart + storedDiff;
  const reader = new ControlReader(newSize, takeControl);
  decodeBzip2(delta.subarray(HEADER_SIZE, diffStart), reader, maxControls(newSize) * CONTROL_SIZE);
  const totals = reader.finish();
  return {
    newSize,
    totals,
    storedControls,
    diff: { stored: delta.subarray(diffStart, extraStart), size: totals.diffSize },
    extra: { stored: delta.subarray(extraStart), size: newSize - totals.diffSize },
  };
}

/**
 * Parses a whole delta into steps that `formatBsdiff40` can write again. `applyDelta` does not need this. The position to which
 * the last control seeks becomes a last step that makes nothing.
 *
 * @param limits - `maxNewSize`: bytes; a delta that makes more is refused
 * @throws RepomillError `format` if the delta is cut off, corrupt, contradictory or too large
 */
export function parseSteps(delta: Uint8Array, limits: { readonly maxNewSize: number }): BsdiffStep[] {
  const parsed = parseBsdiff40(delta, limits);
  const diff = decodeSection(parsed.diff);
  const extra = decodeSection(parsed.extra);
  const steps = cutSteps(parsed, diff, extra);
  if (steps.length > 0) steps.push({ oldStart: parsed.totals.oldEnd, differences: [], extra: [] });
  return steps;
}

function decodeSection({ stored, size }: DeltaSection): Uint8Array {
  const bytes = new Uint8Array(size);
  decodeBzip2Into(stored, bytes);
  return bytes;
}

function cutSteps({ controls }: Bsdiff40, diff: Uint8Array, extra: Uint8Array): BsdiffStep[] {
  const steps: BsdiffStep[] = [];
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
