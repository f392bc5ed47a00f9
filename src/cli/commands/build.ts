/** `repomill build`: package metadata in, a published tree out. */
import { build } from '../../build.ts';
import { RepomillError } from '../../errors.ts';
import type { BuildReport } from '../../publish/build-report.ts';
import { buildProgress } from '../build-progress.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { progressBar } from '../progress-bar.ts';
import { formatBytes, formatPlural } from '../quantity-text.ts';

/** The command. */
export const buildCommand: AnyCommand = defineCommand({
  example: ['repomill build examples/debian --out public', 'publish the Debian sample into public/'],
  options: (yargs) =>
    yargs
      .positional('input', { type: 'string', demandOption: true, describe: 'The directory of package metadata' })
      .option('out', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'The directory of the published tree',
      })
      .option('config', {
        type: 'string',
        requiresArg: true,
        describe: 'The configuration [default: repomill.yaml in the input]',
      })
      .option('layout', { choices: ['native', 'flatpak', 'apt'], default: 'native', describe: 'The kind of tree' })
      .option('previous', {
        type: 'string',
        requiresArg: true,
        describe: 'A directory or URL to take older versions from [default: --out]',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Do everything, write nothing' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    if (options.layout !== 'native') {
      throw new RepomillError('usage', `layout ${options.layout}: not in this version, expected native`);
    }
    const progress = buildProgress(progressBar(terminal));
    const { input, out, config, previous, dryRun } = options;
    const report = await build({
      input,
      out,
      dryRun,
      progress,
      ...(config === undefined ? {} : { config }),
      ...(previous === undefined ? {} : { previous }),
    }).finally(() => progress.end());
    if (report.skipped.length > 0) {
      const [first] = report.skipped;
      terminal.note(
        `repomill: skipped ${formatPlural(report.skipped.length, 'file')} that no reader recognises, such as ${first}`,
      );
    }
    if (options.json) terminal.data(JSON.stringify({ dryRun, ...report }));
    else terminal.data(lastLine(report, dryRun));
    return undefined;
  },
});

/** What a person wants to know: packages, summaries, new bytes, what a client one version behind will fetch. */
function lastLine(report: BuildReport, dryRun: boolean): string {
  const content = `${formatPlural(report.packages, 'package')} in ${formatPlural(report.summaries.length, 'summary', 'summaries')}`;
  if (!report.changed) return `version ${report.version}: no change, nothing written; ${content}`;
  const wrote = dryRun ? 'would write' : 'wrote';
  const written = `${wrote} ${formatBytes(report.writtenBytes)} in ${formatPlural(report.written.length, 'file')}`;
  const update =
    report.updateBytes === undefined
      ? `a new client fetches at most ${formatBytes(report.firstBytes)}`
      : `a client one version behind fetches at most ${formatBytes(report.updateBytes)}`;
  return `version ${report.version}: ${content}; ${written}; ${update}`;
}
