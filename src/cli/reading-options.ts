/**
 * Options shared by the commands that read a repository: where it is, and which part of it to read.
 */
import type { Argv } from 'yargs';
import type { Substitute } from '../client/plan-copy.ts';
import { openRepository, type Repository } from '../client/repository.ts';
import type { Selection } from '../client/selection.ts';
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { isVersionOrderName } from '../model/versions/version-order.ts';
import { directoryStore } from '../platform/files/directory-store.ts';
import { openSource } from '../platform/open-source.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { printableLine } from '../text/printable.ts';
import { formatCommandLine } from '../text/shell-word.ts';
import { type HostOptions, hostOptions, httpOptionsOf } from './host-options.ts';

export interface ReadingOptions extends HostOptions {
  cache: string | undefined;
  from: string | undefined;
  arch: string | undefined;
  subset: string | undefined;
  json: boolean;
}

export function readingOptions<Options>(yargs: Argv<Options>): Argv<Options & ReadingOptions> {
  return hostOptions(yargs)
    .option('cache', { type: 'string', requiresArg: true, describe: 'Directory of a copy made by `repomill pull`' })
    .option('from', { type: 'string', requiresArg: true, describe: 'URL or directory of a published tree' })
    .option('arch', { type: 'string', requiresArg: true, describe: 'Only this architecture' })
    .option('subset', { type: 'string', requiresArg: true, describe: 'Only this subset' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
    .check(({ cache, from }) => {
      if (cache === undefined && from === undefined)
        throw new RepomillError('usage', 'expected --cache or --from, found neither');
      if (cache === '') throw new RepomillError('usage', '--cache: expected a directory, found nothing');
      return true;
    });
}

/**
 * Opens the repository that the options name. Says which arch is read instead of one without a summary, and if versions are not in
 * the repository's order.
 */
export async function openNamed(options: ReadingOptions, terminal: Terminal): Promise<Repository> {
  const { cache, from } = options;
  const { arch } = selectionOf(options);
  const store = cache === undefined ? undefined : directoryStore(cache);
  const source = from === undefined ? undefined : await openSource(from, httpOptionsOf(options));
  const repository = await openRepository(defined({ store, source }));
  const { versions } = repository.signed;
  if (versions !== undefined && !isVersionOrderName(versions)) {
    terminal.note(printableLine(`unknown order of versions ${JSON.stringify(versions)}; versions are listed loosely`));
  }
  if (arch !== undefined) noteSubstitute({ arch, uses: repository.archFor(arch) }, terminal);
  return repository;
}

/**
 * Says that an arch has no summary of its own, if it uses that of a different one; and if a pull names a different arch, how the
 * copy forgets this one, which may have been a mistake.
 */
export function noteSubstitute({ arch, uses }: Substitute, terminal: Terminal, named: string = arch): void {
  if (arch === uses) return;
  const wayOut = arch === named ? '' : `; an earlier pull asked for ${arch}: to drop it, add --only`;
  terminal.note(printableLine(`no summary for ${arch}; using ${uses}${wayOut}`));
}

/** The part of the repository that the options name. A script may have nothing where the name of an arch should be. */
export function selectionOf({ arch, subset }: Pick<ReadingOptions, 'arch' | 'subset'>): Selection {
  for (const [option, name] of Object.entries({ arch, subset })) {
    if (name === '') throw new RepomillError('usage', `--${option}: expected a name, found nothing`);
  }
  return defined({ arch, subset });
}

/** A command line that reads the same part of the same repository: a hint that can be pasted. */
export function formatSameReading(
  words: readonly string[],
  { cache, from, arch, subset, timeout, 'allow-redirect': origins = [] }: Omit<ReadingOptions, 'json'>,
): string {
  const options = Object.entries({ cache, from, arch, subset, timeout });
  const named = [...options, ...origins.map((origin) => ['allow-redirect', origin] as const)].flatMap(
    ([option, value]) => (value === undefined ? [] : [`--${option}`, value]),
  );
  // After `--` a word that begins with a hyphen is no option.
  const [command = '', ...rest] = words;
  const isPlain = rest.every((word) => !word.startsWith('-'));
  return formatCommandLine(['repomill', command, ...(isPlain ? [...rest, ...named] : [...named, '--', ...rest])]);
}
