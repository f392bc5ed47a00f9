/**
 * What is said of several runs: the median, and how far apart they were. Pure.
 */
import type { Measurement } from './measure.ts';

/** What the table and the JSON document say of a contestant's runs. */
export interface Summary {
  readonly runs: number;
  /** Median of the wall time. */
  readonly seconds: number;
  /** Slowest less fastest run, as a part of the median. */
  readonly spread: number;
  /** Median of the processor time, user and system, of the whole process. */
  readonly cpuSeconds?: number;
  /** Median of the peak resident memory of the largest process. */
  readonly peakBytes?: number;
}

/** Puts runs together. A figure that one run lacks is left out. Throws without a run. */
export function summarise(runs: readonly Measurement[]): Summary {
  const walls = runs.map(({ seconds }) => seconds);
  const seconds = median(walls);
  const cpus = present(runs.map(({ cpuSeconds }) => cpuSeconds));
  const peaks = present(runs.map(({ peakBytes }) => peakBytes));
  return {
    runs: runs.length,
    seconds,
    spread: seconds === 0 ? 0 : (Math.max(...walls) - Math.min(...walls)) / seconds,
    ...(cpus === undefined ? {} : { cpuSeconds: median(cpus) }),
    ...(peaks === undefined ? {} : { peakBytes: median(peaks) }),
  };
}

/** The middle value, or the mean of the middle two. Throws where there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('median: expected a value, found none');
  return (lower + upper) / 2;
}

function present(values: readonly (number | undefined)[]): readonly number[] | undefined {
  const found = values.filter((value) => value !== undefined);
  return found.length === values.length ? found : undefined;
}
