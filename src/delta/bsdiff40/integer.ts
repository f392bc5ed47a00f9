/**
 * The integers of a delta: eight bytes, the lowest first; the highest bit is the sign, the rest the magnitude.
 */
import { RepomillError } from '../../errors.ts';

/** Bytes of an integer. */
export const INTEGER_SIZE = 8;

/** A size: neither negative nor beyond 2^53 - 1. The message of the format error begins with `what` it is the size of. */
export function parseSize(bytes: Uint8Array, at: number, what: string): number {
  // The sign is looked at, not the value: minus zero is no size either.
  if ((bytes[at + 7] ?? 0) >= 0x80) throw refusedDelta(`${what} is negative`);
  const value = parseInteger(bytes, at);
  if (!Number.isSafeInteger(value)) throw refusedDelta(`${what} is larger than 2^53 - 1`);
  return value;
}

/** Any integer; inexact from 2^53. */
export function parseInteger(bytes: Uint8Array, at: number): number {
  let magnitude = (bytes[at + 7] ?? 0) & 0x7f;
  for (let i = 6; i >= 0; i--) magnitude = magnitude * 0x100 + (bytes[at + i] ?? 0);
  return (bytes[at + 7] ?? 0) >= 0x80 ? 0 - magnitude : magnitude;
}

/** Writes an integer of at most 2^53 - 1, or at least its negative. */
export function writeInteger(target: Uint8Array, at: number, value: number): void {
  let rest = Math.abs(value);
  for (let i = 0; i < INTEGER_SIZE; i++) {
    target[at + i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
  if (value < 0) target[at + 7] = (target[at + 7] ?? 0) | 0x80;
}

/** The error for a delta that is none. */
export function refusedDelta(reason: string): RepomillError {
  return new RepomillError('format', `delta: ${reason}`);
}
