/**
 * The first stage of a build: reads the files of an input directory into a catalogue of their records. Reports the problems of
 * all files in one error, and leaves nothing out silently.
 */
import { CONFIG_NAME, formatUnusedSetting } from '../../config/config.ts';
import { formatProblem, type Problem, RepomillError, throwIfAborted } from '../../errors.ts';
import { badInput } from '../../model/problems.ts';
import { SLICES } from '../batch.ts';
import { type Catalogue, openCatalogue } from '../catalogue.ts';
import { batchesOf } from './chunk-tasks.ts';
import { InputReader, type ReadOptions } from './input-reader.ts';
import type { Inputs } from './list-inputs.ts';
import { findUnusedSettings } from './settings-use.ts';

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
  const { config, progress, workspace, allowEmpty, signal } = options;
  for (const warning of inputs.warnings) progress.warn(formatProblem(warning));
  progress.start('reading', size, 'bytes');
  const reader = new InputReader(directory, options);
  for (const input of files) {
    await reader.read(input);
    if (reader.hasTooManyProblems) break;
  }
  const { tasks, problems: found } = await reader.finish();
  throwIfAborted(signal);
  const { skipped } = reader;
  const problems = [...inputs.problems, ...found];
  const batches = reader.hasTooManyProblems ? [] : batchesOf(tasks, workspace);
  const catalogue = openCatalogue(batches, workspace);
  if (problems.length > 0) throw badInput([...problems, ...conflictsIn(catalogue)]);
  const isEmpty = batches.every(({ head }) => head.slices.length === 0);
  if (isEmpty && allowEmpty !== true) {
    const tried = `tried: ${config.inputs.map((rule) => rule.files).join(', ')}`;
    throw new RepomillError('metadata', 'no package records found; nothing was written', {
      path: directory,
      hint: `${tried}; set \`inputs:\` in ${CONFIG_NAME} to read other files, or add --allow-empty to publish a repository without packages`,
    });
  }
  // Without records, no setting has an effect.
  const unused = isEmpty ? [] : findUnusedSettings(config, { files, batches, arches: catalogue.arches });
  for (const setting of unused) progress.warn(formatUnusedSetting(setting, config));
  return { catalogue, files: files.length - skipped.length, skipped };
}

function conflictsIn(catalogue: Catalogue): readonly Problem[] {
  return Array.from({ length: SLICES }, (_, slice) => catalogue.readSlice(slice).problems).flat();
}
