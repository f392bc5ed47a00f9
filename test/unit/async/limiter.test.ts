import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Limiter } from '../../../src/async/limiter.ts';

describe('Limiter', () => {
  it('does all work in order of arrival, never more than the limit at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(4), { maxLength: 30 }),
        async (limit, pauses) => {
          const limiter = new Limiter(limit);
          const started: number[] = [];
          let running = 0;
          let most = 0;
          const work = pauses.map((pause, i) =>
            limiter.run(async () => {
              started.push(i);
              most = Math.max(most, ++running);
              for (let turn = 0; turn < pause; turn++) await Promise.resolve();
              running--;
              return i;
            }),
          );
          expect(await Promise.all(work)).toEqual([...pauses.keys()]);
          expect(started).toEqual([...pauses.keys()]);
          expect([most <= limit, running]).toEqual([true, 0]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('runs as much work as the limit at once', async () => {
    const limiter = new Limiter(3);
    let running = 0;
    let open = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      open = resolve;
    });
    const work = Array.from({ length: 5 }, () =>
      limiter.run(async () => {
        running++;
        await waiting;
      }),
    );
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(running).toBe(3);
    open();
    await Promise.all(work);
    expect(running).toBe(5);
  });

  it('continues after work that failed, immediately or later', async () => {
    const limiter = new Limiter(1);
    const fail = (): never => {
      throw new Error('failed');
    };
    const results = await Promise.allSettled([
      limiter.run(async () => fail()),
      limiter.run(fail),
      limiter.run(() => Promise.resolve().then(fail)),
      limiter.run(async () => 'done'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(await limiter.run(async () => 'again')).toBe('again');
  });

  it('prefers waiting work to work that arrives when a place becomes free', async () => {
    const limiter = new Limiter(1);
    const order: string[] = [];
    const note = (name: string) => async (): Promise<void> => void order.push(name);
    const first = limiter.run(note('first'));
    const second = limiter.run(note('second'));
    await first;
    await Promise.all([limiter.run(note('third')), second]);
    expect(order).toEqual(['first', 'second', 'third']);
  });
});
