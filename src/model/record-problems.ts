/**
 * The problems of one record. A check walks into a value, and each reported problem names the place it has reached. A step
 * costs only two array operations, so values without problems are checked at full speed.
 */
import { quote } from '../text/printable.ts';

/** A problem of one record. */
export interface RecordProblem {
  /** `field "size": expected …, found …` */
  readonly message: string;
  /** The message without the field: `expected …, found …`. */
  readonly flaw: string;
  /** The same for all records with this problem, whatever was found in them and at which position of a list. */
  readonly kind: string;
  /** The field whose value does not fit, by its name here. */
  readonly field?: string;
}

/** Collects the problems of one record while its checks walk through it. */
export class RecordProblems {
  /** In the order of the fields. */
  readonly found: RecordProblem[] = [];
  /** The most UTF-16 code units of a text in the current field. */
  textLimit: number = Number.POSITIVE_INFINITY;
  readonly #path: (string | number)[] = [];
  readonly #names: ReadonlyMap<string, string> | undefined;

  readonly #isWordless: boolean;

  /**
   * @param names - what the user calls a field, where that differs
   * @param isWordless - whether it is enough to know that there are problems
   */
  constructor(names?: ReadonlyMap<string, string>, isWordless = false) {
    this.#names = names;
    this.#isWordless = isWordless;
  }

  /** Number of fields, keys and list items that lead to the current value; 1 for the value of a field. */
  get depth(): number {
    return this.#path.length;
  }

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** Reports a problem with the current value. `found` is a phrase; `describeValue` makes one from a value. */
  report(expected: string, found: string): void {
    if (this.#isWordless) {
      this.found.push(wordless);
      return;
    }
    const [field = '', ...rest] = this.#path;
    const place = rest.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    const name = this.#names?.get(String(field)) ?? field;
    const flaw = `expected ${expected}, found ${found}`;
    const message = `field ${quote(`${name}${place}`)}: ${flaw}`;
    const kind = `${name}${place.replaceAll(/\[\d+\]/g, '[]')}: ${expected}`;
    this.found.push({ message, flaw, kind, field: String(field) });
  }

  /** Reports a problem that has no value, such as that of a name. */
  refuse(message: string): void {
    this.found.push({ message, flaw: message, kind: message });
  }
}

const wordless: RecordProblem = { message: '', flaw: '', kind: '' };

/** A value in a few words, for the end of a message: `-3`, `"1.0"`, `a list`, `nothing`. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
