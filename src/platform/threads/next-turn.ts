/** Lets timers, signals and I/O have their turn between two pieces of synchronous work. */
import { setImmediate } from 'node:timers/promises';

/** Resolves in the next turn of the event loop. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}
