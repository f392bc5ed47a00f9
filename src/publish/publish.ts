/**
 * Makes a tree hold what a plan lists: immutable files first, then the mutable ones, the index last, and only then is
 * pruned what nothing reaches. At every moment a client that loads the index finds every file that it names; an
 * interrupted publish leaves the old index in place, and the next one goes on where it stopped.
 */

import { inParallel } from '../async/parallel.ts';
import type { Reporter } from '../model/progress.ts';
import { digestOf } from '../platform/hash/sha256.ts';
import { type Content, partsOf, type Tree } from './tree.ts';
import type { MutableFile, PlannedFile, TreePlan } from './tree-plan.ts';

/** What publishing did. Bytes are stored bytes. */
export interface PublishReport {
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly pruned: readonly string[];
  readonly kept: number;
  /** Bytes of the index. */
  readonly indexSize: number;
  /** Stored bytes of a file that the tree holds now; 0 where it does not. */
  sizeOf(path: string): number;
}

/** How many files are on their way at the same time: enough that what makes their content has enough to do. */
const PARALLEL = 128;

/**
 * Publishes a plan. A tree that holds everything already is not touched: no byte, no time stamp.
 *
 * @param foreign - paths that something else in the tree reaches: they are not pruned
 */
export async function publish(
  plan: TreePlan,
  tree: Tree,
  progress: Reporter,
  foreign: ReadonlySet<string> = new Set(),
): Promise<PublishReport> {
  const present = new Map((await tree.list(plan.directories)).map((file) => [file.path, file.size]));
  // Summaries of the same content are one file, and so are deltas between them.
  const files = [...new Map(plan.files.map((file) => [file.path, file])).values()];
  const missing = files.filter((file) => !holds(present, file));
  const written: { path: string; size: number }[] = [];
  progress.start('writing', missing.length, 'files');
  await inParallel(missing, PARALLEL, async (file) => {
    const content = counted(await file.content());
    await tree.create(file.path, content.parts);
    written.push({ path: file.path, size: content.size() });
    progress.advance(1);
  });
  for (const file of plan.mutable) {
    if (await holdsMutable(tree, present, file)) continue;
    const { parts, size } = counted(await file.content());
    await tree.replace(file.path, parts);
    written.push({ path: file.path, size: size() });
  }
  const { path, bytes } = plan.index;
  if (!(await holdsMutable(tree, present, { path, size: bytes.length, sha256: digestOf(bytes) }))) {
    await tree.replace(path, bytes);
    written.push({ path, size: bytes.length });
  }
  const pruned = await prune(plan, tree, present, foreign);
  const sizes = new Map([...present, ...written.map((file) => [file.path, file.size] as const)]);
  return {
    written,
    pruned,
    kept: files.length - missing.length,
    indexSize: bytes.length,
    sizeOf: (file) => sizes.get(file) ?? 0,
  };
}

function counted(content: Content): { readonly parts: Iterable<Uint8Array>; size(): number } {
  let size = 0;
  function* count(): Generator<Uint8Array> {
    for (const part of partsOf(content)) {
      size += part.length;
      yield part;
    }
  }
  return { parts: count(), size: () => size };
}

// A file without a known size counts as held: it is named by its digest and was renamed into place whole.
function holds(present: ReadonlyMap<string, number>, file: PlannedFile): boolean {
  const size = present.get(file.path);
  return size !== undefined && (file.size === undefined || file.size === size);
}

async function holdsMutable(
  tree: Tree,
  present: ReadonlyMap<string, number>,
  file: Omit<MutableFile, 'content'>,
): Promise<boolean> {
  const size = present.get(file.path);
  if (size === undefined || (file.size !== undefined && file.size !== size)) return false;
  if (file.sha256 === undefined) return file.size !== undefined;
  const current = await tree.read(file.path, size);
  return current !== undefined && digestOf(current) === file.sha256;
}

/** Removes the files that the layout wrote once and no plan names any more. What others put there stays. */
async function prune(
  plan: TreePlan,
  tree: Tree,
  present: ReadonlyMap<string, number>,
  foreign: ReadonlySet<string>,
): Promise<readonly string[]> {
  const planned = [...plan.files, ...plan.mutable, plan.index].map((file) => file.path);
  const reached = new Set([...planned, ...foreign]);
  const pruned = [...present.keys()].filter((path) => plan.owns(path) && !reached.has(path));
  for (const path of pruned) await tree.remove(path);
  return pruned;
}
