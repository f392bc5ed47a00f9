/**
 * Publishes a plan: places the files of packages, writes immutable files, then mutable ones in order, entry points last, and
 * only then prunes unreachable files. At every moment, a client that loads an entry point finds every file it names. An
 * interrupted publish leaves the old entry points in place, and the next one continues where it stopped.
 */

import { inParallel } from '../async/parallel.ts';
import { throwIfAborted } from '../errors.ts';
import type { Reporter } from '../model/progress.ts';
import { digestOf, digestOfParts } from '../platform/hash/sha256.ts';
import { type PublishedPackages, placePackages, removePackages } from './packages/publish-packages.ts';
import { type Content, partsOf, type Tree, type TreeFile } from './tree.ts';
import type { MutableFile, PlannedFile, TreePlan } from './tree-plan.ts';

/** The result of publishing. Bytes are stored bytes. */
export interface PublishReport {
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly pruned: readonly string[];
  readonly kept: number;
  /** The files of packages, which `written` and `pruned` do not have. */
  readonly packages: PublishedPackages;
  /** The files that are now in the directories of the tree, and those of the plan. */
  readonly files: readonly TreeFile[];
  /** Stored bytes of a file that is now in the tree; 0 if it is not. */
  sizeOf(path: string): number;
}

/** What publishing needs besides the plan. */
export interface PublishOptions {
  readonly progress: Reporter;
  /** Paths reachable from elsewhere in the tree, which are not pruned. */
  readonly reachedByOthers?: ReadonlySet<string>;
  readonly signal?: AbortSignal | undefined;
}

/** How many files are written at once: enough to keep the producers of their content busy. */
const PARALLEL = 128;

/**
 * Publishes a plan. A tree that is already complete is not touched: no byte, no time stamp.
 *
 * @throws RepomillError `interrupted` if the signal is aborted before the first entry point is written; after that, publishing
 *   always completes
 */
export async function publish(
  plan: TreePlan,
  tree: Tree,
  { progress, reachedByOthers = new Set(), signal }: PublishOptions,
): Promise<PublishReport> {
  const present = new Map((await tree.list(plan.directories)).map((file) => [file.path, file.size]));
  const written: { path: string; size: number }[] = [];
  const create = async (file: PlannedFile): Promise<void> => {
    throwIfAborted(signal);
    const content = counted(await file.content());
    await tree.create(file.path, content.parts);
    written.push({ path: file.path, size: content.size() });
  };
  const { list, missing: packages = [], obsolete = [] } = plan.packages ?? {};
  if (list !== undefined && !holds(present, list)) await create(list);
  const placed = await placePackages(packages, tree, { progress, signal });
  // Summaries with the same content are one file, and so are deltas between them.
  const planned = [...plan.files, ...(plan.hostFiles ?? [])];
  const files = [...new Map(planned.map((file) => [file.path, file])).values()];
  const hostPaths = new Set(plan.hostFiles?.map(({ path }) => path));
  const missing = files.filter((file) => !(hostPaths.has(file.path) ? present.has(file.path) : holds(present, file)));
  progress.start('writing', missing.length, 'files');
  await inParallel(missing, PARALLEL, async (file) => {
    await create(file);
    progress.advance(1);
  });
  throwIfAborted(signal);
  for (const file of plan.mutable) {
    if (await holdsMutable(tree, present, file)) continue;
    const { parts, size } = counted(await file.content());
    await tree.replace(file.path, parts);
    written.push({ path: file.path, size: size() });
  }
  const removed = await removePackages(obsolete, tree, progress);
  const pruned = await prune(plan, tree, present, reachedByOthers);
  const sizes = new Map([...present, ...written.map((file) => [file.path, file.size] as const)]);
  for (const path of pruned) sizes.delete(path);
  for (const { path, size } of plan.packages?.files ?? []) sizes.set(path, size);
  const ours = new Set([...planned, ...(plan.packages?.files ?? []), ...plan.mutable].map(({ path }) => path));
  return {
    written,
    pruned,
    kept: files.length - missing.length,
    packages: { ...placed, removed },
    files: [...sizes].flatMap(([path, size]) => (path.includes('/') || ours.has(path) ? [{ path, size }] : [])),
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

// A file of unknown size counts as present unless it is empty, as after a power cut: it is named by its digest, and was renamed into
// place whole.
function holds(present: ReadonlyMap<string, number>, file: PlannedFile): boolean {
  const size = present.get(file.path);
  return size !== undefined && (file.size === undefined ? size > 0 : file.size === size);
}

async function holdsMutable(tree: Tree, present: ReadonlyMap<string, number>, file: MutableFile): Promise<boolean> {
  const size = present.get(file.path);
  if (size === undefined || (file.size !== undefined && file.size !== size)) return false;
  if (file.sha256 !== undefined) return (await tree.look(file.path)?.digest()) === file.sha256;
  const current = await tree.read(file.path, size);
  if (current === undefined) return false;
  return digestOf(current) === digestOfParts(partsOf(await file.content()));
}

/** Removes files that the layout owns but the plan no longer names. Foreign files stay. */
async function prune(
  plan: TreePlan,
  tree: Tree,
  present: ReadonlyMap<string, number>,
  reachedByOthers: ReadonlySet<string>,
): Promise<readonly string[]> {
  const lists = plan.packages === undefined ? [] : [plan.packages.list];
  const planned = [...lists, ...plan.files, ...plan.mutable].map((file) => file.path);
  const reached = new Set([...planned, ...reachedByOthers]);
  const pruned = [...present.keys()].filter((path) => plan.owns(path) && !reached.has(path));
  for (const path of pruned) await tree.remove(path);
  return pruned;
}
