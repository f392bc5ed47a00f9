/**
 * Opens the trees of a build: the output, locked and checked, and the tree that histories continue from.
 */
import { RepomillError } from '../errors.ts';
import { realPathOf } from '../platform/files.ts';
import { httpSource } from '../platform/http-source.ts';
import { checkOwnership, directoryTree, lockDirectory, readableDirectory } from './directory-tree.ts';
import { dryRunTree } from './dry-run-tree.ts';
import type { ReadableTree, Tree } from './tree.ts';

/** An output that nobody else writes to until it is closed. */
export interface Output {
  readonly tree: Tree;
  close(): Promise<void>;
}

/** Opens the output of a build. Throws a usage error where input and output overlap, a conflict where it is not ours. */
export async function openOutput(request: {
  readonly input: string;
  readonly out: string;
  readonly dryRun?: boolean;
}): Promise<Output> {
  await checkApart(request.input, request.out);
  const tree = directoryTree(request.out);
  checkOwnership(await tree.list(), request.out);
  if (request.dryRun === true) return { tree: dryRunTree(tree), close: async () => undefined };
  return { tree, close: await lockDirectory(request.out) };
}

/** The tree that was published before. */
export function openPrevious(location: string | undefined, output: Tree): ReadableTree {
  if (location === undefined) return output;
  if (!/^https?:\/\//.test(location)) return readableDirectory(location);
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

// Output inside input would be read as input by the next build; input inside output would be pruned or published.
async function checkApart(input: string, out: string): Promise<void> {
  const [inside, outside] = await Promise.all([realPathOf(input), realPathOf(out)]);
  if (inside === outside) throw new RepomillError('usage', `${out}: input and output are the same directory`);
  if (outside.startsWith(`${inside}/`))
    throw new RepomillError('usage', `${out}: the output is inside the input ${input}`);
  if (inside.startsWith(`${outside}/`))
    throw new RepomillError('usage', `${input}: the input is inside the output ${out}`);
}
