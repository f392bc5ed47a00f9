import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/async/limiter.ts';

describe('Gate', () => {
  it('does all of the work, in the order in which it came, and never more of it at a time than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(4), { maxLength: 30 }),
        async (limit, pauses) => {
          const gate = new Gate(limit);
          const started: number[] = [];
          let underWay = 0;
          let most = 0;
          const work = pauses.map((pause, i) =>
            gate.pass(async () => {
              started.push(i);
              most = Math.max(most, ++underWay);
              for (let turn = 0; turn < pause; turn++) await Promise.resolve();
              underWay--;
              return i;
            }),
          );
          expect(await Promise.all(work)).toEqual([...pauses.keys()]);
          expect(started).toEqual([...pauses.keys()]);
          expect([most <= limit, underWay]).toEqual([true, 0]);
        },
      ),
    );
  });

  it('uses all of its room', async () => {
    const gate = new Gate(3);
    let underWay = 0;
    let open = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      open = resolve;
    });
    const work = Array.from({ length: 5 }, () =>
      gate.pass(async () => {
        underWay++;
        await waiting;
      }),
    );
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(underWay).toBe(3);
    open();
    await Promise.all(work);
    expect(underWay).toBe(5);
  });

  it('lets the next through after work that failed, at once or later', async () => {
    const gate = new Gate(1);
    const fail = (): never => {
      throw new Error('failed');
    };
    const results = await Promise.allSettled([
      gate.pass(async () => fail()),
      gate.pass(fail),
      gate.pass(() => Promise.resolve().then(fail)),
      gate.pass(async () => 'done'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(await gate.pass(async () => 'again')).toBe('again');
  });

  it('gives freed room to who waits, not to who comes just then', async () => {
    const gate = new Gate(1);
    const order: string[] = [];
    const note = (name: string) => async (): Promise<void> => void order.push(name);
    const first = gate.pass(note('first'));
    const second = gate.pass(note('second'));
    await first;
    await Promise.all([gate.pass(note('third')), second]);
    expect(order).toEqual(['first', 'second', 'third']);
  });
});
