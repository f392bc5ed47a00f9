/** Lets timers, signals and I/O have their turn between two pieces of synchronous work. */
import { throwIfAborted } from '../../errors.ts';

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How many small files are read before a signal has its turn: reading one takes no longer than a turn. */
export const FILES_PER_TURN = 200;

/** Throws an `interrupted` error if the signal is aborted, after letting it have its turn. Without a signal, waits for nothing. */
export async function checkpoint(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await nextTurn();
  throwIfAborted(signal);
}
