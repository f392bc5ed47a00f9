/**
 * Where one JSON value of a file ends, by brackets and strings alone. It goes on where it stopped when more bytes come,
 * and it is meant for broken input too: brackets that do not match are closed together, and a string ends with its line.
 */
import { byte } from './json-bytes.ts';

/** Scans one value after the other. */
export class JsonScan {
  #at = 0;
  #inString = false;
  #escaped = false;
  /** The brackets that are open, and how many of them are of each kind. */
  readonly #open: number[] = [];
  #lists = 0;
  #objects = 0;

  /**
   * The offset of the comma or bracket behind a list's element (`inList`), or the one behind the bracket that ends a
   * value; undefined if it is not in `bytes`, which must then be given again with more behind them.
   */
  findEnd(bytes: Uint8Array, inList: boolean): number | undefined {
    for (; this.#at < bytes.length; this.#at++) {
      const next = bytes[this.#at] ?? 0;
      if (this.#inString) this.#passInString(next);
      else if (next === byte.quote) this.#inString = true;
      else if (next === byte.comma && inList && this.#open.length === 0) return this.#at;
      else if (next === byte.openList || next === byte.openObject) this.#enter(next);
      else if (next === byte.closeList || next === byte.closeObject) {
        if (inList && next === byte.closeList && this.#lists === 0) return this.#at;
        this.#leave(next);
        if (!inList && this.#open.length === 0) return this.#at + 1;
      }
    }
    return undefined;
  }

  /** Forgets the bytes that were given, which are gone from the window; the brackets stay open. */
  forget(): void {
    this.#at = 0;
  }

  /** Begins with another value. */
  reset(): void {
    this.#at = this.#lists = this.#objects = this.#open.length = 0;
    this.#inString = this.#escaped = false;
  }

  #passInString(next: number): void {
    if (next === byte.newline) this.#inString = this.#escaped = false;
    else if (this.#escaped) this.#escaped = false;
    else if (next === byte.backslash) this.#escaped = true;
    else if (next === byte.quote) this.#inString = false;
  }

  #enter(bracket: number): void {
    this.#open.push(bracket);
    if (bracket === byte.openList) this.#lists++;
    else this.#objects++;
  }

  /** Closes the innermost bracket of the kind, with those inside of it; nothing, if there is none. */
  #leave(bracket: number): void {
    const wanted = bracket === byte.closeList ? byte.openList : byte.openObject;
    if ((wanted === byte.openList ? this.#lists : this.#objects) === 0) return;
    for (;;) {
      const closed = this.#open.pop();
      if (closed === byte.openList) this.#lists--;
      else this.#objects--;
      if (closed === wanted || closed === undefined) return;
    }
  }
}
