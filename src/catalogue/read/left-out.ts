/**
 * Warnings about records that were left out because the configuration says so: never without a word.
 */
import { formatProblem, type Problem } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { compareProblems } from '../../model/problems.ts';
import { formatPlural } from '../../text/quantity.ts';
import { SHOWN_SKIPPED } from './settings-use.ts';
import type { RuledBatch } from './unused-settings.ts';

/** How many records `invalid: skip` left out. */
export function countSkipped(batches: readonly RuledBatch[]): number {
  return batches.reduce((sum, { head }) => sum + head.use.skipped.count, 0);
}

/** Says so. */
export function leftOut(count: number): string {
  return `${formatPlural(count, 'bad record')} left out (\`invalid: skip\`)`;
}

/** With `invalid: skip`, what was left out: how many records, and some of them. */
export function skippedRecords(batches: readonly RuledBatch[]): readonly string[] {
  const count = countSkipped(batches);
  if (count === 0) return [];
  const shown = batches.flatMap(({ head, places }) =>
    head.use.skipped.first.flatMap(({ chunk, line, column, message }): readonly Problem[] => {
      const place = places[chunk];
      if (place === undefined) return [];
      return [defined({ file: place.file, line: line && line + place.firstLine - 1, column, message })];
    }),
  );
  const first = shown.sort(compareProblems).slice(0, SHOWN_SKIPPED).map(formatProblem);
  const more = count > first.length ? [`… and ${formatPlural(count - first.length, 'more bad record')}`] : [];
  return [leftOut(count), ...first, ...more];
}

/** With `duplicates`, what was left out: how many records, and some of them. */
export function duplicateRecords(left: readonly Problem[]): readonly string[] {
  if (left.length === 0) return [];
  const shown = left.toSorted(compareProblems).slice(0, SHOWN_SKIPPED);
  const others = left.length === 1 ? 'a different one has' : 'different ones have';
  return [
    `${formatPlural(left.length, 'record')} left out, because ${others} the same name, version and arch (\`duplicates\`)`,
    ...shown.map(formatProblem),
  ];
}
