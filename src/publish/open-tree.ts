/**
 * Opens the trees of a build: the output, locked and checked, and the tree that histories continue from.
 */
import { RepomillError } from '../errors.ts';
import { isUrl } from '../model/location.ts';
import { realPathOf } from '../platform/files/read-files.ts';
import { httpSource } from '../platform/http/http-source.ts';
import { checkOwnership, directoryTree, lockDirectory, readableDirectory } from './directory-tree.ts';
import { dryRunTree } from './dry-run-tree.ts';
import type { ReadableTree, Tree } from './tree.ts';

/** An output that nobody else writes to until it is closed. */
export interface Output {
  readonly tree: Tree;
  close(): Promise<void>;
}

/** Where a build reads and writes. */
export interface OutputRequest {
  readonly input: string;
  readonly out: string;
  /** The output is an OSTree repository: it has files of its own, and may be the input. */
  readonly isRepository: boolean;
  readonly dryRun?: boolean;
  readonly cache?: string;
}

/** Opens the output of a build. Throws a usage error where input and output overlap, a conflict where it is not ours. */
export async function openOutput(request: OutputRequest): Promise<Output> {
  const { input, out, cache, isRepository } = request;
  if (!isRepository) await checkApart({ input, out });
  if (cache !== undefined) {
    await checkApart({ input, cache });
    await checkApart({ out, cache });
  }
  const tree = directoryTree(request.out);
  if (!isRepository) checkOwnership(await tree.list(), request.out);
  if (request.dryRun === true) return { tree: dryRunTree(tree), close: async () => undefined };
  const locked = await lockDirectory(request.out);
  return { tree: locked.tree, close: locked.release };
}

/** The tree that was published before. */
export function openPrevious(location: string | undefined, output: Tree): ReadableTree {
  if (location === undefined) return output;
  if (!isUrl(location)) return readableDirectory(location);
  const source = httpSource(location);
  return {
    location,
    has: async () => true,
    read: async (path, maxSize) => {
      const found = await source.fetch(path, { maxBytes: maxSize });
      return found.kind === 'full' ? found.bytes : undefined;
    },
  };
}

// What is inside the input would be read as input by the next build; what is inside the output would be pruned or published.
async function checkApart(directories: Readonly<Record<string, string>>): Promise<void> {
  const places = await Promise.all(
    Object.entries(directories).map(async ([role, path]) => ({ role, path, real: await realPathOf(path) })),
  );
  const [one, other] = places;
  if (one === undefined || other === undefined) return;
  if (one.real === other.real) {
    throw new RepomillError('usage', `${other.path}: ${one.role} and ${other.role} are the same directory`);
  }
  for (const [inner, outer] of [
    [one, other],
    [other, one],
  ] as const) {
    if (!inner.real.startsWith(`${outer.real}/`)) continue;
    throw new RepomillError('usage', `${inner.path}: the ${inner.role} is inside the ${outer.role} ${outer.path}`);
  }
}
