/**
 * What is wrong in a repository, collected: one broken ref does not hide another.
 */

import { badInput, MAX_PROBLEMS } from '../../catalogue/read/bad-input.ts';
import { type Problem, RepomillError } from '../../errors.ts';

/** Problems found so far. */
export class RepositoryFindings {
  readonly #problems: Problem[] = [];

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Whether there are so many that looking on would only bury them. */
  get isHopeless(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** Whether there are any. */
  get isClean(): boolean {
    return this.#problems.length === 0;
  }

  /** Does a piece of the work; what is wrong with `file` is noted, and then there is no result. */
  attempt<Result>(file: string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      const { message, problems } = error;
      this.#problems.push(...(problems.length > 0 ? problems : [{ file, message: withoutPath(message, file) }]));
      return undefined;
    }
  }

  /** Adds what was found elsewhere. */
  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** Throws a metadata error with all problems, if there are any. */
  check(): void {
    if (this.#problems.length > 0) throw badInput(this.#problems);
  }
}

function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}
