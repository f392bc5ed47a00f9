import { describe, expect, it } from 'vitest';
import type { PartPlan } from '../../../../src/delta/align/part-plan.ts';
import { PlanMemo } from '../../../../src/delta/align/plan-memo.ts';

/** A memo that notes which plans had to be made; each has the given number of bytes. */
function noting(maxSize: number): { ask(pair: string, size?: number): Promise<PartPlan>; readonly made: string[] } {
  const memo = new PlanMemo(maxSize);
  const made: string[] = [];
  const ask = (pair: string, size = 1000): Promise<PartPlan> => {
    const [old = '', next = ''] = pair.split('>');
    return memo.plan(old, next, async () => {
      made.push(pair);
      return { instructions: [new Uint8Array(size)], searchable: [] };
    });
  };
  return { ask, made };
}

describe('PlanMemo', () => {
  it('makes a plan once for each pair of digests', async () => {
    const { ask, made } = noting(10_000);
    const first = await ask('a>b');
    expect(await ask('a>b')).toBe(first);
    await ask('b>a');
    await ask('a>c');
    expect(made).toEqual(['a>b', 'b>a', 'a>c']);
  });

  it('drops the least recently used plan when it is full', async () => {
    const { ask, made } = noting(3500);
    for (const pair of ['1>2', '1>3', '1>4', '1>2', '1>5', '1>2', '1>3']) await ask(pair);
    expect(made).toEqual(['1>2', '1>3', '1>4', '1>5', '1>3']);
  });

  it('gives a plan that is larger than its limit, and does not keep it', async () => {
    const { ask, made } = noting(500);
    expect((await ask('a>b')).instructions).toHaveLength(1);
    await ask('a>b');
    expect(made).toEqual(['a>b', 'a>b']);
  });

  it('keeps nothing of a plan that could not be made', async () => {
    const memo = new PlanMemo(1000);
    await expect(memo.plan('a', 'b', async () => Promise.reject(new Error('no bytes')))).rejects.toThrow('no bytes');
    const plan = { instructions: [], searchable: [] };
    expect(await memo.plan('a', 'b', async () => plan)).toBe(plan);
  });
});
