/**
 * The stage between reading and the catalogue that looks at package files: it finds those that records name, computes sizes and
 * digests that records lack, and compares those that they have. Nothing is written anywhere but to the workspace.
 */
import { WorkQueue } from '../../async/queue.ts';
import { CONFIG_NAME, formatUnusedSetting, type PackagesRule } from '../../config/config.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import { pathBelow } from '../../model/location.ts';
import { compareText } from '../../model/order.ts';
import type { PackageFile } from '../../model/package-file.ts';
import type { TreeOwner } from '../../model/tree-owner.ts';
import { type FileRoot, openFileRoot } from '../../platform/files/file-root.ts';
import { fileStampOf } from '../../platform/files/file-stamp.ts';
import { findEntry } from '../../platform/files/read-files.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import { batchSlot } from '../batch.ts';
import type { ReadOptions } from '../read/read-options.ts';
import type { RuledBatch } from '../read/unused-settings.ts';
import { type FileRef, readFileRefs } from './file-refs.ts';
import { type HashedFiles, hashLocated } from './hash-located.ts';
import type { KnownDigests } from './known-digests.ts';
import { type LocatedFile, locateFiles } from './locate-files.ts';
import type { FoundPackageFile, PackageInput } from './package-input.ts';
import type { PackageTasks } from './package-tasks.ts';
import { findReservedPaths, warnOfPaths } from './published-paths.ts';

/** Where package files are, and what is asked of them. */
export interface PackageSearch extends PackagesRule {
  readonly directory: FileRoot;
  /** Hashes every file, whatever earlier builds remember. */
  readonly rehash: boolean;
  /** All layouts: their paths are not for packages. */
  readonly owners: readonly TreeOwner[];
}

/** What looking at package files needs besides. */
export interface PackageCheckOptions extends Omit<ReadOptions, 'tasks'> {
  readonly tasks: PackageTasks;
  /** What earlier builds found out about files, and the reading of this one. */
  readonly known: KnownDigests;
  /** When the build began, by the clock of the file system. */
  readonly startedAt: bigint;
}

/** What was found. */
export interface CheckedPackages {
  /** The batches; without problems, each record that has a path has a size and a digest in them. */
  readonly batches: readonly RuledBatch[];
  /** Absent if there are problems. */
  readonly packages?: PackageInput;
  readonly problems: readonly Problem[];
  /** What would help against the problems. */
  readonly hint?: string;
}

/** Opens the root of the packages. Throws a `not-found` error if there is no such directory. */
export function openPackageRoot(input: string, { root }: PackagesRule): FileRoot {
  try {
    return openFileRoot(input, root);
  } catch (thrown) {
    if (!(thrown instanceof RepomillError)) throw thrown;
    const { code, message, path } = thrown;
    const hint = `\`packages.root\` of ${CONFIG_NAME} names it, relative to the input`;
    throw new RepomillError(code, message, { path, hint, cause: thrown });
  }
}

/**
 * Looks at the files that the records name.
 *
 * @param isRefused - the input has problems already: only what costs little is looked at
 */
export async function checkPackages(
  batches: readonly RuledBatch[],
  search: PackageSearch,
  isRefused: boolean,
  options: PackageCheckOptions,
): Promise<CheckedPackages> {
  const { workspace, config, progress, known, signal } = options;
  const { directory, publish, rehash, owners } = search;
  const refs = new Map(batches.map((batch) => [batch, readFileRefs(batch, workspace)]));
  const all = [...refs.values()].flat();
  const show = (path: string): string => (search.root === '.' ? path : pathBelow(search.root, path));
  const { files: located, problems: unfound } = locateFiles(all, directory, show);
  const reserved = publish === 'none' ? [] : findReservedPaths(located, owners);
  const sizes = located.flatMap((file) => compareSizes(file, show));
  const problems = [...unfound, ...reserved, ...sizes];
  if (isRefused) return { batches, problems, ...hintFor(directory, problems, sizes) };

  const hashed = await hashLocated(located, { ...options, known, rehash, signal });
  const different = located.flatMap((file) => compareDigests(file, hashed, show));
  problems.push(...different);
  if (problems.length > 0) return { batches, problems, ...hintFor(directory, problems, [...sizes, ...different]) };

  const files = located.flatMap((file) => foundPackage(file, hashed)).sort((a, b) => compareText(a.path, b.path));
  if (files.length === 0) {
    const message = 'no record has the field "path"';
    progress.warn(formatUnusedSetting({ setting: 'packages', message }, config));
  }
  if (publish !== 'none') for (const warning of warnOfPaths(files, versionsOf(all))) progress.warn(warning);
  return {
    batches: await completeBatches(refs, files, options),
    problems,
    packages: {
      publish,
      files,
      hashed: hashed.hashed,
      digests: { find: (file, stamp) => (rehash ? undefined : known.find(file, stamp)), add: known.add.bind(known) },
      remember: (linked) => {
        const paths = new Set(linked.map(({ path }) => path));
        for (const { path, file } of files) {
          const stats = paths.has(path) ? findEntry(file) : undefined;
          if (stats !== undefined && stats !== 'hidden') known.noteLink(file, fileStampOf(stats));
        }
        known.save();
      },
    },
  };
}

