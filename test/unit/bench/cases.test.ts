import { describe, expect, it } from 'vitest';
import { CASES } from '../../../bench/cases/cases.ts';

describe('the cases of the bench', () => {
  it('have names of their own, none the beginning of another, so that --only can choose each', () => {
    const names = CASES.map(({ name }) => name);
    for (const name of names) expect(names.filter((other) => other.startsWith(name))).toEqual([name]);
  });

  it('have names of lower-case words, and titles of one line', () => {
    for (const { name, title } of CASES) {
      expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[A-Z0-9].*[^.]$/);
    }
  });
});
