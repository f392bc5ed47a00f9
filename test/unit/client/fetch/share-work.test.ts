import { expect, it } from 'vitest';
import { shareWork } from '../../../../src/client/fetch/share-work.ts';

const reason = new Error('enough');

/** Work that ends at a call, or when its signal is aborted. */
function started(): {
  readonly run: ReturnType<typeof shareWork<string, string>>;
  readonly signals: AbortSignal[];
  finish(result: string): void;
  fail(error: Error): void;
} {
  const signals: AbortSignal[] = [];
  const ends: { finish(result: string): void; fail(error: unknown): void }[] = [];
  const run = shareWork<string, string>((_, signal) => {
    signals.push(signal);
    return new Promise((finish, fail) => {
      ends.push({ finish, fail });
      signal.addEventListener('abort', () => fail(signal.reason));
    });
  });
  return {
    run,
    signals,
    finish: (result) => ends.at(-1)?.finish(result),
    fail: (error) => ends.at(-1)?.fail(error),
  };
}

it('does the work for a key once, and keeps the result', async () => {
  const { run, signals, finish } = started();
  const both = [run('a'), run('a', new AbortController().signal)];
  finish('done');
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(await run('a')).toBe('done');
  expect(signals).toHaveLength(1);
});

it('does the work for each key', async () => {
  const { run, signals, finish } = started();
  void run('a').catch(() => undefined);
  const other = run('b');
  finish('done');
  expect(await other).toBe('done');
  expect(signals).toHaveLength(2);
});

it('does not keep a failure', async () => {
  const { run, finish, fail } = started();
  const first = run('a');
  fail(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  const second = run('a');
  finish('done');
  expect(await second).toBe('done');
});

it('stops waiting for a caller that aborts, but continues work that others wait for', async () => {
  const { run, signals, finish } = started();
  const controller = new AbortController();
  const [aborted, other] = [run('a', controller.signal), run('a')];
  controller.abort(reason);
  await expect(aborted).rejects.toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
  expect(signals[0]?.aborted).toBe(false);
  finish('done');
  expect(await other).toBe('done');
});

it('ends the work when every caller has aborted, and starts anew for the next', async () => {
  const { run, signals, finish } = started();
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [run('a', one.signal), run('a', other.signal)];
  one.abort(reason);
  other.abort(reason);
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(signals[0]?.reason).toBe(reason);
  const next = run('a');
  finish('done');
  expect(await next).toBe('done');
});

it('starts nothing for a caller that has aborted', async () => {
  const { run, signals } = started();
  await expect(run('a', AbortSignal.abort(reason))).rejects.toMatchObject({ code: 'interrupted', cause: reason });
  expect(signals).toEqual([]);
});
