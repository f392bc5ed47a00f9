/**
 * What a command took, stage by stage: a file for programs (`--metrics`), a table for a person (`--timings`).
 */

import type { Argv } from 'yargs';
import { RepomillError } from '../errors.ts';
import type { CacheKind, Reporter, Stage } from '../model/progress.ts';
import { replaceFile } from '../platform/files/files.ts';
import { type ProcessFigures, processFigures } from '../platform/process/process-figures.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';
import { formatTable } from '../text/table.ts';

/** What one stage took. Times in seconds, memory in bytes. */
export interface StageMetrics {
  readonly stage: Stage | 'starting' | 'ending';
  readonly seconds: number;
  /** Of all threads: more than `seconds` where several worked. */
  readonly cpuSeconds: number;
  /** The most that the process has had resident by the end of the stage. */
  readonly peakMemory: number;
  /** How much was done, in the unit. */
  readonly done?: number;
  readonly unit?: string;
  /** What was found in the cache, and what had to be made. */
  readonly cache?: Readonly<Partial<Record<CacheKind, { readonly hits: number; readonly misses: number }>>>;
}

/** What a command took. */
export interface Metrics {
  readonly command: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemory: number;
  readonly stages: readonly StageMetrics[];
}

interface Current {
  readonly stage: StageMetrics['stage'];
  readonly unit?: string;
  readonly since: ProcessFigures;
  done: number;
  readonly cache: Partial<Record<CacheKind, { hits: number; misses: number }>>;
}

/** Measures a command, stage by stage, from the start of the process. */
export interface Stopwatch {
  /** Ends the stage before, and begins the next. */
  stage(stage: Current['stage'], unit?: string): void;
  advance(amount: number): void;
  cacheLookup(kind: CacheKind, hit: boolean): void;
  /** Ends the last stage. */
  finish(): Metrics;
}

/** Starts a stopwatch. */
export function stopwatch(command: string): Stopwatch {
  const stages: StageMetrics[] = [];
  let current: Current = { stage: 'starting', since: { elapsed: 0, cpu: 0, peakMemory: 0 }, done: 0, cache: {} };
  const next = (stage: Current['stage'], unit?: string): ProcessFigures => {
    const now = processFigures();
    stages.push(measured(current, now));
    current = { stage, ...(unit === undefined ? {} : { unit }), since: now, done: 0, cache: {} };
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
      return { command, seconds: rounded(elapsed), cpuSeconds: rounded(cpu), peakMemory, stages };
    },
  };
}

/** A progress that passes everything on, and measures. */
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
  return {
    stage,
    seconds: rounded(now.elapsed - since.elapsed),
    cpuSeconds: rounded(now.cpu - since.cpu),
    peakMemory: now.peakMemory,
    ...(unit === undefined ? {} : { done, unit }),
    ...(Object.keys(cache).length === 0 ? {} : { cache }),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** What the two options ask for. */
export interface MetricsOptions {
  metrics: string | undefined;
  timings: boolean;
}

/** Adds the two options. */
export function metricsOptions<Options>(yargs: Argv<Options>): Argv<Options & MetricsOptions> {
  return yargs
    .option('metrics', { type: 'string', requiresArg: true, describe: 'A file for time, memory and cache hits' })
    .option('timings', { type: 'boolean', default: false, describe: 'Show time, memory and cache hits' })
    .check(({ metrics }) => {
      if (metrics === '') throw new RepomillError('usage', '--metrics: expected a file, found nothing');
      return true;
    });
}

/** Does with a command's metrics what the options say. */
export async function deliverMetrics(
  watch: Stopwatch,
  { metrics, timings }: MetricsOptions,
  terminal: Terminal,
): Promise<void> {
  const taken = watch.finish();
  if (metrics !== undefined) await writeMetrics(metrics, taken);
  if (timings) showTimings(taken, terminal);
}

async function writeMetrics(file: string, metrics: Metrics): Promise<void> {
  await replaceFile(file, new TextEncoder().encode(`${JSON.stringify(metrics, undefined, 2)}\n`));
}

// A line for each stage.
function showTimings({ stages, seconds, cpuSeconds, peakMemory }: Metrics, terminal: Terminal): void {
  const rows = stages.map((stage) => [
    stage.stage,
    formatSeconds(stage.seconds),
    formatSeconds(stage.cpuSeconds),
    formatBytes(stage.peakMemory),
    formatDone(stage),
    formatCache(stage.cache),
  ]);
  const total = ['all', formatSeconds(seconds), formatSeconds(cpuSeconds), formatBytes(peakMemory), '', ''];
  const headings = ['stage', 'time', 'cpu', 'peak memory', 'done', 'from the cache'];
  const table = formatTable([headings, ...rows, total], ['left', 'right', 'right', 'right', 'right', 'left']);
  for (const line of table) terminal.note(line);
}

function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function formatDone({ done, unit }: StageMetrics): string {
  if (done === undefined || unit === undefined) return '';
  return unit === 'bytes' ? formatBytes(done) : `${formatCount(done)} ${unit}`;
}

function formatCache(cache: StageMetrics['cache'] = {}): string {
  return Object.entries(cache)
    .map(
      ([kind, { hits, misses }]) =>
        `${formatCount(hits)} of ${formatCount(hits + misses)} ${plurals[kind as CacheKind]}`,
    )
    .join(', ');
}

const plurals: Readonly<Record<CacheKind, string>> = {
  file: 'files',
  batch: 'batches',
  slice: 'slices',
  bucket: 'buckets',
  index: 'indexes',
  summary: 'summaries',
};
