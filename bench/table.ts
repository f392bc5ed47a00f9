/**
 * Outcomes as text: one table a contest, in columns that line up, that is Markdown as well. Pure.
 */
import { basename } from 'node:path';
import type { Contest, Weighing, Weight } from './contest.ts';
import type { Outcome } from './race.ts';

/** The table of a contest. Ratios are to the contestant that the contest compares with. */
export function formatContest(contest: Contest, outcomes: readonly Outcome[]): string {
  const yardstick = yardstickOf(contest, outcomes);
  const bytes = contest.bytes === undefined ? [] : [contest.bytes, 'ratio'];
  const head = [contest.name, 'median', 'spread', 'ratio', 'CPU', 'peak memory', ...bytes];
  const rows = outcomes.map((outcome) => cellsOf(outcome, yardstick, contest.bytes !== undefined));
  const against = yardstick === undefined || outcomes.length === 1 ? '' : `; ratios to ${yardstick.name}`;
  return `${contest.title}${against}\n\n${formatRows([head, ...rows])}`;
}

/** The table of a weighing. */
export function formatWeights(weighing: Weighing, weights: readonly Weight[]): string {
  const rows = weights.map(({ what, bytes, published }) => [
    what,
    formatBytes(bytes),
    published === undefined ? '-' : formatBytes(published),
    published === undefined ? '-' : formatRatio(bytes / published),
  ]);
  return `${weighing.title}\n\n${formatRows([[weighing.name, 'here', weighing.source, 'ratio'], ...rows])}`;
}

/** The contestant that the others are compared with: the one that the contest names, or the first that was measured. */
export function yardstickOf(contest: Contest, outcomes: readonly Outcome[]): Measured | undefined {
  const measured = outcomes.filter((outcome): outcome is Measured => outcome.status === 'measured');
  return measured.find(({ name }) => name === contest.against) ?? measured[0];
}

type Measured = Extract<Outcome, { status: 'measured' }>;

function cellsOf(outcome: Outcome, yardstick: Measured | undefined, withBytes: boolean): readonly string[] {
  if (outcome.status === 'not installed') {
    return [outcome.name, `not installed: ${outcome.missing.map((program) => basename(program)).join(', ')}`];
  }
  if (outcome.status === 'failed') return [outcome.name, `failed: ${outcome.reason.replaceAll(/\s+/g, ' ')}`];
  const { name, summary, bytes } = outcome;
  const { runs, seconds, spread, cpuSeconds, peakBytes } = summary;
  return [
    name,
    formatSeconds(seconds),
    runs === 1 ? '-' : `${Math.round(spread * 100)} %`,
    ratioOf(seconds, yardstick?.summary.seconds),
    cpuSeconds === undefined ? '-' : formatSeconds(cpuSeconds),
    peakBytes === undefined ? '-' : formatBytes(peakBytes),
    ...(withBytes ? [bytes === undefined ? '-' : formatBytes(bytes), ratioOf(bytes, yardstick?.bytes)] : []),
  ];
}

function ratioOf(value: number | undefined, whole: number | undefined): string {
  return value === undefined || whole === undefined || whole === 0 ? '-' : formatRatio(value / whole);
}

/** Three digits: `0.045`, `1.25`, `18.3`, `240`. */
export function formatRatio(ratio: number): string {
  return `${threeDigits(ratio)}x`;
}

/** Three digits, from milliseconds to hours' worth of seconds. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 ms';
  return seconds < 1 ? `${threeDigits(seconds * 1000)} ms` : `${threeDigits(seconds)} s`;
}

/** Decimal units; below 100 kB every byte. */
export function formatBytes(bytes: number): string {
  if (bytes < 100_000) return `${String(bytes).replace(/\B(?=(\d{3})+$)/, ',')} B`;
  if (bytes < 1_000_000) return `${threeDigits(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${threeDigits(bytes / 1e6)} MB` : `${threeDigits(bytes / 1e9)} GB`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  if (value >= 9.995) return value.toFixed(1);
  return value >= 0.9995 ? value.toFixed(2) : value.toFixed(3);
}

/** A Markdown table: the first column to the left, figures to the right. A row that ends early has a sentence in the place of figures. */
export function formatRows(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widthOf = (column: number): number =>
    Math.max(3, ...rows.filter((row) => row.length === head.length).map((row) => row[column]?.length ?? 0));
  const firstWidth = Math.max(...rows.map(([first = '']) => first.length));
  const widths = head.map((_, column) => (column === 0 ? firstWidth : widthOf(column)));
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(firstWidth) : row.length < head.length ? cell : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
