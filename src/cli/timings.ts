/**
 * Time, memory and cache hits of a command as a table, for people: `--timings`.
 */
import type { CacheKind } from '../model/progress.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';
import { formatTable } from '../text/table.ts';
import type { Measurements, StageMetrics } from './stopwatch.ts';

/** Prints one line for each stage. */
export function showTimings({ stages, seconds, cpuSeconds, peakMemory }: Measurements, terminal: Terminal): void {
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
