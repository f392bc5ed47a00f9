/** `repomill pull`: brings a client's copy up to date. */
import { pull } from '../../client/pull/pull.ts';
import type { PullReport } from '../../client/pull/pull-report.ts';
import { RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { directoryStore } from '../../platform/files/directory-store.ts';
import { openSource } from '../../platform/open-source.ts';
import { stopSignal } from '../../platform/process/process-end.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { printableLine, shortPath } from '../../text/printable.ts';
import { formatBytes } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { HOST_LISTS, hostOptions, httpOptionsOf } from '../host-options.ts';
import { metricsOptions, withMetrics } from '../metrics.ts';
import { progressBar } from '../progress-bar.ts';
import { noteSubstitute, selectionOf } from '../reading-options.ts';
import { measuredProgress } from '../stopwatch.ts';

export const pullCommand: AnyCommand = defineCommand({
  example: [
    'repomill pull https://example.org/repo --cache ~/.cache/repo --arch amd64',
    'fetch what has changed since the last pull',
  ],
  lists: HOST_LISTS,
  groups: {
    Copy: ['cache', 'arch', 'subset', 'only', 'rename-from', 'allow-rollback', 'allow-removal'],
    Host: ['timeout', 'allow-redirect'],
    Run: ['timings', 'metrics', 'metrics-format', 'json', 'help', 'version'],
  },
  options: (yargs) =>
    metricsOptions(hostOptions(yargs))
      .positional('url', { type: 'string', demandOption: true, describe: 'URL or directory of a published tree' })
      .option('cache', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Directory of the local copy',
      })
      .option('arch', {
        type: 'string',
        requiresArg: true,
        describe: 'Pull this architecture [default: what was pulled before, or everything]',
      })
      .option('subset', { type: 'string', requiresArg: true, describe: 'Pull this subset instead of everything' })
      .option('only', {
        type: 'boolean',
        default: false,
        describe: 'Drop what was pulled before, and have only this architecture or subset',
      })
      .option('rename-from', {
        type: 'string',
        requiresArg: true,
        describe: 'Accept a repository of a different name: the copy is of this one',
      })
      .option('allow-rollback', {
        type: 'boolean',
        default: false,
        describe: 'Accept an index older than the copy',
      })
      .option('allow-removal', {
        type: 'boolean',
        default: false,
        describe: 'Remove from the copy what is no longer published',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const { url, cache, json, only, allowRollback, allowRemoval } = options;
    if (cache === '') throw new RepomillError('usage', '--cache: expected a directory, found nothing');
    const selection = selectionOf(options);
    if (only && Object.keys(selection).length === 0) {
      throw new RepomillError('usage', '--only: expected --arch or --subset with it, found neither');
    }
    const report = await withMetrics(
      { command: 'pull', target: url, options, terminal },
      async ({ watch }) => {
        const bar = progressBar(terminal);
        const interrupted = new AbortController();
        void stopSignal().then(() => interrupted.abort());
        return pull({
          source: await openSource(url, httpOptionsOf(options)),
          store: directoryStore(cache),
          only,
          allowRollback,
          allowRemoval,
          progress: measuredProgress(bar, watch),
          signal: interrupted.signal,
          ...defined({ renameFrom: options.renameFrom }),
          ...selection,
        }).finally(() => bar.end());
      },
      ({ version, transferred, changed }) => ({
        figures: { version, fetchedBytes: transferred, changed: changed ? 1 : 0 },
      }),
    );
    for (const substitute of report.substitutes) noteSubstitute(substitute, terminal, selection.arch);
    if (json) terminal.data(JSON.stringify(report));
    else show(report, terminal);
    return undefined;
  },
});

function show(report: PullReport, terminal: Terminal): void {
  const rows = report.files.map(({ how, bytes, path }) => [how, formatBytes(bytes), shortPath(path)]);
  for (const line of formatTable(rows, ['left', 'right', 'left'])) terminal.data(line);
  for (const name of report.dropped) terminal.note(`${printableLine(name)}: no longer published, removed`);
  const fetched = formatBytes(report.transferred);
  const isNewer = report.previous !== undefined && report.previous !== report.version;
  const from = isNewer ? ` from version ${report.previous}` : '';
  if (report.changed) terminal.data(`version ${report.version}${from}: fetched ${fetched}`);
  else terminal.data(`version ${report.version}: up to date; fetched ${fetched}`);
}
