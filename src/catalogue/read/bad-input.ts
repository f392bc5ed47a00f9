/**
 * The error that reports every problem of the input at once.
 */
import { formatError, type Problem, RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';

/** Reading stops after this many problems: the wrong reader finds one on every line. */
export const MAX_PROBLEMS = 1000;

/** A metadata error with the first `MAX_PROBLEMS` problems, sorted by file, line and column. */
export function badInput(problems: readonly Problem[]): RepomillError {
  const sorted = problems.toSorted(
    (a, b) => compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  const count =
    sorted.length >= MAX_PROBLEMS
      ? `${MAX_PROBLEMS} or more problems`
      : sorted.length === 1
        ? 'one problem'
        : `${sorted.length} problems`;
  return new RepomillError('metadata', `${count} in the input; nothing was written`, {
    problems: sorted.slice(0, MAX_PROBLEMS),
  });
}

/** An error as a problem of a file. The message does not repeat the file. */
export function problemOf(error: RepomillError, file: string): Problem {
  return { file, message: error.path === file ? error.message : formatError(error) };
}
