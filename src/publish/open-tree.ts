/**
 * Opens the trees of a build: the output, locked and checked, and the previous tree, whose history it continues.
 */
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { fetchChunks } from '../model/fetch-chunks.ts';
import { MAX_INDEX_SIZE } from '../model/limits.ts';
import { isUrl, withoutEndSlash } from '../model/location.ts';
import type { Source } from '../model/source.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { isDirectory, realPathOf } from '../platform/files/read-files.ts';
import { isWithin } from '../platform/files/resolve-inside.ts';
import type { FileModes } from '../platform/files/write-files.ts';
import { type HttpOptions, httpSource } from '../platform/http/http-source.ts';
import { withArticle } from '../text/word-list.ts';
import { checkOutput } from './check-output.ts';
import { directoryTree, lockDirectory, readableDirectory } from './directory-tree.ts';
import { dryRunTree } from './dry-run-tree.ts';
import { treeMembership } from './published-trees.ts';
import type { PreviousTree, Tree } from './tree.ts';

/** An output that is locked against other builds until it is closed. */
export interface Output {
  readonly tree: Tree;
  /** Whether a file, given by its real path, is part of this tree or of a different one, and so never of the input. */
  isInTree(realPath: string): boolean;
  close(): Promise<void>;
}

/** Where a build reads and writes. */
export interface OutputRequest {
  readonly input: string;
  readonly out: string;
  /** Which of the two is an OSTree repository. One may be both, but then its other files are not ours to sort out. */
  readonly isRepository: { readonly input: boolean; readonly out: boolean };
  /** The layout that is built. */
  readonly owner: TreeOwner;
  /** All layouts. */
  readonly owners: readonly TreeOwner[];
  readonly dryRun?: boolean;
  readonly cache?: string;
  /** Permissions of what is written. */
  readonly modes: FileModes;
  /** Aborts waiting for a lock whose holder cannot be looked up. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the output of a build. It may be the input too, or inside it, or around it; an OSTree repository may only be both.
 *
 * @throws RepomillError `conflict` if something is in the way of the tree or a different build is writing it; `usage` if the
 *   directories must not overlap
 */
export async function openOutput(request: OutputRequest): Promise<Output> {
  const { input, out, isRepository, cache, owners, modes, signal } = request;
  if ((isRepository.input || isRepository.out) && (await realPathOf(input)) !== (await realPathOf(out))) {
    await checkApart({ input, output: out });
  }
  if (cache !== undefined) {
    await checkApart({ input, cache });
    await checkApart({ output: out, cache });
  }
  const tree = directoryTree(out, modes);
  const writers = await checkOutput({ ...request, tree, isRepository: isRepository.out });
  const isInTree = await treeMembership(out, writers, owners);
  if (request.dryRun === true) return { tree: dryRunTree(tree), isInTree, close: async () => undefined };
  const locked = await lockDirectory(out, owners, { modes, signal });
  return { tree: locked.tree, isInTree, close: locked.release };
}

/** Where to find the previously published tree. */
export interface PreviousRequest {
  /** A directory or a URL; by default the output. */
  readonly location: string | undefined;
  /** How to talk to the host of a URL. */
  readonly http: HttpOptions | undefined;
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
  const { location, isOptional, http, owner, signal } = request;
  if (location === undefined) {
    await warnOfLostHistory(request, output);
    return output;
  }
  const tree = isUrl(location) ? readableSource(httpSource(location, http), signal) : readableDirectory(location);
  if (isOptional) return tree;
  if (!isUrl(location) && !(await isDirectory(location))) throw noPrevious(location, 'no such directory');
  for (const path of owner.entryPoints) {
    if ((await tree.read(path, MAX_INDEX_SIZE)) !== undefined) return tree;
  }
  throw noPrevious(
    location,
    `expected ${withArticle(owner.title)} to continue, found no ${owner.entryPoints.join(' or ')}`,
  );
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
    location: withoutEndSlash(source.location),
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

// The next build would read a cache inside the input, and a host would publish one inside the output. In an OSTree repository,
// files of any name mean something.
async function checkApart(directories: Readonly<Record<string, string>>): Promise<void> {
  const places = await Promise.all(
    Object.entries(directories).map(async ([role, path]) => ({ role, path, real: await realPathOf(path) })),
  );
  const [one, other] = places;
  if (one === undefined || other === undefined) return;
  if (one.real === other.real) {
    throw new RepomillError('usage', `the ${one.role} and the ${other.role} are the same directory`, {
      path: other.path,
    });
  }
  for (const [inner, outer] of [
    [one, other],
    [other, one],
  ] as const) {
    if (!isWithin(inner.real, outer.real)) continue;
    throw new RepomillError('usage', `the ${inner.role} is inside the ${outer.role} ${outer.path}`, {
      path: inner.path,
    });
  }
}
