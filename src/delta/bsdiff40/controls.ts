/**
 * The integers and controls of a delta. An integer is eight bytes, lowest first; the highest bit is the sign, the others are
 * the magnitude. Controls are checked while they are decoded and need not be kept: millions fit into a few hundred compressed
 * bytes. Refuses controls that make more or less than the new file, and positions beyond 2^53.
 */
import type { ByteSink } from '../../bzip2/decoder.ts';
import { RepomillError } from '../../errors.ts';

/** Bytes per integer. */
export const INTEGER_SIZE = 8;

/** Integers per control. */
export const CONTROL_LENGTH = 3;

/** Bytes per control. */
export const CONTROL_SIZE: number = CONTROL_LENGTH * INTEGER_SIZE;

/** Receives a control: bytes to add, bytes to copy, and how far to then move in the old file. */
export type TakeControl = (add: number, copy: number, seek: number) => void;

/** The sums over all controls. */
export interface ControlTotals {
  readonly count: number;
  /** Bytes to add. The rest of the new file is copied. */
  readonly diffSize: number;
  /** The position in the old file after the last seek. */
  readonly oldEnd: number;
}

/** Reads controls from decoded bytes. */
export class ControlReader implements ByteSink {
  readonly #newSize: number;
  readonly #takeControl: TakeControl;
  readonly #record = new Uint8Array(CONTROL_SIZE);
  #filled = 0;
  #count = 0;
  #made = 0;
  #diffSize = 0;
  #oldEnd = 0;

  /** @param newSize - total bytes that the controls must make */
  constructor(newSize: number, takeControl: TakeControl) {
    this.#newSize = newSize;
    this.#takeControl = takeControl;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const size = Math.min(CONTROL_SIZE - this.#filled, end - at);
      this.#record.set(bytes.subarray(at, at + size), this.#filled);
      this.#fill(size);
      at += size;
    }
  }

  takeRun(byte: number, count: number): void {
    for (let left = count; left > 0; ) {
      const size = Math.min(CONTROL_SIZE - this.#filled, left);
      this.#record.fill(byte, this.#filled, this.#filled + size);
      this.#fill(size);
      left -= size;
    }
  }

  /** Returns the sums. Throws a format error unless the controls are complete. */
  finish(): ControlTotals {
    const count = this.#count;
    if (this.#filled > 0)
      throw refusedDelta(`${count * CONTROL_SIZE + this.#filled} bytes are not a whole number of controls`);
    if (this.#made !== this.#newSize) {
      throw refusedDelta(`its controls make ${this.#made} of the ${this.#newSize} bytes of the new file`);
    }
    return { count, diffSize: this.#diffSize, oldEnd: this.#oldEnd };
  }

  #fill(size: number): void {
    this.#filled += size;
    if (this.#filled < CONTROL_SIZE) return;
    this.#filled = 0;
    this.#count++;
    const add = parseSize(this.#record, 0, 'a number of bytes to add');
    const copy = parseSize(this.#record, INTEGER_SIZE, 'a number of bytes to copy');
    const seek = parseInteger(this.#record, 2 * INTEGER_SIZE);
    // A sum beyond 2^53 is inexact, but still larger than any size.
    if (add + copy > this.#newSize - this.#made) {
      throw refusedDelta(`its controls make more than the ${this.#newSize} bytes of the new file`);
    }
    this.#made += add + copy;
    this.#diffSize += add;
    // Each sum is checked, so later uses are exact.
    this.#move(add);
    this.#move(seek);
    this.#takeControl(add, copy, seek);
  }

  #move(step: number): void {
    this.#oldEnd += step;
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(this.#oldEnd)) {
      throw refusedDelta('a control leads beyond 2^53');
    }
  }
}

/** A size from 0 to 2^53 - 1. Throws a format error about `what` otherwise. */
export function parseSize(bytes: Uint8Array, at: number, what: string): number {
  // By the sign, not the value: minus zero is not a size either.
  if ((bytes[at + 7] ?? 0) >= 0x80) throw refusedDelta(`${what} is negative`);
  const value = parseInteger(bytes, at);
  if (!Number.isSafeInteger(value)) throw refusedDelta(`${what} is larger than 2^53 - 1`);
  return value;
}

/** Any integer. Inexact from 2^53 on. */
export function parseInteger(bytes: Uint8Array, at: number): number {
  let magnitude = (bytes[at + 7] ?? 0) & 0x7f;
  for (let i = 6; i >= 0; i--) magnitude = magnitude * 0x100 + (bytes[at + i] ?? 0);
  return (bytes[at + 7] ?? 0) >= 0x80 ? 0 - magnitude : magnitude;
}

/** Writes an integer from -(2^53 - 1) to 2^53 - 1. */
export function writeInteger(target: Uint8Array, at: number, value: number): void {
  let rest = Math.abs(value);
  for (let i = 0; i < INTEGER_SIZE; i++) {
    target[at + i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  if (value < 0) target[at + 7] = (target[at + 7] ?? 0) | 0x80;
}

/** The error for bytes that are not a delta. */
export function refusedDelta(reason: string): RepomillError {
  return new RepomillError('format', `delta: ${reason}`);
}
