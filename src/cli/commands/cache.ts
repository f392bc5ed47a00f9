/** `repomill cache`: lists and removes what builds keep for the next build. */
import { RepomillError } from '../../errors.ts';
import { exists, realPathOf } from '../../platform/files/read-files.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { buildCacheOf, userCacheFolder } from '../../platform/process/user-cache.ts';
import { type BuildCache, boundCaches, listCaches, removeCache } from '../../platform/workspace/caches.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes, formatCount, formatPlural } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { parseByteCount } from '../cache-limit.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

export const cacheCommand: AnyCommand = defineCommand({
  example: ['repomill cache clean --gone', 'remove the caches of trees that no longer exist'],
  lists: ['out'],
  options: (yargs) =>
    yargs
      .positional('action', {
        choices: ['list', 'clean'] as const,
        demandOption: true,
        describe: 'List the caches, or remove them: all, or those that the options choose',
      })
      .option('out', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        describe: 'With clean: only the cache for this directory; may be repeated',
      })
      .option('gone', {
        type: 'boolean',
        default: false,
        describe: 'With clean: only caches for directories that no longer exist',
      })
      .option('max-size', {
        type: 'string',
        requiresArg: true,
        describe: 'With clean: only those used longest ago, until the rest takes at most this, such as 500MB',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const chosen = [options.out !== undefined, options.gone, options.maxSize !== undefined].filter(Boolean).length;
    if (options.action === 'list' && chosen > 0) {
      throw new RepomillError(
        'usage',
        'cache list: expected no --out, --gone or --max-size; they belong to cache clean',
      );
    }
    if (chosen > 1)
      throw new RepomillError('usage', `cache clean: expected one of --out, --gone and --max-size, found ${chosen}`);
    return options.action === 'list' ? list(options.json, terminal) : clean(options, terminal);
  },
});

function requireFolder(): string {
  const folder = userCacheFolder();
  if (folder !== undefined) return folder;
  throw new RepomillError('not-found', 'no home directory, so there are no caches', {
    hint: 'set XDG_CACHE_HOME or HOME',
  });
}

/** How many caches are listed, those used last first. */
const SHOWN_CACHES = 50;

async function list(json: boolean, terminal: Terminal): Promise<undefined> {
  const folder = requireFolder();
  const caches = listCaches(folder);
  const size = caches.reduce((sum, cache) => sum + cache.size, 0);
  if (json) {
    terminal.data(JSON.stringify({ folder, size, caches: caches.map(describeCache) }));
    return;
  }
  const rows = caches.slice(0, SHOWN_CACHES).map(({ tree, size: bytes, usedAt }) => {
    return [formatBytes(bytes), usedAt.toISOString().slice(0, 16).replace('T', ' '), formatTree(tree)];
  });
  const table =
    caches.length === 0 ? [] : formatTable([['size', 'last used (UTC)', 'tree'], ...rows], ['right', 'left', 'left']);
  for (const line of table) terminal.data(printableLine(line));
  if (caches.length > rows.length)
    terminal.note(`… and ${formatCount(caches.length - rows.length)} more; --json has all`);
  terminal.data(printableLine(`${formatPlural(caches.length, 'cache')}, ${formatBytes(size)} in ${folder}`));
}

interface CleanOptions {
  readonly out: readonly string[] | undefined;
  readonly gone: boolean;
  readonly maxSize: string | undefined;
  readonly json: boolean;
}

async function clean({ out, gone, maxSize, json }: CleanOptions, terminal: Terminal): Promise<number | undefined> {
  const folder = requireFolder();
  const caches = listCaches(folder);
  const { removed, inUse } =
    maxSize === undefined
      ? await removeAll(
          out === undefined ? caches.filter(({ tree }) => !gone || isGone(tree)) : await find(out, caches),
        )
      : { removed: await boundCaches(folder, parseByteCount(maxSize, '--max-size')), inUse: [] };
  const size = removed.reduce((sum, cache) => sum + cache.size, 0);
  if (json) {
    terminal.data(
      JSON.stringify({ folder, size, removed: removed.map(describeCache), inUse: inUse.map(describeCache) }),
    );
  } else {
    terminal.data(`removed ${formatPlural(removed.length, 'cache')}, ${formatBytes(size)}`);
  }
  for (const { tree, directory } of inUse) {
    terminal.note(printableLine(`${tree ?? directory}: a build is using the cache; it was left alone`));
  }
  return inUse.length === 0 ? undefined : exitCodes.conflict;
}

async function removeAll(caches: readonly BuildCache[]): Promise<Record<'removed' | 'inUse', readonly BuildCache[]>> {
  const removed: BuildCache[] = [];
  const inUse: BuildCache[] = [];
  for (const cache of caches) ((await removeCache(cache.directory)) ? removed : inUse).push(cache);
  return { removed, inUse };
}

async function find(out: readonly string[], caches: readonly BuildCache[]): Promise<readonly BuildCache[]> {
  return Promise.all(
    out.map(async (tree) => {
      const directory = await buildCacheOf(tree);
      const found = caches.find((cache) => cache.directory === directory);
      if (found !== undefined) return found;
      throw new RepomillError('not-found', 'there is no cache for this directory', {
        path: await realPathOf(tree),
        hint: 'repomill cache list shows those that there are',
      });
    }),
  );
}

function isGone(tree: string | undefined): boolean {
  return tree !== undefined && !exists(tree);
}

function formatTree(tree: string | undefined): string {
  if (tree === undefined) return 'unknown, of an older version';
  return isGone(tree) ? `${tree} (gone)` : tree;
}

function describeCache({ directory, tree, size, usedAt }: BuildCache): object {
  return { directory, tree, gone: isGone(tree), size, usedAt: usedAt.toISOString() };
}
