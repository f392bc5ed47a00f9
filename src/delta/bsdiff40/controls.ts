/**
 * The controls of a delta, checked while they are decoded, so that no more of them is kept than the caller wants: millions fit
 * into a few hundred bytes. Refuses controls that make more or less than the new file, and places beyond 2^53.
 */

import type { ByteSink } from '../../bzip2/decoder.ts';
import { INTEGER_SIZE, parseInteger, parseSize, refusedDelta } from './integer.ts';

/** How many numbers make up one control. */
export const CONTROL_LENGTH = 3;

/** Bytes of a control. */
export const CONTROL_SIZE: number = CONTROL_LENGTH * INTEGER_SIZE;

/** Receives a control: bytes to add, bytes to copy, and how far to move in the old file behind that. */
export type TakeControl = (add: number, copy: number, seek: number) => void;

/** What all controls come to. */
export interface ControlTotals {
  readonly count: number;
  /** Bytes to add. The rest of the new file is copied. */
  readonly diffSize: number;
  /** Where the last seek ends in the old file. */
  readonly oldEnd: number;
}

/** Reads controls from the bytes that it receives. */
export class ControlReader implements ByteSink {
  private readonly newSize: number;
  private readonly takeControl: TakeControl;
  private readonly record = new Uint8Array(CONTROL_SIZE);
  private filled = 0;
  private count = 0;
  private made = 0;
  private diffSize = 0;
  private oldEnd = 0;

  /** @param newSize - bytes that all controls together have to make */
  constructor(newSize: number, takeControl: TakeControl) {
    this.newSize = newSize;
    this.takeControl = takeControl;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const size = Math.min(CONTROL_SIZE - this.filled, end - at);
      this.record.set(bytes.subarray(at, at + size), this.filled);
      this.fill(size);
      at += size;
    }
  }

  takeRun(byte: number, count: number): void {
    for (let left = count; left > 0; ) {
      const size = Math.min(CONTROL_SIZE - this.filled, left);
      this.record.fill(byte, this.filled, this.filled + size);
      this.fill(size);
      left -= size;
    }
  }

  /** Checks that the controls are complete. */
  finish(): ControlTotals {
    const { count, filled, made, newSize, diffSize, oldEnd } = this;
    if (filled > 0) throw refusedDelta(`${count * CONTROL_SIZE + filled} bytes are no whole number of controls`);
    if (made !== newSize) throw refusedDelta(`its controls make ${made} of the ${newSize} bytes of the new file`);
    return { count, diffSize, oldEnd };
  }

  private fill(size: number): void {
    this.filled += size;
    if (this.filled < CONTROL_SIZE) return;
    this.filled = 0;
    this.count++;
    const add = parseSize(this.record, 0, 'a number of bytes to add');
    const copy = parseSize(this.record, INTEGER_SIZE, 'a number of bytes to copy');
    const seek = parseInteger(this.record, 2 * INTEGER_SIZE);
    // A sum beyond 2^53 is inexact, but still larger than any size.
    if (add + copy > this.newSize - this.made) {
      throw refusedDelta(`its controls make more than the ${this.newSize} bytes of the new file`);
    }
    this.made += add + copy;
    this.diffSize += add;
    // Checked step by step: every sum that is used later is exact.
    this.move(add);
    this.move(seek);
    this.takeControl(add, copy, seek);
  }

  private move(step: number): void {
    this.oldEnd += step;
    if (!Number.isSafeInteger(step) || !Number.isSafeInteger(this.oldEnd)) {
      throw refusedDelta('a control leads beyond 2^53');
    }
  }
}
