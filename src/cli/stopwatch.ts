/**
 * Measures a command stage by stage: time, memory and cache hits.
 */
import { defined } from '../model/defined.ts';
import type { CacheKind, Reporter, Stage } from '../model/progress.ts';
import { type ProcessFigures, processFigures } from '../platform/process/process-figures.ts';

/** What one stage took. Times in seconds, memory in bytes. */
export interface StageMetrics {
  readonly stage: Stage | 'starting' | 'ending';
  readonly seconds: number;
  /** Summed over all threads, so possibly more than `seconds`. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the process up to the end of the stage. */
  readonly peakMemory: number;
  /** How much was done, in `unit`. */
  readonly done?: number;
  readonly unit?: string;
  /** Cache lookups. */
  readonly cache?: Readonly<Partial<Record<CacheKind, { readonly hits: number; readonly misses: number }>>>;
}

/** What a command took. Times in seconds, memory in bytes. */
export interface Measurements {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  readonly stages: readonly StageMetrics[];
}

interface Current {
  readonly stage: StageMetrics['stage'];
  readonly unit: string | undefined;
  readonly since: ProcessFigures;
  done: number;
  readonly cache: Partial<Record<CacheKind, { hits: number; misses: number }>>;
}

/** Measures a command, from the start of the process. */
export interface Stopwatch {
  /** Ends the current stage and begins the next. */
  stage(stage: Current['stage'], unit?: string): void;
  advance(amount: number): void;
  cacheLookup(kind: CacheKind, hit: boolean): void;
  /** Ends the last stage. */
  finish(): Measurements;
}

/** Starts a stopwatch. */
export function stopwatch(): Stopwatch {
  const stages: StageMetrics[] = [];
  const start = { elapsed: 0, cpu: 0, peakMemory: 0 };
  let current: Current = { stage: 'starting', unit: undefined, since: start, done: 0, cache: {} };
  const next = (stage: Current['stage'], unit?: string): ProcessFigures => {
    const now = processFigures();
    stages.push(measured(current, now));
    current = { stage, unit, since: now, done: 0, cache: {} };
    return now;
  };
  return {
    stage: (stage, unit) => void next(stage, unit),
    advance: (amount) => {
      current.done += amount;
    },
    cacheLookup(kind, hit) {
      const counts = current.cache[kind] ?? { hits: 0, misses: 0 };
      current.cache[kind] = counts;
      counts[hit ? 'hits' : 'misses']++;
    },
    finish() {
      const { elapsed, cpu, peakMemory } = next('ending');
      return { seconds: rounded(elapsed), cpuSeconds: rounded(cpu), peakMemory, stages };
    },
  };
}

/** A reporter that feeds the stopwatch and passes everything on. */
export function measuredProgress(progress: Reporter, watch: Stopwatch): Reporter {
  return {
    start(stage, total, unit) {
      watch.stage(stage, unit);
      progress.start(stage, total, unit);
    },
    advance(amount) {
      watch.advance(amount);
      progress.advance(amount);
    },
    cacheLookup(kind, hit) {
      watch.cacheLookup(kind, hit);
      progress.cacheLookup(kind, hit);
    },
    download: (state) => progress.download(state),
    warn: (message) => progress.warn(message),
  };
}

function measured({ stage, unit, since, done, cache }: Current, now: ProcessFigures): StageMetrics {
  return defined({
    stage,
    seconds: rounded(now.elapsed - since.elapsed),
    cpuSeconds: rounded(now.cpu - since.cpu),
    peakMemory: now.peakMemory,
    done: unit === undefined ? undefined : done,
    unit,
    cache: Object.keys(cache).length === 0 ? undefined : cache,
  });
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
