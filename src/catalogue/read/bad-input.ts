/**
 * The one error that reports every bad place of the input.
 */
import { type Problem, RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';

/** After this many problems reading stops: a wrong reader makes one for every line. */
export const MAX_PROBLEMS = 1000;

/** A metadata error with all problems, or the first of very many, in the order of the files and of the lines in them. */
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
