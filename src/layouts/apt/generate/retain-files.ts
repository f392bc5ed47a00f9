/**
 * Which files stay in `dists/` although nothing leads to them any more: clients and caches may have an older InRelease for a
 * while, and ask for what it names. Counted from the publication that replaced a file, as long as `keep` says.
 */
import { inParallel } from '../../../async/parallel.ts';
import { throwIfAborted } from '../../../errors.ts';
import { compareText } from '../../../model/order.ts';
import type { PreviousTree, Tree, TreeFile } from '../../../publish/tree.ts';
import type { PlannedFile } from '../../../publish/tree-plan.ts';
import { DISTS, distsPathKind } from '../format/paths.ts';
import type { RetainedFile } from '../format/state-file.ts';
import { readWhole } from './read-whole.ts';

/** What decides on retained files. */
export interface RetentionRequest {
  /** Paths that the new archive needs. */
  readonly needed: ReadonlySet<string>;
  /** Files that older publications needed and that the state has. */
  readonly before: readonly RetainedFile[];
  /** Files that the published archive needs, by its Release files. */
  readonly replaced: readonly TreeFile[];
  readonly previous: PreviousTree;
  readonly output: Tree;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds. */
  readonly keep: number;
  readonly signal?: AbortSignal | undefined;
}

/** The files that stay. */
export interface RetainedFiles {
  readonly retained: readonly RetainedFile[];
  /** Those that are not in the output yet, but in the previous tree. */
  readonly files: readonly PlannedFile[];
}

/** How many files a host is asked for at once. */
const PARALLEL_QUESTIONS = 16;

/** Decides which files stay. */
export async function retainFiles(request: RetentionRequest): Promise<RetainedFiles> {
  const { needed, before, replaced, previous, output, now, keep, signal } = request;
  const present = new Map((await output.list([DISTS])).map((file) => [file.path, file]));
  const candidates = new Map<string, RetainedFile>();
  const replace = ({ path, size }: TreeFile): unknown => candidates.set(path, { path, size, replaced: now });
  // What is there and in no list was left by an interrupted build, or by one whose state was lost.
  for (const file of present.values()) replace(file);
  for (const file of before) candidates.set(file.path, file);
  // What clients are led to until now, although a build that did not come to its end has called it replaced.
  for (const file of replaced) replace(file);
  const staying = [...candidates.values()].filter(
    ({ path, replaced: since }) => !needed.has(path) && isRetained(path) && keep > 0 && now - since <= keep,
  );
  const found: (RetainedFile | undefined)[] = [];
  const files: PlannedFile[] = [];
  await inParallel(staying, PARALLEL_QUESTIONS, async (file, position) => {
    throwIfAborted(signal);
    const { path, size } = file;
    const own = present.get(path);
    if (own !== undefined) found[position] = { ...file, size: own.size };
    else if (previous !== output && (await previous.holds(path, size))) {
      found[position] = file;
      files.push({ path, size, content: () => readWhole(previous, path, size) });
    }
  });
  const retained = found.filter((file) => file !== undefined).sort((a, b) => compareText(a.path, b.path));
  return { retained, files };
}

function isRetained(path: string): boolean {
  const kind = distsPathKind(path);
  return kind === 'by-hash' || kind === 'patch';
}
