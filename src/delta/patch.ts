/**
 * Applies a delta. FORMAT.md, section "Deltas". A delta cannot tell whether it is given the right old file: what comes out
 * is worth nothing before its digest has been compared with the one that the signed index names.
 */
import { RepomillError } from '../errors.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import { type Bsdiff40, CONTROL_LENGTH, parseBsdiff40 } from './bsdiff40.ts';
import { decodeBzip2Into } from './bzip2.ts';

/** What a delta says of itself. Sizes are in bytes. */
export interface DeltaSummary {
  /** Of the file that it makes. */
  readonly newSize: number;
  /** How many steps of add, copy and seek. */
  readonly controls: number;
  /** New bytes that are an old byte plus a difference, most often zero. */
  readonly diffBytes: number;
  /** New bytes that the delta brings along. */
  readonly extraBytes: number;
  readonly storedControlBytes: number;
  readonly storedDiffBytes: number;
  readonly storedExtraBytes: number;
}

/**
 * The new file that a delta makes out of an old one. The caller compares the digest: a wrong old file gives wrong bytes,
 * not an error. Beside the result, only the controls and the extra bytes take memory.
 *
 * @param newSize - bytes, from signed data; a delta that makes another number is refused before room is made for it
 * @throws RepomillError `format` when the delta is cut, corrupt, contradictory or of another size
 */
export function applyDelta(old: Uint8Array, delta: Uint8Array, newSize: number): Uint8Array {
  const parsed = parseBsdiff40(delta, { maxNewSize: newSize });
  if (parsed.newSize !== newSize) {
    throw new RepomillError('format', `delta: expected a new file of ${newSize} bytes, found ${parsed.newSize}`);
  }
  const extra = new Uint8Array(parsed.extra.size);
  decodeBzip2Into(parsed.extra.stored, extra);
  const next = new Uint8Array(newSize);
  decodeBzip2Into(parsed.diff.stored, next.subarray(0, parsed.diff.size));
  spread(parsed, old, extra, next);
  return next;
}

/** What a delta says of itself; of its content, only the controls are decoded. Throws a format error as `applyDelta` does. */
export function inspectDelta(delta: Uint8Array): DeltaSummary {
  const { newSize, controls, storedControls, diff, extra } = parseBsdiff40(delta, { maxNewSize: MAX_SUMMARY_SIZE });
  return {
    newSize,
    controls: controls.length / CONTROL_LENGTH,
    diffBytes: diff.size,
    extraBytes: extra.size,
    storedControlBytes: storedControls,
    storedDiffBytes: diff.stored.length,
    storedExtraBytes: extra.stored.length,
  };
}

/**
 * Turns the diff bytes, which stand at the beginning of `next`, into the new file. From the last control to the first: a
 * diff byte never lies behind its place in the new file, so none is overwritten before its turn.
 */
function spread({ controls, oldEnd, diff }: Bsdiff40, old: Uint8Array, extra: Uint8Array, next: Uint8Array): void {
  let nextAt = next.length;
  let diffAt = diff.size;
  let extraAt = extra.length;
  let oldAt = oldEnd;
  for (let i = controls.length - CONTROL_LENGTH; i >= 0; i -= CONTROL_LENGTH) {
    const add = controls[i] ?? 0;
    const copy = controls[i + 1] ?? 0;
    oldAt -= controls[i + 2] ?? 0;
    oldAt -= add;
    nextAt -= add + copy;
    diffAt -= add;
    extraAt -= copy;
    next.copyWithin(nextAt, diffAt, diffAt + add);
    next.set(extra.subarray(extraAt, extraAt + copy), nextAt + add);
    addOld(next.subarray(nextAt, nextAt + add), old, oldAt);
  }
}

/** Adds old bytes, modulo 256. bsdiff reads past both ends of the old file at times; as in bspatch, what is not there adds nothing. */
function addOld(target: Uint8Array, old: Uint8Array, oldAt: number): void {
  const start = Math.max(0, -oldAt);
  const end = Math.min(target.length, old.length - oldAt);
  for (let i = start; i < end; i++) target[i] = (target[i] ?? 0) + (old[oldAt + i] ?? 0);
}
