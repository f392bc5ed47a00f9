/**
 * The first stage of a build: reads the files of an input directory into a catalogue of their records. Reports the problems of
 * all files in one error, and leaves nothing out silently.
 */
import { CONFIG_NAME, type Config, formatUnusedSetting, type UnusedSetting } from '../../config/config.ts';
import { formatProblem, type Problem, RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { badInput, compareProblems } from '../../model/problems.ts';
import { realPathOf } from '../../platform/files/read-files.ts';
import { formatPlural } from '../../text/quantity.ts';
import { SLICES } from '../batch.ts';
import { type Catalogue, openCatalogue } from '../catalogue.ts';
import {
  type CheckedPackages,
  checkPackages,
  type PackageCheckOptions,
  type PackageSearch,
} from '../packages/check-packages.ts';
import type { PackageInput } from '../packages/package-input.ts';
import { findPathConflicts } from '../packages/path-conflicts.ts';
import { batchesOf } from './chunk-tasks.ts';
import { InputReader, type ReadOptions } from './input-reader.ts';
import { findInvalidVersions } from './invalid-versions.ts';
import type { Inputs } from './list-inputs.ts';
import { lackingProblem } from './problems/lacking-records.ts';
import { mappingHint } from './problems/mapping-hint.ts';
import { shownOfKind } from './problems/problem-kinds.ts';
import { findIdleWays, findUnusedSettings, type RuledBatch, SHOWN_SKIPPED } from './settings-use.ts';

/** What was read. */
export interface ReadResult {
  readonly catalogue: Catalogue;
  /** The files that records name, if the configuration says where they are. */
  readonly packages?: PackageInput;
  /** The number of files that were read. */
  readonly files: number;
  /** Files that no reader recognises, if the configuration names no files. */
  readonly skipped: readonly string[];
}

/** What reading needs, and where the files of the packages are, if the configuration says so. */
export type ReadInputsOptions = ReadOptions & PackageCheckOptions & { readonly packages?: PackageSearch | undefined };

/**
 * Reads all inputs, and warns about settings that had no effect.
 *
 * @throws RepomillError `metadata` with all problems, `interrupted` if the signal is aborted
 */
export async function readInputs(inputs: Inputs, options: ReadInputsOptions): Promise<ReadResult> {
  const { directory, files, size } = inputs;
  const { config, progress, workspace, allowEmpty, signal } = options;
  for (const warning of inputs.warnings) progress.warn(formatProblem(warning));
  progress.start('reading', size, 'bytes');
  const reader = new InputReader(directory, options);
  for (const input of files) {
    await reader.read(input);
    if (reader.hasTooManyProblems) break;
  }
  const { tasks, problems: found, lacking, kinds } = await reader.finish();
  throwIfAborted(signal);
  const { skipped } = reader;
  const problems = [...inputs.problems, ...found, ...lacking.map(lackingProblem), ...kinds.flatMap(shownOfKind)];
  const read = reader.hasTooManyProblems ? [] : batchesOf(tasks, workspace);
  const pathConflicts = await findPathConflicts(read, workspace);
  const isRefused = problems.length + pathConflicts.length > 0;
  const { batches, packages, hint, ...checked }: CheckedPackages =
    options.packages === undefined
      ? { batches: read, problems: [] }
      : await checkPackages(read, options.packages, isRefused, options);
  problems.push(...checked.problems);
  const catalogue = openCatalogue(batches, workspace);
  if (problems.length > 0 || isRefused) {
    const conflicts = conflictsIn(catalogue);
    // A record that is defined twice has two contents at one path, too: one problem is enough.
    const others = pathConflicts.filter(
      ({ file, line }) => !conflicts.some((one) => one.file === file && one.line === line),
    );
    const pathHint = others.length > 0 ? PATH_HINT : undefined;
    const left = new Set(skipped);
    const mappable = { lacking, kinds, read: files.filter(({ path }) => !left.has(path)) };
    throw badInput([...problems, ...conflicts, ...others], mappingHint(config, mappable) ?? hint ?? pathHint);
  }
  for (const warning of skippedRecords(batches)) progress.warn(warning);
  const isEmpty = batches.every(({ head }) => head.slices.length === 0);
  // Without records, no other setting has an effect.
  const unused = isEmpty
    ? findIdleWays(config, batches)
    : findUnusedSettings(config, { files, batches, arches: catalogue.arches });
  for (const setting of unused) progress.warn(formatUnusedSetting(setting, config));
  if (isEmpty && allowEmpty !== true) throw noRecords(directory, config, batches, unused);
  const invalid = findInvalidVersions(config, batches, workspace);
  if (invalid !== undefined) progress.warn(formatUnusedSetting(invalid, config));
  return {
    catalogue,
    ...defined({ packages }),
    files: files.length - skipped.length,
    skipped: await withoutPackages(skipped, inputs, packages),
  };
}

/** The error for an input without records, with the reasons. */
function noRecords(
  directory: string,
  { inputs }: Config,
  batches: readonly RuledBatch[],
  idle: readonly UnusedSetting[],
): RepomillError {
  const skipped = countSkipped(batches);
  const reasons = [
    ...idle.map(({ setting, message }) => `${setting}: ${message}`),
    ...(skipped > 0 ? [leftOut(skipped)] : []),
  ];
  const tried = `tried: ${inputs.map((rule) => rule.files).join(', ')}; set \`inputs:\` in ${CONFIG_NAME} to read other files`;
  const ways = [
    ...(reasons.length === 0 ? [tried] : []),
    ...(skipped > 0 ? ['`repomill build --explain FILE` shows how a file is read'] : []),
  ];
  return new RepomillError(
    'metadata',
    `no package records found${reasons.map((reason) => `; ${reason}`).join('')}; nothing was written`,
    {
      path: directory,
      hint: [...ways, 'add --allow-empty to publish a repository without packages'].join(', or '),
    },
  );
}

function countSkipped(batches: readonly RuledBatch[]): number {
  return batches.reduce((sum, { head }) => sum + head.use.skipped.count, 0);
}

function leftOut(count: number): string {
  return `${formatPlural(count, 'bad record')} left out (\`invalid: skip\`)`;
}

/** With `invalid: skip`, what was left out: how many records, and some of them. */
function skippedRecords(batches: readonly RuledBatch[]): readonly string[] {
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

// A file that records name is there for a reason, though no reader recognises it.
async function withoutPackages(
  skipped: readonly string[],
  { directory }: Inputs,
  packages: PackageInput | undefined,
): Promise<readonly string[]> {
  if (packages === undefined || skipped.length === 0) return skipped;
  const input = await realPathOf(directory);
  const named = new Set(packages.files.map(({ file }) => file));
  return skipped.filter((path) => !named.has(`${input}/${path}`));
}

const PATH_HINT = 'only one file can be at a path: give each version a path of its own';

function conflictsIn(catalogue: Catalogue): readonly Problem[] {
  return Array.from({ length: SLICES }, (_, slice) => catalogue.readSlice(slice).problems).flat();
}
