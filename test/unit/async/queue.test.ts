import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../src/async/queue.ts';

/** Work that ends when `end` or `fail` is called. */
function makeWork(): { readonly run: () => Promise<void>; end(): void; fail(): void } {
  const { promise, resolve, reject } = deferred();
  return { run: () => promise, end: resolve, fail: () => reject(new Error('failed')) };
}

function deferred(): { readonly promise: Promise<void>; resolve(): void; reject(reason: unknown): void } {
  let resolve = (): void => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve: () => resolve(), reject: (reason) => reject(reason) };
}

describe('WorkQueue', () => {
  it('makes add wait while the limit is reached', async () => {
    const queue = new WorkQueue(2);
    const [first, second] = [makeWork(), makeWork()];
    await queue.add(first.run);
    let isAdded = false;
    const added = queue.add(second.run).then(() => {
      isAdded = true;
    });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(isAdded).toBe(false);
    first.end();
    await added;
    second.end();
    await queue.finish();
  });

  it('waits for all work at the end', async () => {
    const queue = new WorkQueue(5);
    const done: number[] = [];
    for (const number of [1, 2, 3]) {
      await queue.add(async () => {
        await Promise.resolve();
        done.push(number);
      });
    }
    await queue.finish();
    expect(done).toEqual([1, 2, 3]);
  });

  it('throws the first failure when more work is added, and at the end', async () => {
    const queue = new WorkQueue(5);
    const work = makeWork();
    await queue.add(work.run);
    work.fail();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    await expect(queue.add(async () => undefined)).rejects.toThrow('failed');
    await expect(queue.finish()).rejects.toThrow('failed');
  });
});
