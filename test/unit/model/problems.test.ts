import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import { badInput, MAX_PROBLEMS, problemsOf } from '../../../src/model/problems.ts';

describe('badInput', () => {
  it('has all problems in the order of files, lines and columns', () => {
    const sorted = [
      { file: 'a', message: 'whole' },
      { file: 'a', line: 2, column: 1, message: 'first' },
      { file: 'a', line: 2, column: 3, message: 'second' },
      { file: 'b', line: 1, message: 'last' },
    ];
    const error = badInput(sorted.toReversed());
    expect(error).toMatchObject({ code: 'metadata', message: '4 problems in the input; nothing was written' });
    expect(error.problems).toEqual(sorted);
  });

  it.each([
    [1, '1 problem'],
    [MAX_PROBLEMS - 1, '999 problems'],
    [MAX_PROBLEMS, '1000 or more problems'],
    [MAX_PROBLEMS + 1, '1000 or more problems'],
  ])('of %i problems says "%s", and has at most 1000', (count, text) => {
    const error = badInput(Array.from({ length: count }, (_, line) => ({ file: 'a', line, message: 'bad' })));
    expect(error.message).toBe(`${text} in the input; nothing was written`);
    expect(error.problems).toHaveLength(Math.min(count, MAX_PROBLEMS));
  });
});

describe('problemsOf', () => {
  it('does not repeat a path that is the file', () => {
    const error = new RepomillError('format', 'cut off', { path: 'a.gz' });
    expect(problemsOf(error, 'a.gz')).toEqual([{ file: 'a.gz', message: 'cut off' }]);
    expect(problemsOf(error, 'b')).toEqual([{ file: 'b', message: 'a.gz: cut off' }]);
  });

  it('are those of the error, if it has any', () => {
    const problems = [{ file: 'a', line: 2, message: 'cut off' }];
    expect(problemsOf(new RepomillError('format', 'cut off', { path: 'a', problems }), 'a')).toEqual(problems);
  });
});
