/**
 * How generously V8 lets the heap grow. By its own choice it takes up to 48 MB for the young generation and several times
 * what is alive for the old one, whatever a program needs; a build holds little for long.
 */
import { setFlagsFromString } from 'node:v8';

/** Lets the heaps of all threads grow to 1.8 times what is alive, and keeps the young generation at its first size, a megabyte. */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=80');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the young generation grow as V8 sees fit: where one thread does a lot, a small one would cost a third more time. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
