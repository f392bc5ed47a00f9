import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/async/parallel.ts';

/** Lets other work go on a few times. */
async function pause(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

describe('inParallel', () => {
  it('does the work for every item with its position, at most the limit at once', async () => {
    const done: [string, number][] = [];
    let running = 0;
    let most = 0;
    await inParallel(['a', 'b', 'c', 'd', 'e'], 2, async (item, position) => {
      most = Math.max(most, ++running);
      await pause();
      running--;
      done.push([item, position]);
    });
    expect(done).toEqual([...'abcde'].map((item, position) => [item, position]));
    expect(most).toBe(2);
  });

  it('does nothing for no items', async () => {
    await inParallel([], 3, async () => {
      throw new Error('called');
    });
  });

  it('starts nothing after a failure, waits for what is running, and throws the failure', async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, async (item) => {
      started.push(item);
      if (item === 1) throw new Error('failed');
      await pause();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('failed');
    expect([started, ended]).toEqual([[1, 2], [2]]);
  });
});
