/** `repomill verify`: proves a published tree right. */
import { listTree } from '../../platform/files.ts';
import { type VerifyReport, verify } from '../../verify.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { isUrl, openSource } from '../place.ts';
import { progressBar } from '../progress-bar.ts';
import { formatPlural } from '../quantity-text.ts';

/** The command. */
export const verifyCommand: AnyCommand = defineCommand({
  example: ['repomill verify public', 'check the tree in public/ before it is uploaded'],
  options: (yargs) =>
    yargs
      .positional('tree', { type: 'string', demandOption: true, describe: 'The directory or URL of a published tree' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const progress = progressBar(terminal);
    const paths = isUrl(options.tree) ? undefined : (await listTree(options.tree)).map((file) => file.path);
    const report = await verify({
      source: await openSource(options.tree),
      progress,
      ...(paths === undefined ? {} : { paths }),
    }).finally(() => progress.end());
    if (options.json) terminal.data(JSON.stringify({ ok: report.findings.length === 0, ...report }));
    else {
      for (const { path, message } of report.findings) terminal.data(`${path}: ${message}`);
      for (const path of report.foreign) terminal.note(`${path}: not written by repomill, left alone`);
      terminal.data(lastLine(report));
    }
    return report.findings.length === 0 ? undefined : exitCodes.integrity;
  },
});

function lastLine(report: VerifyReport): string {
  const { findings, version } = report;
  const counts: readonly (readonly [count: number, singular: string, plural?: string])[] = [
    [report.summaries, 'summary', 'summaries'],
    [report.deltas, 'delta'],
    [report.details, 'details file'],
    [report.clients, 'client transition'],
  ];
  const checked = counts
    .filter(([count]) => count > 0)
    .map((words) => formatPlural(...words))
    .join(', ');
  const verdict = findings.length === 0 ? 'all right' : `wrong in ${formatPlural(findings.length, 'place')}`;
  return `version ${version}: ${verdict}; checked ${checked}`;
}
