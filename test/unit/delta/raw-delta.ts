/**
 * Writes deltas from raw parts, right or wrong, including those that no formatter would write.
 */
import { concatBytes } from '../../../src/bytes/bytes.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';

/** A delta in parts. Integers are bigints, so that they can be as wrong as the format allows. */
export interface DeltaParts {
  readonly controls: readonly (readonly [add: bigint, copy: bigint, seek: bigint])[];
  readonly diff?: Uint8Array;
  readonly extra?: Uint8Array;
  /** By default, what the controls make. */
  readonly newSize?: bigint;
}

/** Marks minus zero, which a bigint cannot be. */
export const MINUS_ZERO: bigint = -(1n << 63n);

/** A delta of these parts, each section one bzip2 stream. */
export function formatRawDelta(parts: DeltaParts): Uint8Array {
  const made = parts.controls.reduce((sum, [add, copy]) => sum + add + copy, 0n);
  return joinSections(
    parts.newSize ?? made,
    encodeBzip2(parts.controls.flat().map(formatInteger)),
    encodeBzip2([parts.diff ?? 0]),
    encodeBzip2([parts.extra ?? 0]),
  );
}

/** A delta of sections that are compressed already, or pretend to be. */
export function joinSections(newSize: bigint, controls: Uint8Array, diff: Uint8Array, extra: Uint8Array): Uint8Array {
  const sizes = [BigInt(controls.length), BigInt(diff.length), newSize];
  return concatBytes([new TextEncoder().encode('BSDIFF40'), ...sizes.map(formatInteger), controls, diff, extra]);
}

/** Sign and magnitude, lowest byte first. */
export function formatInteger(value: bigint): Uint8Array {
  const magnitude = value < 0n ? -value : value;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value < 0n ? magnitude | (1n << 63n) : magnitude, true);
  return bytes;
}
