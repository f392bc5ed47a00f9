/** `repomill status`: what a repository contains and what has been pulled. */
import { selectSummaries } from '../../client/selection.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes, formatCount } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { HOST_LISTS } from '../host-options.ts';
import { openNamed, readingOptions, selectionOf } from '../reading-options.ts';

export const statusCommand: AnyCommand = defineCommand({
  example: ['repomill status --cache ~/.cache/repo', 'show the local copy without contacting the site'],
  lists: HOST_LISTS,
  options: (yargs) => readingOptions(yargs),
  run: async (options, terminal) => {
    const repository = await openNamed(options, terminal);
    const status = repository.status();
    const serving = options.arch === undefined ? undefined : repository.archFor(options.arch);
    const summaries = status.summaries.filter(
      ({ arch, subset }) =>
        (serving === undefined || arch === serving) && (options.subset === undefined || subset === options.subset),
    );
    if (summaries.length === 0) selectSummaries(status.summaries, selectionOf(options));
    if (options.json) {
      terminal.data(JSON.stringify({ ...status, summaries, files: repository.files }));
      return undefined;
    }
    const rows = summaries.map(({ arch, subset, packages, size, storedSize, cached }) => [
      arch,
      subset ?? '',
      formatCount(packages),
      formatBytes(size),
      formatBytes(storedSize),
      cached ? 'yes' : 'no',
    ]);
    const headings = ['arch', 'subset', 'records', 'canonical', 'stored', 'pulled'];
    const origin = status.location === undefined ? '' : ` from ${status.location}`;
    terminal.data(printableLine(`${status.title ?? status.name}, version ${status.version}${origin}`));
    terminal.data('');
    for (const line of formatTable([headings, ...rows], ['left', 'left', 'right', 'right', 'right', 'left']))
      terminal.data(printableLine(line));
    return undefined;
  },
});
