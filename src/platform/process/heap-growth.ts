/**
 * How generously V8 lets the heap grow. By its own choice it takes up to 48 MB for the young generation and several times
 * the live bytes for the old one, whatever a program needs; a build keeps little for long.
 */
import { setFlagsFromString } from 'node:v8';

/** Lets the heaps of all threads grow to 1.8 times their live bytes, and keeps the young generation at its first size, a megabyte. */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=80');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the young generation grow as V8 sees fit: if one thread does much, a small one costs a third more time. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
