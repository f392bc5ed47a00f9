/**
 * Work shared by several callers: the first one starts it, and its result is kept. A failure is not kept, so the next call
 * tries again. A caller that aborts stops waiting; the work itself is aborted once no caller is waiting for it.
 */
import { RepomillError, throwIfAborted } from '../../errors.ts';

/** Resolves to the result for a key. */
export type SharedWork<Key, Result> = (key: Key, signal?: AbortSignal) => Promise<Result>;

/** Shares the results of `work`, one per key. Its signal is aborted once every waiting caller has aborted. */
export function shareWork<Key, Result>(
  work: (key: Key, signal: AbortSignal) => Promise<Result>,
): SharedWork<Key, Result> {
  const started = new Map<Key, Started<Result>>();
  const forget = (key: Key, one: Started<Result>): void => {
    if (started.get(key) === one) started.delete(key);
  };
  const start = (key: Key): Started<Result> => {
    const controller = new AbortController();
    const one = { result: work(key, controller.signal), controller, waiting: 0 };
    started.set(key, one);
    one.result.catch(() => forget(key, one));
    return one;
  };
  return async (key, signal) => {
    throwIfAborted(signal);
    const one = started.get(key) ?? start(key);
    one.waiting++;
    if (signal === undefined) return one.result;
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        reject(new RepomillError('interrupted', 'aborted', { cause: signal.reason }));
        if (--one.waiting > 0) return;
        forget(key, one);
        one.controller.abort(signal.reason);
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
      const settled = (): void => signal.removeEventListener('abort', stopWaiting);
      one.result.then(resolve, reject).then(settled);
    });
  };
}

interface Started<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  /** Callers that have not aborted. */
  waiting: number;
}
