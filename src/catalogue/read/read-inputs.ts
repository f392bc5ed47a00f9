/**
 * The first stage of a build: reads the files of an input directory into a catalogue of their records. Reports the problems of
 * all files in one error, and leaves nothing out silently.
 */
import { CONFIG_NAME, type Config, formatUnusedSetting } from '../../config/config.ts';
import { formatProblem, type Problem, type RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { badInput } from '../../model/problems.ts';
import type { DigestMemory } from '../../platform/files/hash-file.ts';
import { realPathOf } from '../../platform/files/read-files.ts';
import { describeAptTree } from '../../readers/apt/describe-apt-tree.ts';
import { APT_TREE_HINT } from '../../readers/apt/open-apt-tree.ts';
import { formatCount } from '../../text/quantity.ts';
import { SLICES } from '../batch.ts';
import { type Catalogue, CONFLICT_HINT, openCatalogue } from '../catalogue.ts';
import {
  type CheckedPackages,
  checkPackages,
  type PackageCheckOptions,
  type PackageSearch,
} from '../packages/check-packages.ts';
import { KnownDigests } from '../packages/known-digests.ts';
import type { PackageInput } from '../packages/package-input.ts';
import { findPathConflicts } from '../packages/path-conflicts.ts';
import { batchesOf } from './chunk-tasks.ts';
import { InputReader } from './input-reader.ts';
import { findInvalidVersions } from './invalid-versions.ts';
import { countSkipped, duplicateRecords, leftOut, skippedRecords } from './left-out.ts';
import type { InputPath, Inputs } from './list-inputs.ts';
import { misfitHint, noRecords } from './no-records.ts';
import { ownFilesReaderOf } from './own-file-reader.ts';
import { lackingProblem } from './problems/lacking-records.ts';
import { type MappableProblems, mappingHint } from './problems/mapping-hint.ts';
import { shownOfKind } from './problems/problem-kinds.ts';
import type { ReadOptions } from './read-options.ts';
import { resolveDuplicates } from './resolve-duplicates.ts';
import { describeUnread, type UnreadFiles } from './unread-files.ts';
import { findIdleWays, findUnusedSettings, type RuledBatch } from './unused-settings.ts';

/** What was read. */
export interface ReadResult {
  readonly catalogue: Catalogue;
  /** The files that records name, if the configuration says where they are. */
  readonly packages?: PackageInput;
  /** The number of files that were read. */
  readonly files: number;
  /** Files that no reader recognises or that repeat others, if the configuration names no files. */
  readonly skipped: readonly string[];
  /** Those of them that may be metadata. */
  readonly unread?: UnreadFiles;
}

/** What reading needs, and where the files of the packages are, if the configuration says so. */
export type ReadInputsOptions = Omit<ReadOptions, 'digests'> &
  Omit<PackageCheckOptions, 'known' | 'digests'> & {
    readonly packages?: PackageSearch | undefined;
    /** Hashes packages whatever earlier builds remember. */
    readonly rehash?: boolean;
  };

/**
 * Reads all inputs, and warns about settings that had no effect.
 *
 * @throws RepomillError `metadata` with all problems, `interrupted` if the signal is aborted
 */
export async function readInputs(inputs: Inputs, options: ReadInputsOptions): Promise<ReadResult> {
  const { directory, files, size } = inputs;
  const { config, progress, workspace, allowEmpty, signal } = options;
  if (inputs.aptTree !== undefined) progress.warn(describeAptTree(inputs.aptTree));
  for (const warning of inputs.warnings) progress.warn(formatProblem(warning));
  progress.start('reading', size, 'bytes');
  const realDirectory = await realPathOf(directory);
  const known = new KnownDigests(options.packages?.directory.directory ?? realDirectory, workspace, options.startedAt);
  const digests = memoryOf(known, options.rehash ?? false);
  const reader = new InputReader(realDirectory, { ...options, digests });
  const left = await readAll(files, reader);
  const { tasks, problems: refused, lacking, kinds } = await reader.finish();
  throwIfAborted(signal);
  const { skipped, unrecognised } = reader;
  const problems = [...inputs.problems, ...refused, ...lacking.map(lackingProblem), ...kinds.flatMap(shownOfKind)];
  const isSkipped = new Set(skipped);
  const taken = files.filter(({ path }) => !isSkipped.has(path));
  const { batches: read, left: duplicates } = await resolveDuplicates(
    reader.hasTooManyProblems ? [] : batchesOf(tasks, workspace),
    options,
  );
  const pathConflicts = await findPathConflicts(read, workspace);
  const isRefused = problems.length + pathConflicts.length > 0;
  // With `packages`, the files that records name are asked for, too.
  known.save({ keepsOthers: options.packages !== undefined || isRefused });
  const { batches, packages, hint, ...checked }: CheckedPackages =
    options.packages === undefined
      ? { batches: read, problems: [] }
      : await checkPackages(read, options.packages, isRefused, { ...options, known, digests });
  problems.push(...checked.problems);
  const catalogue = openCatalogue(batches, workspace);
  if (problems.length > 0 || isRefused) {
    const isBadTree = inputs.aptTree !== undefined && (inputs.problems.length > 0 || reader.foundDifferent);
    const treeHint = isBadTree ? APT_TREE_HINT : undefined;
    const found = { problems, pathConflicts, lacking, kinds, taken, batches, catalogue, hint: treeHint ?? hint };
    throw await refusal(directory, config, found);
  }
  for (const warning of [...skippedRecords(batches), ...duplicateRecords(duplicates)]) progress.warn(warning);
  const leftPaths = left.map(({ path }) => path);
  const unlisted = packages === undefined ? [] : await withoutPackages(leftPaths, inputs, packages);
  for (const warning of warnOfLeft(leftPaths, unlisted, files)) progress.warn(warning);
  const isEmpty = batches.every(isEmptyBatch);
  // Without records, no other setting has an effect.
  const unused = isEmpty
    ? findIdleWays(config, batches)
    : findUnusedSettings(config, { files, batches, arches: catalogue.arches });
  for (const setting of unused) progress.warn(formatUnusedSetting(setting, config));
  const found = {
    unrecognised: await withoutPackages(unrecognised, inputs, packages),
    read: taken.map(({ path }) => path),
  };
  const unread = await describeUnread(directory, found, config);
  if (isEmpty && allowEmpty !== true) {
    const reasons = unused.map(({ setting, message }) => `${setting}: ${message}`);
    const skippedCount = countSkipped(batches);
    if (skippedCount > 0) reasons.push(leftOut(skippedCount));
    throw await noRecords(directory, config, { reasons, hint: unread?.hint, signal });
  }
  const invalid = findInvalidVersions(config, batches, workspace);
  if (invalid !== undefined) progress.warn(formatUnusedSetting(invalid, config));
  return {
    catalogue,
    ...defined({ packages, unread }),
    files: taken.length,
    skipped: await withoutPackages(skipped, inputs, packages),
  };
}

/**
 * Reads files. Without `inputs:`, packages themselves are read only if nothing else is: a list of packages, or whatever else describes
 * them, is better than what they say.
 *
 * @returns the files that were left out for that reason
 */
async function readAll(files: readonly InputPath[], reader: InputReader): Promise<readonly InputPath[]> {
  const isExtra = (input: InputPath): boolean =>
    input.rule.skipsUnrecognised === true && ownFilesReaderOf(input) !== undefined;
  const extra = files.filter(isExtra);
  for (const input of extra.length === 0 ? files : files.filter((one) => !isExtra(one))) {
    await reader.read(input);
    if (reader.hasTooManyProblems) return [];
  }
  if (extra.length > 0 && (await reader.hasRead())) {
    reader.leaveOut(extra);
    return extra;
  }
  for (const input of extra) {
    await reader.read(input);
    if (reader.hasTooManyProblems) break;
  }
  return [];
}

/**
 * Tells that packages were not read. A list of packages is there to be read instead of them; then it matters which of them it lacks.
 *
 * @param left - paths of all packages that were not read
 * @param unlisted - those of them that no record names, if files of packages were looked at
 */
function warnOfLeft(
  left: readonly string[],
  unlisted: readonly string[],
  files: readonly InputPath[],
): readonly string[] {
  const hasList = files.some(({ path }) => /(^|[/_])(Packages|Sources)(\.[a-z0-9]+)?$/.test(path));
  const [first, ...others] = hasList ? unlisted : left;
  if (first === undefined) return [];
  const count = others.length === 1 ? 'is 1 other package' : `are ${formatCount(others.length)} other packages`;
  const what = others.length === 0 ? 'not read' : `not read, nor ${count}`;
  const why = hasList
    ? `because lists of packages are read instead, and lack ${others.length === 0 ? 'it' : 'them'}`
    : 'because other files of the input have package records';
  const way = `to read ${hasList ? 'packages and no lists' : 'them'}, write \`inputs: ['**/*.deb']\` in ${CONFIG_NAME}`;
  return [`${first}: ${what}, ${why}; ${way}`];
}

function memoryOf(known: KnownDigests, rehash: boolean): DigestMemory {
  return { find: (file, stamp) => (rehash ? undefined : known.find(file, stamp)), add: known.add.bind(known) };
}

/** What speaks against an input, and what was read of it all the same. */
interface RefusedInput extends Omit<MappableProblems, 'read'> {
  /** What helps against problems with an apt repository or with the files of packages. */
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly pathConflicts: readonly Problem[];
  /** The files that a reader took. */
  readonly taken: MappableProblems['read'];
  readonly batches: readonly RuledBatch[];
  readonly catalogue: Catalogue;
}

/** The error with all problems of an input, and the hint that helps against the first kind of them. */
async function refusal(
  directory: string,
  config: Config,
  { problems, pathConflicts, lacking, kinds, taken, batches, catalogue, hint }: RefusedInput,
): Promise<RepomillError> {
  const conflicts = conflictsIn(catalogue);
  // A record that is defined twice has two contents at one path, too: one problem is enough.
  const others = pathConflicts.filter(
    ({ file, line }) => !conflicts.some((one) => one.file === file && one.line === line),
  );
  const counted = [...lacking, ...kinds.filter(({ isWay }) => isWay === true)];
  const strange = counted.reduce((sum, { count }) => sum + count, 0);
  const fitsNothing = batches.every(isEmptyBatch) && strange >= taken.length;
  const misfit = fitsNothing ? await misfitHint(directory, config, lacking.length > 0) : undefined;
  const hints = [
    misfit ?? mappingHint(config, { lacking, kinds, read: taken }),
    hint,
    others.length > 0 ? PATH_HINT : undefined,
    conflicts.length > 0 ? CONFLICT_HINT : undefined,
  ];
  return badInput(
    [...problems, ...conflicts, ...others],
    hints.find((one) => one !== undefined),
  );
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

function isEmptyBatch({ head }: RuledBatch): boolean {
  return head.slices.length === 0;
}

const PATH_HINT = 'only one file can be at a path: give each version a path of its own';

function conflictsIn(catalogue: Catalogue): readonly Problem[] {
  return Array.from({ length: SLICES }, (_, slice) => catalogue.readSlice(slice).problems).flat();
}
