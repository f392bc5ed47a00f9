/**
 * How generously V8 lets the heap grow. By its own choice it takes up to 48 MB for the young generation and several times
 * the live bytes for the old one, whatever a program needs; a build keeps little for long.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Lets the heaps of all threads grow to 1.8 times their live bytes, and keeps the young generation at its first size, a megabyte.
 * The latter must be asked for again after a thread has started: V8 then goes back to its own choice, for all threads.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=80');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the young generation grow as V8 sees fit: if one thread does much, a small one costs a third more time. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

/**
 * Frees at once what is no longer used. V8 waits until a heap has grown to some 250 MB, which is more than the whole of a build
 * that has just dropped a hundred.
 */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect();
}

let collect: (() => void) | undefined;

// Contexts made after the flag was set have the function; this one has it only if Node was started with the flag.
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
