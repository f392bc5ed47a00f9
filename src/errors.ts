/**
 * The one error family. A code says which kind of failure it is (programs branch on it, the command line turns it
 * into an exit code); the message is a lower-case fragment for a person; problems list every bad place in one run.
 */

/** Kinds of failure. The command line's exit code follows from the kind alone (`cli/exit-codes.ts`). */
export type ErrorCode =
  | 'usage'
  | 'metadata'
  | 'conflict'
  | 'not-found'
  | 'transport'
  | 'format'
  | 'integrity'
  | 'interrupted';

/** One bad place in the input. `line` and `column` start at 1; `file` is as the user would type it. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** What an error may carry beside its code and message. */
export interface ErrorDetails {
  readonly hint?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** Every error that repomill throws on purpose. Anything else that reaches the top is a defect of repomill. */
export class RepomillError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RepomillError';
    this.code = code;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}

/** `file:line:column: message`, leaving out what is not known. */
export function formatProblem(problem: Problem): string {
  const position = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${position}: ${problem.message}`;
}

/** The message of anything that was thrown, for use inside another message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
