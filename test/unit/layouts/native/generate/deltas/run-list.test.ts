import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignSorted, type Run, RunList } from '../../../../../../src/layouts/native/generate/deltas/run-list.ts';
import { compareText } from '../../../../../../src/model/order.ts';

describe('RunList', () => {
  it('makes one run of pairs that follow each other in both lists', () => {
    const runs = new RunList();
    for (const [old, next] of [
      [0, 1],
      [1, 2],
      [3, 3],
      [4, 5],
    ] as const)
      runs.add(old, next);
    expect(runs.list()).toEqual([
      { old: 0, next: 1, count: 2 },
      { old: 3, next: 3, count: 1 },
      { old: 4, next: 5, count: 1 },
    ]);
  });
});

describe('alignSorted', () => {
  it('pairs every text that both lists have, and no other', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 2 })).map((list) => list.sort(compareText));
    fc.assert(
      fc.property(texts, texts, (old, next) => {
        const pairs = pairsOf(alignSorted(old, next)).map(([i, j]) => [old[i], next[j]]);
        expect(pairs).toEqual(old.filter((text) => next.includes(text)).map((text) => [text, text]));
      }),
    );
  });
});

function pairsOf(runs: readonly Run[]): readonly (readonly [number, number])[] {
  return runs.flatMap(({ old, next, count }) => Array.from({ length: count }, (_, i) => [old + i, next + i] as const));
}
