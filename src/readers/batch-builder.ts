/**
 * Drafts and problems on their way out of a reader, a few hundred at a time.
 */
import type { Problem } from '../errors.ts';
import { describe } from '../model/findings.ts';
import type { Batch, Draft } from './reader.ts';

const BATCH_SIZE = 256;

/** Collects what a reader finds in one file. */
export class BatchBuilder {
  readonly #file: string;
  #drafts: Draft[] = [];
  #problems: Problem[] = [];

  /** `file` is as the user would type it. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether there is enough for a batch. */
  get isFull(): boolean {
    return this.#drafts.length + this.#problems.length >= BATCH_SIZE;
  }

  addDraft(fields: Readonly<Record<string, unknown>>, line: number): void {
    this.#drafts.push({ fields, line });
  }

  /** Adds a parsed value as a draft if it is an object at all. */
  addValue(value: unknown, line: number): void {
    if (isObject(value)) this.addDraft(value, line);
    else this.addProblem(`expected a record, found ${describe(value)}`, line);
  }

  addProblem(message: string, line: number, column?: number): void {
    this.#problems.push({ file: this.#file, line, ...(column === undefined ? {} : { column }), message });
  }

  /** What was collected since the last batch; undefined if that is nothing. */
  take(): Batch | undefined {
    if (this.#drafts.length + this.#problems.length === 0) return undefined;
    const batch = { drafts: this.#drafts, problems: this.#problems };
    this.#drafts = [];
    this.#problems = [];
    return batch;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
