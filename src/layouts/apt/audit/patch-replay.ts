/**
 * Applies a patch while the older file arrives, as apt's method `rred` does, and keeps nothing but the digest of the result. Shares
 * no code with the generator's patches, so a mistake in either is found.
 */
import { RepomillError } from '../../../errors.ts';
import { startDigest } from '../../../platform/hash/sha256.ts';
import { encodeLines, type LinePatch } from '../format/line-patch.ts';
import type { FileDigest } from '../format/pdiff-index.ts';

const NEWLINE = 0x0a;

/** Applies a patch to bytes that arrive piece by piece. */
export class PatchReplay {
  readonly #patch: LinePatch;
  readonly #digest = startDigest();
  #size = 0;
  /** The hunk that comes next, and how many lines of the old file have ended. */
  #next = 0;
  #line = 0;
  #isAtStart = true;

  constructor(patch: LinePatch) {
    this.#patch = patch;
  }

  /** The next bytes of the older file. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const hunk = this.#patch[this.#next];
      if (hunk === undefined) {
        this.#emit(bytes.subarray(at));
        at = bytes.length;
      } else if (this.#line < hunk.start) at = this.#pass(bytes, at, hunk.start, true);
      else if (this.#line < hunk.start + hunk.removed) at = this.#pass(bytes, at, hunk.start + hunk.removed, false);
      else this.#insert(hunk.lines);
    }
  }

  /** Goes on up to a line, or to the end of the bytes. */
  #pass(bytes: Uint8Array, start: number, line: number, isKept: boolean): number {
    let at = start;
    while (this.#line < line) {
      const end = bytes.indexOf(NEWLINE, at);
      this.#isAtStart = end !== -1;
      at = end === -1 ? bytes.length : end + 1;
      if (end === -1) break;
      this.#line++;
    }
    if (isKept) this.#emit(bytes.subarray(start, at));
    return at;
  }

  #insert(lines: readonly string[]): void {
    this.#emit(encodeLines(lines));
    this.#next++;
  }

  #emit(bytes: Uint8Array): void {
    this.#size += bytes.length;
    this.#digest.update(bytes);
  }

  /** The digest of the result. Throws an integrity error if the older file has fewer lines than the patch needs. */
  finish(): FileDigest {
    for (let hunk = this.#patch[this.#next]; hunk !== undefined; hunk = this.#patch[this.#next]) {
      const needed = hunk.start + hunk.removed;
      if (this.#line < needed || !this.#isAtStart) {
        throw new RepomillError(
          'integrity',
          `expected an older version of at least ${needed} lines, found ${this.#line}`,
        );
      }
      this.#insert(hunk.lines);
    }
    return { sha256: this.#digest.finish(), size: this.#size };
  }
}
