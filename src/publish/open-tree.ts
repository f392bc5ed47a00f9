/**
 * Opens the trees of a build: the output, locked and checked, and the previous tree, whose history it continues.
 */
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { fetchChunks } from '../model/fetch-chunks.ts';
import { MAX_INDEX_SIZE } from '../model/limits.ts';
import { isUrl } from '../model/location.ts';
import type { Source } from '../model/source.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { isDirectory, realPathOf } from '../platform/files/read-files.ts';
import { isTemporaryPath } from '../platform/files/write-files.ts';
import { httpSource } from '../platform/http/http-source.ts';
import { directoryTree, lockDirectory, readableDirectory } from './directory-tree.ts';
import { dryRunTree } from './dry-run-tree.ts';
import type { PreviousTree, Tree, TreeFile } from './tree.ts';

/** An output that is locked against other builds until it is closed. */
export interface Output {
  readonly tree: Tree;
  close(): Promise<void>;
}

/** Where a build reads and writes. */
export interface OutputRequest {
  readonly input: string;
  readonly out: string;
  /** The output is a repository in its own right: it may be the input itself, and its files are not foreign. */
  readonly isInput: boolean;
  /** All layouts. */
  readonly owners: readonly TreeOwner[];
  readonly dryRun?: boolean;
  readonly cache?: string;
  /** Aborts waiting for a lock whose holder cannot be looked up. */
  readonly signal?: AbortSignal;
}

/** Opens the output of a build. Throws `usage` if input and output overlap, and `conflict` if the output has foreign files. */
export async function openOutput(request: OutputRequest): Promise<Output> {
  const { input, out, cache, isInput, owners } = request;
  const isInPlace = isInput && (await realPathOf(input)) === (await realPathOf(out));
  if (!isInPlace) await checkApart({ input, out });
  if (cache !== undefined) {
    await checkApart({ input, cache });
    await checkApart({ out, cache });
  }
  const tree = directoryTree(out);
  if (!isInput) checkOwnership(await tree.list(), out, owners);
  if (request.dryRun === true) return { tree: dryRunTree(tree), close: async () => undefined };
  const locked = await lockDirectory(out, owners, request.signal);
  return { tree: locked.tree, close: locked.release };
}

/**
 * Refuses a directory with foreign files. Without one of our entry points, everything in it must be a possible leftover of an
 * interrupted first build. Next to an entry point, foreign files (`_headers`, `.nojekyll`) are allowed and left alone.
 */
export function checkOwnership(files: readonly TreeFile[], directory: string, owners: readonly TreeOwner[]): void {
  const entryPoints = new Set(owners.flatMap((owner) => owner.entryPoints));
  if (files.some(({ path }) => entryPoints.has(path))) return;
  const foreign = files.find(({ path }) => !isTemporaryPath(path) && !owners.some((owner) => owner.owns(path)));
  if (foreign === undefined) return;
  throw new RepomillError('conflict', `contains files that repomill did not write, such as ${foreign.path}`, {
    path: directory,
    hint: 'use an empty directory, or one written by an earlier build',
  });
}

/** Where to find the previously published tree. */
export interface PreviousRequest {
  /** A directory or a URL; by default the output. */
  readonly location: string | undefined;
  /** Whether it may be missing, because this is the very first build. */
  readonly isOptional: boolean;
  /** The layout that continues it. */
  readonly owner: TreeOwner & { readonly title: string };
  readonly signal: AbortSignal | undefined;
  warn(message: string): void;
}

/**
 * Opens the previously published tree.
 *
 * @throws RepomillError `not-found` if there is no tree of the layout, because starting a new history would make every client
 *   fetch everything again; `transport` if it cannot be read
 */
export async function openPrevious(request: PreviousRequest, output: Tree): Promise<PreviousTree> {
  const { location, isOptional, owner, signal } = request;
  if (location === undefined) {
    await warnOfLostHistory(request, output);
    return output;
  }
  const tree = isUrl(location) ? readableSource(httpSource(location), signal) : readableDirectory(location);
  if (isOptional) return tree;
  if (!isUrl(location) && !(await isDirectory(location))) throw noPrevious(location, 'no such directory');
  for (const path of owner.entryPoints) {
    if ((await tree.read(path, MAX_INDEX_SIZE)) !== undefined) return tree;
  }
  throw noPrevious(location, `expected a ${owner.title} to continue, found no ${owner.entryPoints.join(' or ')}`);
}

/** Warns of an output with files of the layout but no entry point: it was lost, or a first build was interrupted. */
async function warnOfLostHistory({ owner, warn }: PreviousRequest, output: Tree): Promise<void> {
  if ((await Promise.all(owner.entryPoints.map((path) => output.has(path)))).includes(true)) return;
  const files = await output.list(owner.directories);
  const found = files.find(({ path }) => path.includes('/') && owner.owns(path));
  if (found === undefined) return;
  warn(
    `${output.location}: found ${found.path} but no ${owner.entryPoints.join(' or ')}; starting a new history, which clients of ` +
      'an old one will refuse; if there was one, restore the file or pass the live site to --previous',
  );
}

function noPrevious(location: string, message: string): RepomillError {
  const hint = 'check --previous; for the very first build, add --previous-optional';
  return new RepomillError('not-found', message, { path: location, hint });
}

function readableSource(source: Source, signal: AbortSignal | undefined): PreviousTree {
  return {
    location: source.location.replace(/\/$/, ''),
    has: async () => true,
    read: async (path, maxSize) => {
      const found = await source.fetch(path, defined({ maxBytes: maxSize, signal }));
      return found.kind === 'full' ? found.bytes : undefined;
    },
    holds: async (path, size) => {
      const range = { start: 0, length: Math.min(1, size) };
      const found = await source.fetch(
        path,
        defined({ maxBytes: size, range: size === 0 ? undefined : range, signal }),
      );
      return found.kind === 'full' || found.kind === 'partial';
    },
    chunks: (path, size) => fetchChunks(source, path, size, signal),
  };
}

// The next build would read anything inside the input, and prune or publish anything inside the output.
async function checkApart(directories: Readonly<Record<string, string>>): Promise<void> {
  const places = await Promise.all(
    Object.entries(directories).map(async ([role, path]) => ({ role, path, real: await realPathOf(path) })),
  );
  const [one, other] = places;
  if (one === undefined || other === undefined) return;
  if (one.real === other.real) {
    throw new RepomillError('usage', `${one.role} and ${other.role} are the same directory`, { path: other.path });
  }
  for (const [inner, outer] of [
    [one, other],
    [other, one],
  ] as const) {
    if (!inner.real.startsWith(`${outer.real}/`)) continue;
    throw new RepomillError('usage', `the ${inner.role} is inside the ${outer.role} ${outer.path}`, {
      path: inner.path,
    });
  }
}
