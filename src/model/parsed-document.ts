/**
 * A parsed document: plain values, and where and how the file writes them. Objects and lists are known by identity, so it
 * takes no path to ask about one, wherever it is in the document.
 */
import type { Position } from '../text/line-index.ts';

/** The keys and indexes that lead from the value of a document to a part of it. */
export type ValuePath = readonly (string | number)[];

/** One document of a file. */
export interface ParsedDocument {
  /** Plain values: strings, numbers (NaN and infinities too), booleans, null, arrays and objects. */
  readonly value: unknown;
  /** The line on which the content begins. */
  readonly line: number;
  /**
   * The line of the key or the list item that holds an object or a list of `value`; for others, `line`. Takes the same time
   * wherever it is.
   */
  lineOf(container: object): number;
  /** The position of the key or the list item at `path`; if it does not exist, of the last part of the path that does. */
  positionOf(path: ValuePath): Position;
  /**
   * A number inside `container` as the file writes it: `1.10`, not 1.1. Undefined if there is no number. Formats that tell
   * texts from numbers do not have this: there, a number was meant.
   */
  readonly textOf?: (container: object, key: string | number) => string | undefined;
}

/** The texts of numbers by the object or list that holds them, if they differ from what `String` makes of the number. */
export class NumberTexts {
  readonly #texts = new Map<object, Map<string, string>>();

  /** Remembers how a number is written. */
  add(container: object, key: string | number, value: number, text: string): void {
    if (String(value) === text) return;
    const known = this.#texts.get(container);
    if (known === undefined) this.#texts.set(container, new Map([[String(key), text]]));
    else known.set(String(key), text);
  }

  /** The text of the number at a key; undefined if there is no number. */
  of(container: object, key: string | number): string | undefined {
    const value: unknown = Reflect.get(container, key);
    if (typeof value !== 'number') return undefined;
    return this.#texts.get(container)?.get(String(key)) ?? String(value);
  }
}
