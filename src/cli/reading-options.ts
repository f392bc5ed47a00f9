/**
 * Options that every reading command shares: where the repository is, and which part of it is meant.
 */
import type { Argv } from 'yargs';
import { openRepository, type Repository } from '../client/repository.ts';
import type { Selection } from '../client/selection.ts';
import { RepomillError } from '../errors.ts';
import { directoryStore } from '../platform/files/directory-store.ts';
import { openSource } from './place.ts';

/** What yargs makes of the shared options. */
export interface ReadingOptions {
  cache: string | undefined;
  from: string | undefined;
  arch: string | undefined;
  subset: string | undefined;
  json: boolean;
}

/** Adds the shared options. */
export function readingOptions<Options>(yargs: Argv<Options>): Argv<Options & ReadingOptions> {
  return yargs
    .option('cache', { type: 'string', requiresArg: true, describe: 'The copy that `repomill pull` keeps' })
    .option('from', { type: 'string', requiresArg: true, describe: 'The URL or directory of a tree' })
    .option('arch', { type: 'string', requiresArg: true, describe: 'This architecture only' })
    .option('subset', { type: 'string', requiresArg: true, describe: 'This subset only' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
    .check(({ cache, from }) => {
      if (cache === undefined && from === undefined)
        throw new RepomillError('usage', 'name the place: --cache or --from');
      return true;
    });
}

/** Opens the repository that the options name. */
export async function openNamed({ cache, from }: ReadingOptions): Promise<Repository> {
  return openRepository({
    ...(cache === undefined ? {} : { store: directoryStore(cache) }),
    ...(from === undefined ? {} : { source: await openSource(from) }),
  });
}

/** The part of the repository that the options name. */
export function selectionOf({ arch, subset }: Pick<ReadingOptions, 'arch' | 'subset'>): Selection {
  return { ...(arch === undefined ? {} : { arch }), ...(subset === undefined ? {} : { subset }) };
}
