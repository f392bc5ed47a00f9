/**
 * Applies a delta. FORMAT.md, section "Deltas". A delta cannot tell whether the old file is the right one, so the result must
 * not be used before its digest has been compared with the signed index. Runs in browsers.
 */
import { type ByteSink, decodeBzip2Exactly, decodeBzip2Into } from '../bzip2/decoder.ts';
import { RepomillError } from '../errors.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import { CONTROL_LENGTH } from './bsdiff40/controls.ts';
import { outlineBsdiff40, parseBsdiff40 } from './bsdiff40/parse-bsdiff40.ts';

/** What a delta says about itself. Sizes are in bytes. */
export interface DeltaSummary {
  /** The size of the new file. */
  readonly newSize: number;
  /** The number of controls: add, copy and seek. */
  readonly controls: number;
  /** Number of new bytes made by adding a difference, usually zero, to an old byte. */
  readonly diffBytes: number;
  /** Number of new bytes contained in the delta. */
  readonly extraBytes: number;
  readonly storedControlBytes: number;
  readonly storedDiffBytes: number;
  readonly storedExtraBytes: number;
}

/**
 * Makes the new file from the old one. The caller must compare the digest: a wrong old file gives wrong bytes, not an error.
 * Besides the result, takes memory only for the controls and the extra bytes.
 *
 * @param newSize - bytes, from signed data; a delta that makes any other number is refused before memory is allocated for it
 * @throws RepomillError `format` if the delta is cut off, corrupt, contradictory or makes a different size
 */
export function applyDelta(old: Uint8Array, delta: Uint8Array, newSize: number): Uint8Array {
  const parsed = parseBsdiff40(delta, { maxNewSize: newSize });
  if (parsed.newSize !== newSize) {
    throw new RepomillError('format', `delta: expected a new file of ${newSize} bytes, found ${parsed.newSize}`);
  }
  const extra = new Uint8Array(parsed.extra.size);
  decodeBzip2Into(parsed.extra.stored, extra);
  const next = new Uint8Array(newSize);
  decodeBzip2Exactly(parsed.diff.stored, new Patch(parsed.controls, old, extra, next), parsed.diff.size);
  return next;
}

/** What a delta says about itself. Decodes only its controls. Throws a format error like `applyDelta`. */
export function inspectDelta(delta: Uint8Array): DeltaSummary {
  const limits = { maxNewSize: MAX_SUMMARY_SIZE };
  const { newSize, totals, storedControls, diff, extra } = outlineBsdiff40(delta, limits, () => {});
  return {
    newSize,
    controls: totals.count,
    diffBytes: diff.size,
    extraBytes: extra.size,
    storedControlBytes: storedControls,
    storedDiffBytes: diff.stored.length,
    storedExtraBytes: extra.stored.length,
  };
}

/** Makes a new file while the diff bytes are being decoded. Almost all are zeros, which cost only copying old bytes. */
class Patch implements ByteSink {
  readonly #controls: Float64Array;
  readonly #old: Uint8Array;
  readonly #extra: Uint8Array;
  readonly #next: Uint8Array;
  /** The index of the current control, and the number of bytes it has yet to add. */
  #control = 0;
  #left = 0;
  #oldAt = 0;
  #extraAt = 0;
  #nextAt = 0;

  /** @param next - zeros, of the length that the controls make */
  constructor(controls: Float64Array, old: Uint8Array, extra: Uint8Array, next: Uint8Array) {
    this.#controls = controls;
    this.#old = old;
    this.#extra = extra;
    this.#next = next;
    this.#left = controls[0] ?? 0;
    this.#finishControls();
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const count = Math.min(this.#left, end - at);
      this.#next.set(bytes.subarray(at, at + count), this.#nextAt);
      this.#addOld(count);
      at += count;
    }
  }

  takeRun(byte: number, count: number): void {
    for (let rest = count; rest > 0; ) {
      const part = Math.min(this.#left, rest);
      if (byte === 0) this.#copyOld(part);
      else {
        this.#next.fill(byte, this.#nextAt, this.#nextAt + part);
        this.#addOld(part);
      }
      rest -= part;
    }
  }

  /** Adds old bytes, modulo 256. bsdiff sometimes reads outside the old file; as in bspatch, that adds nothing. */
  #addOld(count: number): void {
    const old = this.#old;
    const next = this.#next;
    const oldAt = this.#oldAt;
    const nextAt = this.#nextAt;
    const end = Math.min(count, old.length - oldAt);
    for (let i = Math.max(0, -oldAt); i < end; i++) next[nextAt + i] = (next[nextAt + i] ?? 0) + (old[oldAt + i] ?? 0);
    this.#advance(count);
  }

  /** Adds old bytes to zeros. */
  #copyOld(count: number): void {
    const start = Math.max(0, this.#oldAt);
    const end = Math.min(this.#old.length, this.#oldAt + count);
    if (start < end) this.#next.set(this.#old.subarray(start, end), this.#nextAt + start - this.#oldAt);
    this.#advance(count);
  }

  #advance(count: number): void {
    this.#nextAt += count;
    this.#oldAt += count;
    this.#left -= count;
    this.#finishControls();
  }

  /** Copies extra bytes and seeks in the old file until a control has bytes to add. */
  #finishControls(): void {
    while (this.#left === 0 && this.#control < this.#controls.length) {
      const extraEnd = this.#extraAt + (this.#controls[this.#control + 1] ?? 0);
      if (extraEnd > this.#extraAt) this.#next.set(this.#extra.subarray(this.#extraAt, extraEnd), this.#nextAt);
      this.#nextAt += extraEnd - this.#extraAt;
      this.#extraAt = extraEnd;
      this.#oldAt += this.#controls[this.#control + 2] ?? 0;
      this.#control += CONTROL_LENGTH;
      this.#left = this.#controls[this.#control] ?? 0;
    }
  }
}
