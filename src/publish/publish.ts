/**
 * Makes a tree hold what a plan lists: immutable files first, then the mutable ones, the index last, and only then is
 * pruned what nothing reaches. At every moment a client that loads the index finds every file that it names; an
 * interrupted publish leaves the old index in place, and the next one goes on where it stopped.
 */

import { inParallel } from '../model/in-parallel.ts';
import type { Progress } from '../model/progress.ts';
import { type Content, partsOf, type Tree } from './tree.ts';
import type { PlannedFile, TreePlan } from './tree-plan.ts';

/** What publishing did. Bytes are stored bytes. */
export interface PublishReport {
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly pruned: readonly string[];
  readonly kept: number;
}

/** How many files are on their way at the same time: enough that what makes their content has enough to do. */
const PARALLEL = 128;

/** Publishes a plan. A tree that holds everything already is not touched: no byte, no time stamp. */
export async function publish(plan: TreePlan, tree: Tree, progress: Progress): Promise<PublishReport> {
  const present = new Map((await tree.list()).map((file) => [file.path, file.size]));
  const missing = plan.files.filter((file) => !holds(present, file));
  const written: { path: string; size: number }[] = [];
  progress.start('writing', missing.length, 'files');
  await inParallel(missing, PARALLEL, async (file) => {
    const content = counted(await file.content());
    await tree.create(file.path, content.parts);
    written.push({ path: file.path, size: content.size() });
    progress.advance(1);
  });
  for (const file of plan.mutable.filter((candidate) => candidate.size === undefined || !holds(present, candidate))) {
    const content = counted(await file.content());
    await tree.replace(file.path, content.parts);
    written.push({ path: file.path, size: content.size() });
  }
  const { path, bytes } = plan.index;
  const current = present.has(path) ? await tree.read(path, Number.MAX_SAFE_INTEGER) : undefined;
  if (current === undefined || !sameBytes(current, bytes)) {
    await tree.replace(path, bytes);
    written.push({ path, size: bytes.length });
  }
  const pruned = await prune(plan, tree, present);
  return { written, pruned, kept: plan.files.length - missing.length };
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

/** Removes the files that the layout wrote once and no plan names any more. What others put there stays. */
async function prune(plan: TreePlan, tree: Tree, present: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const reached = new Set([...plan.files, ...plan.mutable, plan.index].map((file) => file.path));
  const pruned = [...present.keys()].filter((path) => plan.owns(path) && !reached.has(path));
  for (const path of pruned) await tree.remove(path);
  return pruned;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
