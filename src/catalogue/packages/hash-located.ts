/**
 * The digests of package files: known from an earlier build, or computed by tasks, several files at a time.
 */
import { WorkQueue } from '../../async/queue.ts';
import type { Digest } from '../../model/digest.ts';
import type { Reporter } from '../../model/progress.ts';
import type { FileStamp } from '../../platform/files/file-stamp.ts';
import { checkpoint } from '../../platform/threads/next-turn.ts';
import type { KnownDigests } from './known-digests.ts';
import type { LocatedFile } from './locate-files.ts';
import type { HashResult, PackageTasks } from './package-tasks.ts';

/** What hashing needs. */
export interface HashOptions {
  readonly known: KnownDigests;
  /** Hashes every file, whatever is known. */
  readonly rehash: boolean;
  readonly tasks: Pick<PackageTasks, 'hashFiles'>;
  readonly maxPending: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The digest of a file; or the reason that it has none. */
export type LocatedDigest = { readonly sha256: Digest; readonly stamp: FileStamp } | { readonly reason: string };

/** The digests of all files. */
export interface HashedFiles {
  /** By path. */
  readonly digests: ReadonlyMap<string, LocatedDigest>;
  /** What was hashed. */
  readonly hashed: { readonly files: number; readonly bytes: number };
}

/** Bytes and files of one task: more would leave one thread alone at the end, fewer would be all overhead. */
const TASK_BYTES = 64_000_000;
const TASK_FILES = 256;

/** Bytes after which the digests are saved, so that an interrupted build does not start over. */
const SAVE_BYTES = 2_000_000_000;

/** Finds or computes the digests of files, and remembers them for the next build. */
export async function hashLocated(files: readonly LocatedFile[], options: HashOptions): Promise<HashedFiles> {
  const { known, rehash, tasks, maxPending, progress, signal } = options;
  const digests = new Map<string, LocatedDigest>();
  const unknown: LocatedFile[] = [];
  for (const located of files) {
    const sha256 = rehash ? undefined : known.find(located.file, located.stamp);
    progress.cacheLookup('package', sha256 !== undefined);
    if (sha256 === undefined) unknown.push(located);
    else digests.set(located.path, { sha256, stamp: located.stamp });
  }
  const bytes = sizeOf(unknown);
  if (unknown.length > 0) progress.start('hashing', bytes, 'bytes');
  const queue = new WorkQueue(maxPending);
  let unsaved = 0;
  for (const group of groupForTasks(unknown)) {
    await checkpoint(signal);
    await queue.add(async () => {
      const results = await tasks.hashFiles({ files: group.map(({ file }) => file) });
      for (const [position, located] of group.entries()) {
        const digest = digestFrom(results[position], located);
        digests.set(located.path, digest);
        if ('sha256' in digest) known.add(located.file, digest.stamp, digest.sha256);
      }
      const size = sizeOf(group);
      progress.advance(size);
      unsaved += size;
      if (unsaved < SAVE_BYTES) return;
      unsaved = 0;
      known.save({ keepsOthers: true });
    });
  }
  await queue.finish();
  // What is remembered of other files, the layout may ask for.
  known.save({ keepsOthers: true });
  return { digests, hashed: { files: unknown.length, bytes } };
}

/** The digest that a task found; none if the file is a different one by now. */
function digestFrom(result: HashResult | undefined, { stamp }: LocatedFile): LocatedDigest {
  if (result !== undefined && 'reason' in result) return result;
  return result?.stamp.text === stamp.text ? result : { reason: 'changed while this build was running' };
}

function* groupForTasks(files: readonly LocatedFile[]): Generator<readonly LocatedFile[], void> {
  let group: LocatedFile[] = [];
  let size = 0;
  for (const file of files) {
    group.push(file);
    size += file.stamp.size;
    if (size < TASK_BYTES && group.length < TASK_FILES) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}

function sizeOf(files: readonly LocatedFile[]): number {
  return files.reduce((sum, { stamp }) => sum + stamp.size, 0);
}
