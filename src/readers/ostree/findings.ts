/**
 * What is wrong in a repository, collected, so that one broken ref does not hide another.
 */

import { type Problem, RepomillError } from '../../errors.ts';
import { badInput, MAX_PROBLEMS, problemsOf } from '../../model/problems.ts';

/** Problems found so far. */
export class RepositoryFindings {
  readonly #problems: Problem[] = [];

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Whether there are so many that more would only bury them. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** Whether nothing is wrong so far. */
  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** Does some work that concerns a file. Its error is noted as a problem of that file, and the result is undefined. */
  attempt<Result>(file: string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      this.#problems.push(...problemsOf(error, file));
      return undefined;
    }
  }

  /** Adds problems that were found elsewhere. */
  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** Throws a metadata error with all problems, if there are any. */
  check(): void {
    if (this.#problems.length > 0) throw badInput(this.#problems);
  }
}
