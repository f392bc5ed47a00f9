import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchTexts } from '../../../../../../src/layouts/apt/generate/pdiffs/match-texts.ts';

describe('matchTexts', () => {
  it('finds the longest part that both lists have in the same order', () => {
    const found = matchTexts([...'abcabba'], [...'cbabac']);
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  });

  it('gives one run for equal lists, and none for lists without a common text', () => {
    expect(matchTexts(['a', 'a', 'b'], ['a', 'a', 'b'])).toEqual([{ old: 0, next: 0, count: 3 }]);
    expect(matchTexts(['a', 'b'], ['c', 'd', 'e'])).toEqual([]);
    expect(matchTexts([], ['a'])).toEqual([]);
    expect(matchTexts([], [])).toEqual([]);
  });

  it('gives runs of equal texts that ascend and do not meet, as many texts as the longest common part has', () => {
    const anyTexts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(anyTexts, anyTexts, (old, next) => {
        expectRuns(old, next);
        const matched = matchTexts(old, next).reduce((sum, { count }) => sum + count, 0);
        expect(matched).toBe(longestCommon(old, next));
      }),
      { numRuns: 500 },
    );
  });

  it('matches what is unique where lists differ in thousands of places', () => {
    const old = Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? `text ${i}` : `old ${i}`));
    const next = Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? `text ${i}` : 'same'));
    expectRuns(old, next);
    expect(matchTexts(old, next)).toHaveLength(3000);
  });

  it('keeps the order of texts that were moved', () => {
    const old = Array.from({ length: 3000 }, (_, i) => `text ${i}`);
    const next = [...old.slice(2000), ...old.slice(0, 2000)];
    expectRuns(old, next);
    expect(matchTexts(old, next)).toEqual([{ old: 0, next: 1000, count: 2000 }]);
    expectRuns(old, old.toReversed());
  });

  it('gives up where nothing is unique and too much differs, without delay', () => {
    const old = Array.from({ length: 100_000 }, (_, i) => `${i % 7}`);
    const next = Array.from({ length: 100_000 }, (_, i) => `${(i * i) % 11}`);
    expectRuns(old, next);
  });
});

function expectRuns(old: readonly string[], next: readonly string[]): void {
  let oldEnd = 0;
  let nextEnd = 0;
  for (const [i, run] of matchTexts(old, next).entries()) {
    expect(run.count).toBeGreaterThan(0);
    expect(run.old >= oldEnd && run.next >= nextEnd).toBe(true);
    expect(i === 0 || run.old > oldEnd || run.next > nextEnd).toBe(true);
    expect(next.slice(run.next, run.next + run.count)).toEqual(old.slice(run.old, run.old + run.count));
    oldEnd = run.old + run.count;
    nextEnd = run.next + run.count;
  }
  expect(oldEnd <= old.length && nextEnd <= next.length).toBe(true);
}

/** The length of the longest common subsequence, by the table of every textbook. */
function longestCommon(old: readonly string[], next: readonly string[]): number {
  let row = new Array<number>(next.length + 1).fill(0);
  for (const text of old) {
    const below = [0];
    for (const [j, other] of next.entries()) {
      below.push(text === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, below[j] ?? 0));
    }
    row = below;
  }
  return row.at(-1) ?? 0;
}
