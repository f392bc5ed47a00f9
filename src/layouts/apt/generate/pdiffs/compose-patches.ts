/**
 * Two patches as one: from an old text to a middle one and on to a new one. The texts themselves are not needed, so that an older
 * version keeps its patch without being kept.
 */
import { type Hunk, type LinePatch, PatchBuilder } from '../../format/line-patch.ts';

/**
 * The patch that does what two do one after the other. Takes time for the lines of the patches, whatever the size of the texts.
 *
 * @param first - from the old text to the middle one
 * @param second - from the middle text to the new one
 */
export function composePatches(first: LinePatch, second: LinePatch): LinePatch {
  const walk = new Walk(first);
  for (const { start, removed, lines } of second) {
    walk.keepTo(start);
    walk.insert(lines);
    walk.removeTo(start + removed);
  }
  return walk.finish();
}

/** Walks through the middle text. Its lines are lines of the old text, or of a hunk of the first patch. */
class Walk {
  readonly #first: LinePatch;
  readonly #composed = new PatchBuilder();
  /** The first hunk that was not passed whole, and how many of its lines were. */
  #next = 0;
  #used = 0;
  /** The line of the middle text where we are, and how many lines the hunks before it have added. */
  #line = 0;
  #growth = 0;

  constructor(first: LinePatch) {
    this.#first = first;
  }

  /** Lines of the middle text up to this one stay. */
  keepTo(line: number): void {
    this.#walkTo(line, true);
  }

  /** Lines of the middle text up to this one go. */
  removeTo(line: number): void {
    this.#walkTo(line, false);
  }

  insert(lines: readonly string[]): void {
    this.#composed.insert(lines);
  }

  finish(): LinePatch {
    this.keepTo(Number.POSITIVE_INFINITY);
    return this.#composed.patch();
  }

  #walkTo(line: number, stays: boolean): void {
    for (let hunk = this.#first[this.#next]; hunk !== undefined; hunk = this.#first[this.#next]) {
      const start = hunk.start + this.#growth;
      if (this.#used === 0) {
        // A hunk at the end of a range belongs to the range after it.
        if (start >= line) break;
        this.#takeOld(start, stays);
        this.#composed.remove(hunk.removed);
      }
      if (!this.#takeInserted(hunk, line, stays)) return;
    }
    if (line !== Number.POSITIVE_INFINITY) this.#takeOld(line, stays);
  }

  /** Takes lines of the old text, up to a line of the middle one. */
  #takeOld(line: number, stays: boolean): void {
    if (stays) this.#composed.keep(line - this.#line);
    else this.#composed.remove(line - this.#line);
    this.#line = line;
  }

  /** Takes lines of a hunk, up to a line of the middle text. Returns whether that was all of them. */
  #takeInserted({ removed, lines }: Hunk, line: number, stays: boolean): boolean {
    const end = Math.min(lines.length, this.#used + line - this.#line);
    if (stays) this.#composed.insert(lines, this.#used, end);
    this.#line += end - this.#used;
    this.#used = end;
    if (end < lines.length) return false;
    this.#next++;
    this.#used = 0;
    this.#growth += lines.length - removed;
    return true;
  }
}
