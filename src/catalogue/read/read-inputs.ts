/**
 * The first stage of a build: from an input directory to the catalogue of its records. Every bad place of every file is
 * reported in one error; nothing that could be read is left out in silence.
 */
import type { Config } from '../../config/config.ts';
import { CONFIG_NAME } from '../../config/config-name.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import { listFiles } from '../../platform/files/list-files.ts';
import { SLICES } from '../batch.ts';
import { type Catalogue, catalogue } from '../catalogue.ts';
import { badInput } from './bad-input.ts';
import { Reading, type ReadOptions } from './input-reader.ts';
import { type InputPath, matchFiles } from './match-files.ts';
import { batchesOf } from './portion.ts';

/** The files to be read. */
export interface Inputs {
  readonly directory: string;
  readonly files: readonly InputPath[];
  /** Bytes of all files. */
  readonly size: number;
  readonly problems: readonly Problem[];
}

/** Lists the files of a directory that the configuration names. */
export async function listInputs(directory: string, config: Config): Promise<Inputs> {
  const listed = await listFiles(directory);
  const files = matchFiles(listed.files, config.inputs);
  return { directory, files, size: files.reduce((sum, { size }) => sum + size, 0), problems: listed.problems };
}

/** What was read. */
export interface ReadResult {
  readonly catalogue: Catalogue;
  readonly files: number;
  /** Files that no reader recognises, where the configuration names no files. */
  readonly skipped: readonly string[];
}

/** Reads all inputs. Throws a metadata error with all problems. */
export async function readInputs(inputs: Inputs, options: ReadOptions): Promise<ReadResult> {
  const { directory, files, size } = inputs;
  const { config, progress, workspace } = options;
  progress.start('reading', size, 'bytes');
  const reading = new Reading(directory, options);
  for (const input of files) {
    await reading.read(input);
    if (reading.isHopeless) break;
  }
  const { portions, problems: found } = await reading.finish();
  const { skipped } = reading;
  const problems = [...inputs.problems, ...found];
  const batches = reading.isHopeless ? [] : batchesOf(portions, workspace);
  const whole = catalogue(batches, workspace);
  if (problems.length > 0) throw badInput([...problems, ...conflictsIn(whole)]);
  if (batches.every(({ head }) => head.segments.length === 0)) {
    throw new RepomillError('metadata', `${directory}: no package records found; nothing was written`, {
      hint: `read were ${config.inputs.map((rule) => rule.files).join(', ')}; name other files with \`inputs:\` in ${CONFIG_NAME}`,
    });
  }
  return { catalogue: whole, files: files.length - skipped.length, skipped };
}

function conflictsIn(found: Catalogue): readonly Problem[] {
  return Array.from({ length: SLICES }, (_, slice) => found.readSlice(slice).problems).flat();
}
