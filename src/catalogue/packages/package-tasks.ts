/**
 * The tasks of package files, which can run on any thread: they hash files, and complete batches whose records lack what only
 * the files say.
 */
import { RepomillError } from '../../errors.ts';
import type { PackageFile } from '../../model/package-file.ts';
import { type HashedFile, hashFile } from '../../platform/files/hash-file.ts';
import { readSmallFile } from '../../platform/files/input-file.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import type { TaskDefinitions } from '../../work/task.ts';
import { batchSlot, readDocument, readFileKeys } from '../batch.ts';
import { BatchWriter } from '../batch-writer.ts';
import { type ReadTools, readTools } from '../read/read-tasks.ts';
import { describeLfsPointer, MAX_LFS_POINTER } from '../stand-ins.ts';
import { eachRecord } from './whole-records.ts';

/** Files to hash, by their places on disk. */
export interface HashFilesJob {
  readonly files: readonly string[];
}

/** The digest of a file, or why it has none. */
export type HashResult = HashedFile | { readonly reason: string };

/** A batch to write: like a different one, with the sizes and digests that its records lack. */
export interface CompleteBatchJob {
  readonly name: string;
  /** The name of the other batch. */
  readonly from: string;
  /** The files whose records lack something. */
  readonly files: readonly PackageFile[];
}

export interface PackageTasks {
  /** Resolves to a result for each file. */
  hashFiles(job: HashFilesJob): Promise<readonly HashResult[]>;
  completeBatch(job: CompleteBatchJob): Promise<void>;
}

/** How to open each task of package files. */
export const packageTasks: TaskDefinitions<PackageTasks> = {
  hashFiles: { inlineFirst: 1, open: () => hashFilesTask },
  completeBatch: {
    inlineFirst: 12,
    open: async (setup) => {
      const tools = await readTools(setup);
      return async (job) => completeBatchTask(job, tools);
    },
  },
};

/** Hashes files one after the other. */
export async function hashFilesTask({ files }: HashFilesJob): Promise<readonly HashResult[]> {
  const results: HashResult[] = [];
  for (const file of files) results.push(await hashPackage(file).catch(reasonOf));
  return results;
}

/** Hashes a file, unless it only points to the package. */
async function hashPackage(file: string): Promise<HashResult> {
  const hashed = await hashFile(file);
  if (hashed.stamp.size > MAX_LFS_POINTER) return hashed;
  const pointer = describeLfsPointer({ head: readSmallFile(file, file) });
  return pointer === undefined ? hashed : { reason: `expected a package, found ${pointer}` };
}

function reasonOf(thrown: unknown): HashResult {
  if (thrown instanceof RepomillError) return { reason: thrown.message };
  throw thrown;
}

/** Completes a batch. The subsets of a record that changes are decided again, because a query may look at its size. */
export function completeBatchTask(
  { name, from, files }: CompleteBatchJob,
  { workspace, placer, subsets, order }: Pick<ReadTools, 'workspace' | 'placer' | 'subsets' | 'order'>,
): void {
  const head = batchSlot.read(from, workspace);
  if (head === undefined) throw new DamagedEntryError(`${from}: gone`);
  const found = new Map<unknown, PackageFile>(files.map((file) => [file.path, file]));
  const writer = new BatchWriter();
  const usedSubsets = new Set<number>();
  for (const { record, whole, ...at } of eachRecord(from, head, workspace)) {
    const file = found.get(record.path);
    const isComplete = file === undefined || (record.size !== undefined && record.sha256 !== undefined);
    const added = isComplete ? {} : { size: file.size, sha256: file.sha256 };
    const completed = isComplete ? record : { ...whole(), ...added };
    const own = isComplete ? at.subsets : positionsOf(subsets, (subset) => subset.matches(completed));
    for (const subset of own) usedSubsets.add(subset);
    // The batch knows its architectures already.
    const isValid = order.isValid(record.version);
    writer.add({ ...record, ...added }, { ...at, subsets: own, isListed: true, isValid });
    if (file !== undefined && record.sha256 === undefined) writer.addFile(file, placer.fingerprint);
  }
  for (const ref of head.documents) {
    writer.addDocument({ sha256: ref.sha256, bytes: readDocument(from, ref, workspace) });
  }
  writer.addFileKeys(readFileKeys(from, head, workspace));
  const use = { ...head.use, subsets: [...usedSubsets].sort((a, b) => a - b) };
  writer.write(name, { lines: head.lines, arches: head.arches, use }, workspace);
}

function positionsOf<Item>(items: readonly Item[], matches: (item: Item) => boolean): readonly number[] {
  return [...items.entries()].flatMap(([position, item]) => (matches(item) ? [position] : []));
}
