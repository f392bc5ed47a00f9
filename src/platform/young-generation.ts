/**
 * The size of V8's young generation, which costs up to 48 MB whatever a program needs. A small build does with a small
 * one; for a large build a small one would cost a third more time.
 */
import { setFlagsFromString } from 'node:v8';

/** Keeps the young generation at its first size, a megabyte. */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the young generation grow as V8 sees fit. */
export function letYoungGenerationGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
