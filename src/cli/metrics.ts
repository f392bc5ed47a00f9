/**
 * Time and memory that a command took: a JSON file for programs (`--metrics`), a table for people (`--timings`).
 */
import type { Argv } from 'yargs';
import { encodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import type { CacheKind } from '../model/progress.ts';
import { replaceFile } from '../platform/files/write-files.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';
import { formatTable } from '../text/table.ts';
import type { Metrics, StageMetrics, Stopwatch } from './stopwatch.ts';

export interface MetricsOptions {
  metrics: string | undefined;
  timings: boolean;
}

export function metricsOptions<Options>(yargs: Argv<Options>): Argv<Options & MetricsOptions> {
  return yargs
    .option('metrics', {
      type: 'string',
      requiresArg: true,
      describe: 'Write time, memory and cache hits to this file',
    })
    .option('timings', { type: 'boolean', default: false, describe: 'Show time, memory and cache hits' })
    .check(({ metrics }) => {
      if (metrics === '') throw new RepomillError('usage', '--metrics: expected a file, found nothing');
      return true;
    });
}

/** Stops the stopwatch, and writes and prints what the options ask for. */
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
  await replaceFile(file, encodeText(`${JSON.stringify(metrics, undefined, 2)}\n`));
}

// One line for each stage.
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
  const headings = ['stage', 'time', 'cpu', 'peak memory', 'done', 'from cache'];
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
  package: 'package files',
  slice: 'slices',
  bucket: 'buckets',
  index: 'indexes',
  summary: 'summaries',
};
