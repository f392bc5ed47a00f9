/** `repomill pull`: brings a client's copy up to date. */

import { pull } from '../../client/pull/pull.ts';
import type { PullReport } from '../../client/pull/pull-report.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import { directoryStore } from '../../platform/files/directory-store.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { shortPath } from '../../text/printable.ts';
import { formatBytes } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { deliverMetrics, metricsOptions, stopwatch } from '../metrics.ts';
import { openSource } from '../place.ts';
import { progressBar } from '../progress-bar.ts';
import { selectionOf } from '../reading-options.ts';

/** The command. */
export const pullCommand: AnyCommand = defineCommand({
  example: [
    'repomill pull https://example.org/repo --cache ~/.cache/repo --arch amd64',
    'fetch what changed since last time',
  ],
  options: (yargs) =>
    metricsOptions(yargs)
      .positional('url', { type: 'string', demandOption: true, describe: 'The URL or directory of a published tree' })
      .option('cache', { type: 'string', demandOption: true, requiresArg: true, describe: 'Where the copy is kept' })
      .option('arch', {
        type: 'string',
        requiresArg: true,
        describe: 'This architecture [default: what the copy holds, or all]',
      })
      .option('subset', { type: 'string', requiresArg: true, describe: 'This subset instead of everything' })
      .option('allow-rollback', {
        type: 'boolean',
        default: false,
        describe: 'Take an index that is older than the copy',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const { url, cache, arch, subset, json, allowRollback } = options;
    const watch = stopwatch('pull');
    const bar = progressBar(terminal);
    const report = await pull({
      source: await openSource(url),
      store: directoryStore(cache),
      allowRollback: allowRollback === true,
      onProgress: bar.download,
      onStage: (stage) => watch.stage(stage),
      ...selectionOf({ arch, subset }),
    }).finally(() => bar.end());
    for (const { path, how } of report.files)
      watch.cacheLookup(path === INDEX_PATH ? 'index' : 'summary', how === 'cached');
    await deliverMetrics(watch, options, terminal);
    if (json) terminal.data(JSON.stringify(report));
    else show(report, terminal);
    return undefined;
  },
});

function show(report: PullReport, terminal: Terminal): void {
  for (const { path, reason } of report.fallbacks) {
    terminal.note(`repomill: ${terminal.noteStyle('warning', 'warning')}: ${path}: ${reason}; fetched the whole file`);
  }
  const rows = report.files.map(({ how, bytes, path }) => [how, formatBytes(bytes), shortPath(path)]);
  for (const line of formatTable(rows, ['left', 'right', 'left'])) terminal.data(line);
  for (const name of report.dropped) terminal.note(`${name}: no longer published, removed`);
  const fetched = formatBytes(report.transferred);
  const from = report.previous === undefined || !report.changed ? '' : ` from version ${report.previous}`;
  if (report.changed) terminal.data(`version ${report.version}${from}: fetched ${fetched}`);
  else terminal.data(`version ${report.version}: up to date; fetched ${fetched}`);
}
