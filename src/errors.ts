/**
 * The one error class. Its code is the kind of failure: programs branch on it, and the command line turns it into an exit
 * code. Its message is a lower-case fragment for people that does not repeat the path; its problems list every bad place in
 * the input.
 */

/** Kinds of failure. They alone determine the command line's exit code (`cli/exit-code.ts`). */
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

/** What an error may carry besides its code and message. */
export interface ErrorDetails {
  /** What the error is about: a file, a directory, a URL, or a path in a published tree. */
  readonly path?: string | undefined;
  /** A suggestion, printed on a separate line. */
  readonly hint?: string | undefined;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * The error that repomill throws on purpose. Any other error that reaches a caller is a bug in repomill.
 *
 * @example
 * try {
 *   await build({ input: 'packages', out: 'public' });
 * } catch (error) {
 *   if (!(error instanceof RepomillError)) throw error;
 *   for (const problem of error.problems) console.error(formatProblem(problem));
 *   console.error(formatError(error), error.hint ?? '');
 * }
 */
export class RepomillError extends Error {
  readonly code: ErrorCode;
  /** What the error is about, if anything in particular. The message does not repeat it: see `formatError`. */
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RepomillError';
    this.code = code;
    this.path = details.path;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}

/**
 * An error as one line of text: `path: message`, or the message alone if the error has no path.
 *
 * @example
 * formatError(new RepomillError('not-found', 'no such directory', { path: 'packages' })); // 'packages: no such directory'
 */
export function formatError({ path, message }: Pick<RepomillError, 'path' | 'message'>): string {
  return path === undefined ? message : `${path}: ${message}`;
}

/**
 * A problem as one line of text: `file:line:column: message`, without the parts that are unknown.
 *
 * @example
 * formatProblem({ file: 'a.json', line: 3, message: 'expected a version' }); // 'a.json:3: expected a version'
 */
export function formatProblem(problem: Problem): string {
  const position = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${position}: ${problem.message}`;
}

/** The text of anything that was thrown, for use inside another message. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof RepomillError) return formatError(thrown);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The error with a path, unless it has one already. */
export function withPath(error: RepomillError, path: string | undefined): RepomillError {
  if (error.path !== undefined || path === undefined) return error;
  const { code, message, hint, problems } = error;
  return new RepomillError(code, message, { path, hint, problems, cause: error });
}

/** The text of anything that was thrown, for a message that gives the path already. */
export function messageAbout(path: string, thrown: unknown): string {
  return thrown instanceof RepomillError && thrown.path === path ? thrown.message : messageOf(thrown);
}

/** The error for a missing file. */
export function missingFile(path: string): RepomillError {
  return new RepomillError('not-found', 'expected a file, found none', { path });
}

/** The error for a file whose bytes do not match the digest in its name. */
export function wrongBytes(path: string): RepomillError {
  return new RepomillError('integrity', 'expected bytes that match its digest, found others', { path });
}

/** Throws an `interrupted` error if the signal has been aborted, with the signal's reason as its cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new RepomillError('interrupted', 'aborted', { cause: signal.reason });
}
