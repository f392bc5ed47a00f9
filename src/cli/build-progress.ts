/**
 * The progress of a build on the command line: a bar, and memory that follows the size of the input.
 */
import { keepHeapSmall, letYoungGenerationGrow } from '../platform/process/heap-growth.ts';
import type { ProgressBar } from './progress-bar.ts';

/** Bytes of input above which the heap may grow: about 20,000 Debian packages. */
const LARGE_INPUT = 16_000_000;

/** Wraps a bar. The heap stays small unless the input turns out to be large and this thread is the only one. */
export function buildProgress(bar: ProgressBar, threads: number): ProgressBar {
  keepHeapSmall();
  return {
    ...bar,
    start: (stage, total, unit) => {
      if (stage === 'reading' && total > LARGE_INPUT && threads === 1) letYoungGenerationGrow();
      bar.start(stage, total, unit);
    },
  };
}
