/**
 * A progress bar that sizes the heap of a build: how much memory the process takes is the business of the command line, and the
 * progress tells it how large the input is, and when a stage begins.
 */
import { keepHeapSmall, letYoungGenerationGrow } from '../platform/process/heap-growth.ts';
import type { ProgressBar } from './progress-bar.ts';

/** Input size in bytes above which the heap may grow: about 20,000 Debian packages. */
const LARGE_INPUT = 16_000_000;

/** A bar that sizes the heap for the input: it stays small unless the input is large and this is the only thread. */
export function sizingBar(bar: ProgressBar, threads: number): ProgressBar {
  let isLarge = false;
  return {
    ...bar,
    start: (stage, total, unit) => {
      if (stage === 'reading') isLarge = total > LARGE_INPUT;
      // For every stage, since threads start in between.
      if (isLarge && threads === 1) letYoungGenerationGrow();
      else keepHeapSmall();
      bar.start(stage, total, unit);
    },
  };
}
