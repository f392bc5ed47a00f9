/**
 * Progress of a build on the command line. Also sizes the heap for the input.
 */
import { keepHeapSmall, letYoungGenerationGrow } from '../platform/process/heap-growth.ts';
import type { ProgressBar } from './progress-bar.ts';

/** Input size in bytes above which the heap may grow: about 20,000 Debian packages. */
const LARGE_INPUT = 16_000_000;

/** Wraps a bar. The heap stays small unless the input is large and this is the only thread. */
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
