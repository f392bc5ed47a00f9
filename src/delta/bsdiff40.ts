/**
 * The container of a delta, as Colin Percival's bsdiff 4 writes it: a header of 32 bytes, then three bzip2 sections. The
 * first lists controls, the others hold the bytes to add to old ones (diff) and the bytes to copy (extra). The controls are
 * decoded here; they say exactly how long the other two are, so that nothing is allocated on a bare claim.
 */
import { RepomillError } from '../errors.ts';
import { decodeBzip2 } from './bzip2.ts';

const MAGIC = 'BSDIFF40';
const HEADER_SIZE = 32;
/** Bytes of a control: three integers of eight. */
const CONTROL_SIZE = 24;

/**
 * New bytes for each control. bsdiff writes one where it finds a match that is more than 8 bytes better than going on, and
 * goes on behind that match: at most one for every 9 bytes, and one more at the end.
 */
const BYTES_PER_CONTROL = 8;
/** Controls that any delta may have: a small file may be cut finer than bsdiff would. */
const FREE_CONTROLS = 1024;
/** Controls in all: 400 MB. Three changes in each of the five million records of the largest summary. */
const MAX_CONTROLS: number = 1 << 24;

/** How many numbers of `Bsdiff40.controls` make up one control. */
export const CONTROL_LENGTH = 3;

/** A section that is still compressed, and how many bytes it has to hold. */
export interface Section {
  readonly stored: Uint8Array;
  readonly size: number;
}

/** A delta whose header and controls have been checked. */
export interface Bsdiff40 {
  /** Bytes of the file that the delta makes. */
  readonly newSize: number;
  /**
   * Each control is three integers: how many bytes to make by adding diff bytes to old ones, how many to copy from the extra
   * bytes, and how far to move in the old file behind that. The first two of all controls add up to `newSize`.
   */
  readonly controls: Float64Array;
  /** Where the last control's seek ends in the old file: the place from which to walk backwards. */
  readonly oldEnd: number;
  /** Compressed bytes of the controls. */
  readonly storedControls: number;
  readonly diff: Section;
  readonly extra: Section;
}

/** How many controls a delta may have that makes a file of this many bytes. */
export function maxControls(newSize: number): number {
  return Math.min(MAX_CONTROLS, FREE_CONTROLS + Math.floor(newSize / BYTES_PER_CONTROL));
}

/**
 * Checks a delta's header and decodes its controls.
 *
 * @param limits - `maxNewSize`: bytes; a delta that claims to make more is refused
 * @throws RepomillError `format` when anything contradicts the format, the limits or the rest of the delta
 */
export function parseBsdiff40(delta: Uint8Array, limits: { readonly maxNewSize: number }): Bsdiff40 {
  if (delta.length < HEADER_SIZE) {
    throw refused(`expected a header of ${HEADER_SIZE} bytes, found ${delta.length} bytes in all`);
  }
  for (let i = 0; i < MAGIC.length; i++) {
    if (delta[i] !== MAGIC.charCodeAt(i)) throw refused(`expected it to begin with ${MAGIC}`);
  }
  const storedControls = parseSize(delta, 8, 'the size of the controls');
  const storedDiff = parseSize(delta, 16, 'the size of the diff bytes');
  const newSize = parseSize(delta, 24, 'the size of the new file');
  if (newSize > limits.maxNewSize) {
    throw refused(`expected a new file of at most ${limits.maxNewSize} bytes, found ${newSize}`);
  }
  if (HEADER_SIZE + storedControls + storedDiff > delta.length) {
    throw refused(
      `expected ${storedControls} and ${storedDiff} bytes behind the header, found ${delta.length - HEADER_SIZE}`,
    );
  }
  const diffStart = HEADER_SIZE + storedControls;
  const extraStart = diffStart + storedDiff;
  const stored = decodeBzip2(delta.subarray(HEADER_SIZE, diffStart), maxControls(newSize) * CONTROL_SIZE);
  const { controls, diffSize, oldEnd } = parseControls(stored, newSize);
  return {
    newSize,
    controls,
    oldEnd,
    storedControls,
    diff: { stored: delta.subarray(diffStart, extraStart), size: diffSize },
    extra: { stored: delta.subarray(extraStart), size: newSize - diffSize },
  };
}

function parseControls(
  stored: Uint8Array,
  newSize: number,
): { readonly controls: Float64Array; readonly diffSize: number; readonly oldEnd: number } {
  if (stored.length % CONTROL_SIZE !== 0) throw refused(`${stored.length} bytes are no whole number of controls`);
  const controls = new Float64Array(stored.length / 8);
  let made = 0;
  let diffSize = 0;
  let oldEnd = 0;
  for (let i = 0; i < controls.length; i += CONTROL_LENGTH) {
    const add = parseSize(stored, i * 8, 'a number of bytes to add');
    const copy = parseSize(stored, i * 8 + 8, 'a number of bytes to copy');
    const seek = parseInteger(stored, i * 8 + 16);
    // A sum beyond 2^53 is inexact, but still larger than any size.
    if (add + copy > newSize - made) throw refused(`its controls make more than the ${newSize} bytes of the new file`);
    made += add + copy;
    diffSize += add;
    // Checked step by step: every sum that is used later is exact.
    for (const step of [add, seek]) {
      oldEnd += step;
      if (!Number.isSafeInteger(step) || !Number.isSafeInteger(oldEnd)) throw refused('a control leads beyond 2^53');
    }
    controls[i] = add;
    controls[i + 1] = copy;
    controls[i + 2] = seek;
  }
  if (made !== newSize) throw refused(`its controls make ${made} of the ${newSize} bytes of the new file`);
  return { controls, diffSize, oldEnd };
}

function parseSize(bytes: Uint8Array, at: number, what: string): number {
  // The sign is looked at, not the value: minus zero is no size either.
  if ((bytes[at + 7] ?? 0) >= 0x80) throw refused(`${what} is negative`);
  const value = parseInteger(bytes, at);
  if (!Number.isSafeInteger(value)) throw refused(`${what} is larger than 2^53 - 1`);
  return value;
}

/** Eight bytes, the lowest first; the highest bit is the sign, the rest the magnitude. Inexact from 2^53. */
function parseInteger(bytes: Uint8Array, at: number): number {
  let magnitude = (bytes[at + 7] ?? 0) & 0x7f;
  for (let i = 6; i >= 0; i--) magnitude = magnitude * 0x100 + (bytes[at + i] ?? 0);
  return (bytes[at + 7] ?? 0) >= 0x80 ? 0 - magnitude : magnitude;
}

function refused(reason: string): RepomillError {
  return new RepomillError('format', `delta: ${reason}`);
}
