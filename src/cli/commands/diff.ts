/** `repomill diff`: what changed between two trees, copies or older versions of a tree. */
import { type DiffReport, diff } from '../../diff.ts';
import { layoutNamed, layoutNames } from '../../layouts/layouts.ts';
import { defined } from '../../model/defined.ts';
import { countChanges } from '../../model/record-changes.ts';
import { stopSignal } from '../../platform/process/process-end.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { printableLine } from '../../text/printable.ts';
import { formatCount } from '../../text/quantity.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { DIFFERENT } from '../exit-code.ts';
import { formatChangeCounts, formatChanges } from '../format-changes.ts';
import { HOST_LISTS, hostOptions, httpOptionsOf } from '../host-options.ts';
import { selectionOf } from '../reading-options.ts';
import { parseLimit } from '../whole-number.ts';

const DEFAULT_LIMIT = '50';

export const diffCommand: AnyCommand = defineCommand({
  example: ['repomill diff public@1 public', 'show what the last build changed'],
  lists: HOST_LISTS,
  options: (yargs) =>
    hostOptions(yargs)
      .positional('from', {
        type: 'string',
        demandOption: true,
        describe: 'URL or directory of a tree, or a copy; public@3: three versions ago',
      })
      .positional('to', { type: 'string', demandOption: true, describe: 'What to compare it with, in the same forms' })
      .option('arch', { type: 'string', requiresArg: true, describe: 'Only this architecture' })
      .option('subset', { type: 'string', requiresArg: true, describe: 'Only this subset' })
      .option('layout', {
        choices: layoutNames,
        requiresArg: true,
        describe: 'Which layout to compare, if the trees have several',
      })
      .option('limit', {
        type: 'string',
        default: DEFAULT_LIMIT,
        requiresArg: true,
        describe: 'Print at most this many changes of each kind',
      })
      .option('exit-code', { type: 'boolean', default: false, describe: `Exit with ${DIFFERENT} if anything differs` })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const limit = parseLimit(options.limit);
    const selection = selectionOf(options);
    const interrupted = new AbortController();
    void stopSignal().then(() => interrupted.abort());
    const report = await diff(
      options.from,
      options.to,
      defined({ ...selection, layout: options.layout, http: httpOptionsOf(options), signal: interrupted.signal }),
    );
    if (options.json) terminal.data(JSON.stringify(report));
    else await show(report, limit, terminal);
    const { added, removed } = report.summaries;
    const isSame = countChanges(report) + added.length + removed.length === 0;
    return options.exitCode && !isSame ? DIFFERENT : undefined;
  },
});

async function show(report: DiffReport, limit: number, terminal: Terminal): Promise<void> {
  const { compared: noun = 'package', shownVersion } = await layoutNamed(report.layout).load.words();
  const { lines, leftOut } = formatChanges(report, { limit, noun, ...defined({ shownVersion }) });
  for (const note of report.notes) terminal.note(printableLine(note));
  for (const name of report.otherLayouts)
    terminal.note(`compared as ${report.layout}; --layout ${name} compares the rest`);
  for (const line of lines) terminal.data(line);
  if (leftOut > 0) {
    const longest = Math.max(report.added.length, report.removed.length, report.changed.length, report.content.length);
    terminal.note(`… and ${formatCount(leftOut)} more; --limit ${longest} shows all`);
  }
  const only = (word: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [printableLine(`${word} summaries: ${names.join(', ')}`)];
  for (const line of only('removed', report.summaries.removed)) terminal.data(line);
  for (const line of only('added', report.summaries.added)) terminal.data(line);
  terminal.data(formatChangeCounts(report, noun));
}
