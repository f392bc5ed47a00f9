/**
 * The first stage of a build: reads the files of an input directory into a catalogue of their records. Reports the problems of
 * all files in one error, and leaves nothing out silently.
 */
import { CONFIG_NAME, formatUnusedSetting } from '../../config/config.ts';
import { formatProblem, type Problem, RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { badInput } from '../../model/problems.ts';
import { formatPlural } from '../../text/quantity.ts';
import { SLICES } from '../batch.ts';
import { type Catalogue, openCatalogue } from '../catalogue.ts';
import { batchesOf } from './chunk-tasks.ts';
import { InputReader, type ReadOptions } from './input-reader.ts';
import { findInvalidVersions } from './invalid-versions.ts';
import { lackingHint, lackingProblem } from './lacking-records.ts';
import type { Inputs } from './list-inputs.ts';
import { findUnusedSettings, type RuledBatch, SHOWN_SKIPPED } from './settings-use.ts';

/** What was read. */
export interface ReadResult {
  readonly catalogue: Catalogue;
  /** The number of files that were read. */
  readonly files: number;
  /** Files that no reader recognises, if the configuration names no files. */
  readonly skipped: readonly string[];
}

/**
 * Reads all inputs, and warns about settings that had no effect.
 *
 * @throws RepomillError `metadata` with all problems, `interrupted` if the signal is aborted
 */
export async function readInputs(inputs: Inputs, options: ReadOptions): Promise<ReadResult> {
  const { directory, files, size } = inputs;
  const { config, progress, workspace, signal } = options;
  progress.start('reading', size, 'bytes');
  const reader = new InputReader(directory, options);
  for (const input of files) {
    await reader.read(input);
    if (reader.hasTooManyProblems) break;
  }
  const { tasks, problems: found, lacking } = await reader.finish();
  throwIfAborted(signal);
  const { skipped } = reader;
  const problems = [...inputs.problems, ...found, ...lacking.map(lackingProblem)];
  const batches = reader.hasTooManyProblems ? [] : batchesOf(tasks, workspace);
  const catalogue = openCatalogue(batches, workspace);
  if (problems.length > 0) throw badInput([...problems, ...conflictsIn(catalogue)], lackingHint(lacking));
  if (batches.every(({ head }) => head.slices.length === 0)) {
    throw new RepomillError('metadata', 'no package records found; nothing was written', {
      path: directory,
      hint: `tried: ${config.inputs.map((rule) => rule.files).join(', ')}; set \`inputs:\` in ${CONFIG_NAME} to read other files`,
    });
  }
  for (const warning of skippedRecords(batches)) progress.warn(warning);
  for (const unused of findUnusedSettings(config, { files, batches, arches: catalogue.arches })) {
    progress.warn(formatUnusedSetting(unused, config));
  }
  const invalid = findInvalidVersions(config, batches);
  if (invalid !== undefined) progress.warn(formatUnusedSetting(invalid, config));
  return { catalogue, files: files.length - skipped.length, skipped };
}

/** With `invalid: skip`, what was left out: how many records, and some of them. */
function skippedRecords(batches: readonly RuledBatch[]): readonly string[] {
  const count = batches.reduce((sum, { head }) => sum + head.use.skipped.count, 0);
  if (count === 0) return [];
  const shown = batches.flatMap(({ head, places }) =>
    head.use.skipped.first.flatMap(({ chunk, line, column, message }) => {
      const place = places[chunk];
      if (place === undefined) return [];
      return [formatProblem(defined({ file: place.file, line: line && line + place.firstLine - 1, column, message }))];
    }),
  );
  return [`${formatPlural(count, 'bad record')} left out (\`invalid: skip\`)`, ...shown.slice(0, SHOWN_SKIPPED)];
}

function conflictsIn(catalogue: Catalogue): readonly Problem[] {
  return Array.from({ length: SLICES }, (_, slice) => catalogue.readSlice(slice).problems).flat();
}