function hintFor(
  { directory }: FileRoot,
  problems: readonly Problem[],
  different: readonly Problem[],
): { readonly hint?: string } {
  if (problems.length === 0) return {};
  const root = `paths are relative to \`packages.root\` of ${CONFIG_NAME}, here ${directory}`;
  if (different.length === 0) return { hint: root };
  return { hint: `${root}; a record may leave out size and sha256: repomill computes them from the file` };
}

function compareSizes(
  { path, stamp: { size }, refs }: LocatedFile,
  show: (path: string) => string,
): readonly Problem[] {
  return distinct(refs, (ref) => ref.size).flatMap(({ size: expected = size, place }) => {
    return expected === size ? [] : [{ ...place, message: `${show(path)}: expected ${expected} bytes, found ${size}` }];
  });
}

// A file of a different size has a different digest: one problem is enough.
function compareDigests(
  { path, stamp, refs }: LocatedFile,
  { digests }: HashedFiles,
  show: (path: string) => string,
): readonly Problem[] {
  const found = digests.get(path);
  if (found === undefined) return [];
  if ('reason' in found) return [{ ...refs[0].place, message: `${show(path)}: ${found.reason}` }];
  return distinct(refs, (ref) => ref.sha256).flatMap(({ sha256 = found.sha256, size = stamp.size, place }) => {
    if (sha256 === found.sha256 || size !== stamp.size) return [];
    return [{ ...place, message: `${show(path)}: expected sha256 ${sha256}, found ${found.sha256}` }];
  });
}

/** The first reference with each value. */
function distinct(refs: readonly FileRef[], detailOf: (ref: FileRef) => unknown): readonly FileRef[] {
  // Nearly every file has one record.
  return refs.length === 1 ? refs : [...new Map(refs.toReversed().map((ref) => [detailOf(ref), ref])).values()];
}

function foundPackage({ path, file, refs }: LocatedFile, { digests }: HashedFiles): readonly FoundPackageFile[] {
  const found = digests.get(path);
  if (found === undefined || 'reason' in found) return [];
  const { sha256, stamp } = found;
  return [{ path, size: stamp.size, sha256, file, stamp, place: refs[0].place }];
}

function versionsOf(refs: readonly FileRef[]): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, readonly string[]>();
  for (const { path, version } of refs) {
    const known = versions.get(path) ?? [];
    if (!known.includes(version)) versions.set(path, [...known, version]);
  }
  return versions;
}

/** Writes batches again whose records lack a size or a digest. */
async function completeBatches(
  refs: ReadonlyMap<RuledBatch, readonly FileRef[]>,
  files: readonly PackageFile[],
  { workspace, tasks, maxPending }: PackageCheckOptions,
): Promise<readonly RuledBatch[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const queue = new WorkQueue(maxPending);
  const names = new Map<RuledBatch, string>();
  for (const [batch, own] of refs) {
    const lacking = own.filter(({ size, sha256 }) => size === undefined || sha256 === undefined);
    const added = lacking
      .flatMap(({ path }) => byPath.get(path) ?? [])
      .map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    if (added.length === 0) continue;
    const name = batchSlot.nameOf(['completed', batch.name, added]);
    names.set(batch, name);
    if (batchSlot.read(name, workspace) !== undefined) continue;
    await queue.add(() => tasks.completeBatch({ name, from: batch.name, files: added }));
  }
  await queue.finish();
  return [...refs.keys()].map((batch) => {
    const name = names.get(batch);
    if (name === undefined) return batch;
    const head = batchSlot.read(name, workspace);
    if (head === undefined) throw new DamagedEntryError(`${name}: gone`);
    return { ...batch, name, head };
  });
}
