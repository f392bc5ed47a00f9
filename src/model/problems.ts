/**
 * The problems of an input: they are collected, so that one does not hide another, and reported at once.
 */
import { messageAbout, type Problem, RepomillError } from '../errors.ts';
import { formatPlural } from '../text/quantity.ts';
import { compareText } from './order.ts';

/** Reading stops after this many problems: the wrong reader finds one on every line. */
export const MAX_PROBLEMS = 1000;

/** The order of problems: by file, line and column. */
export function compareProblems(a: Problem, b: Problem): number {
  return compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** A metadata error with the first `MAX_PROBLEMS` problems, sorted. `hint` says what would help against some of them. */
export function badInput(problems: readonly Problem[], hint?: string): RepomillError {
  const count =
    problems.length >= MAX_PROBLEMS ? `${MAX_PROBLEMS} or more problems` : formatPlural(problems.length, 'problem');
  return new RepomillError('metadata', `${count} in the input; nothing was written`, {
    problems: problems.toSorted(compareProblems).slice(0, MAX_PROBLEMS),
    hint,
  });
}

/** An error about a file as its problems, or as one. The message does not repeat the file. */
export function problemsOf(error: RepomillError, file: string): readonly Problem[] {
  return error.problems.length > 0 ? error.problems : [{ file, message: messageAbout(file, error) }];
}
