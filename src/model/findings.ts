/**
 * What is wrong with one value, and where in it: a check walks into the value, and what it reports names the place.
 * Walking costs two array operations, so a value without problems is checked at full speed.
 */
import { quote } from '../text/printable.ts';

/** Collects the problems of one record while its checks walk through it. */
export class Findings {
  /** `field "size": expected …, found …`, in the order of the fields. */
  readonly problems: string[] = [];
  /** The most UTF-16 code units that a text may have in the field that is being checked. */
  textLimit: number = Number.POSITIVE_INFINITY;
  readonly #path: (string | number)[] = [];

  /** How many fields, keys and list items lead to the value that is being checked; 1 for a field's own value. */
  get depth(): number {
    return this.#path.length;
  }

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** Reports the value that was entered. `found` is a phrase; for a value's description see `describe`. */
  report(expected: string, found: string): void {
    const [field = '', ...rest] = this.#path;
    const place = rest.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    this.problems.push(`field ${quote(`${field}${place}`)}: expected ${expected}, found ${found}`);
  }
}

/** A value in a few words, for the end of a message: `-3`, `"1.0"`, `a list`, `nothing`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
