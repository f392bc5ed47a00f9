/** `repomill build`: package metadata in, a published tree out. */
import { build, MAX_WORKERS } from '../../build.ts';
import { RepomillError } from '../../errors.ts';
import { DEFAULT_LAYOUT, type LayoutName, layoutNamed, layoutNames, layouts } from '../../layouts/layouts.ts';
import { defined } from '../../model/defined.ts';
import type { Signer } from '../../model/signer.ts';
import { openSigner } from '../../platform/openpgp/open-signer.ts';
import { exitAtSignal } from '../../platform/process/process-end.ts';
import { processorCount } from '../../platform/process/process-figures.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import type { BuildReport } from '../../publish/build-report.ts';
import { modesOf } from '../../publish/file-modes.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { formatExplanation } from '../format-explanation.ts';
import { formatReport } from '../format-report.ts';
import { formatUnread } from '../format-unread.ts';
import { HOST_LISTS, type HostOptions, hostOptions, httpOptionsOf } from '../host-options.ts';
import { openCache } from '../kept-work.ts';
import { type Measuring, type MetricsOptions, metricsOptions, withMetrics } from '../metrics.ts';
import type { Figures } from '../metrics-document.ts';
import { progressBar } from '../progress-bar.ts';
import { sizingBar } from '../sizing-bar.ts';
import { measuredProgress } from '../stopwatch.ts';
import { parseWhole } from '../whole-number.ts';

const signedLayouts = layouts
  .filter(({ signatures }) => signatures.length > 0)
  .map(({ name }) => name)
  .join(' or ');

export const buildCommand: AnyCommand = defineCommand({
  example: ['repomill build examples/debian --out public', 'publish the Debian sample to public/'],
  lists: ['sign', ...HOST_LISTS],
  groups: {
    Tree: ['out', 'layout', 'config', 'previous', 'previous-optional', 'repair', 'rename-from', 'allow-empty', 'mode'],
    Host: ['timeout', 'allow-redirect'],
    Signing: ['sign', 'gpg-homedir'],
    Speed: ['cache', 'rehash', 'workers', 'timings', 'metrics', 'metrics-format'],
    Run: ['explain', 'dry-run', 'json', 'help', 'version'],
  },
  options: (yargs) =>
    metricsOptions(hostOptions(yargs))
      .positional('input', {
        type: 'string',
        demandOption: true,
        describe: 'Directory of package metadata, or an OSTree repository',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Directory of the published tree [required, except with --explain]',
      })
      .option('config', {
        type: 'string',
        requiresArg: true,
        describe: 'Configuration file [default: repomill.yaml in the input]',
      })
      .option('layout', {
        choices: layoutNames,
        describe: `Kind of tree to build [default: \`layout\` in the configuration, or ${DEFAULT_LAYOUT}]`,
      })
      .option('previous', {
        type: 'string',
        requiresArg: true,
        describe: 'Directory or URL to take older versions from [default: --out]',
      })
      .option('previous-optional', {
        type: 'boolean',
        default: false,
        describe: 'Allow --previous to be empty, for the very first build',
      })
      .option('repair', {
        type: 'boolean',
        default: false,
        describe: 'Check every published file by its digest, and write damaged ones anew',
      })
      .option('rename-from', {
        type: 'string',
        requiresArg: true,
        describe: 'Continue the repository of this name under a new one',
      })
      .option('explain', {
        type: 'string',
        requiresArg: true,
        describe: "Show one file's records before and after the mapping, and build nothing",
      })
      .option('allow-empty', {
        type: 'boolean',
        default: false,
        describe: 'Publish an input without package records: a repository that was emptied',
      })
      .option('mode', {
        // A number would lose the zero at its start, and its base.
        type: 'string',
        requiresArg: true,
        describe: 'Permissions of published files, in octal, whatever the umask [default: 0644]',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Do all the work, but write nothing' })
      .option('cache', {
        type: 'string',
        requiresArg: true,
        describe: 'Where to keep work for the next build; --no-cache keeps none [default: in your cache directory]',
      })
      .option('rehash', {
        type: 'boolean',
        default: false,
        describe: 'Hash every package file again, whatever the cache remembers',
      })
      .option('workers', {
        type: 'string',
        requiresArg: true,
        describe: 'Threads for a large input [default: one per processor]',
      })
      .option('sign', {
        type: 'string',
        array: true,
        // Without a number, a list takes every word that follows, including the input.
        nargs: 1,
        describe: `Sign the index with this key, a file or a key in gpg; may be repeated (${signedLayouts})`,
      })
      .option('gpg-homedir', {
        type: 'string',
        requiresArg: true,
        describe: `Home directory of gpg (${signedLayouts})`,
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    if (options.explain !== undefined) {
      if (options.metrics !== undefined || options.timings) {
        throw new RepomillError('usage', '--explain builds nothing: expected no --metrics and no --timings with it');
      }
      return explainFile(options.explain, options, terminal);
    }
    const { out, dryRun } = options;
    if (out === undefined) {
      const message = 'build needs --out DIR: where the tree is written';
      throw new RepomillError('usage', message, { hint: 'see repomill build --help' });
    }
    const report = await withMetrics(
      { command: 'build', target: out, options, terminal },
      (measuring) => runBuild({ ...options, out }, terminal, measuring),
      (done) => ({ figures: dryRun ? {} : figuresOf(done) }),
    );
    for (const line of formatUnread(report.unread)) terminal.note(line);
    if (options.json) terminal.data(JSON.stringify({ dryRun, ...report.state, ...report }));
    else terminal.data(await formatReport(report, dryRun));
    return undefined;
  },
});

interface BuildOptions extends MetricsOptions, HostOptions {
  readonly input: string;
  readonly out: string;
  readonly layout: LayoutName | undefined;
  readonly config: string | undefined;
  readonly previous: string | undefined;
  readonly previousOptional: boolean;
  readonly renameFrom: string | undefined;
  readonly repair: boolean;
  readonly allowEmpty: boolean;
  readonly mode: string | undefined;
  readonly dryRun: boolean;
  readonly cache: string | undefined;
  readonly rehash: boolean;
  readonly workers: string | undefined;
  readonly sign: readonly string[] | undefined;
  readonly gpgHomedir: string | undefined;
}

async function runBuild(
  options: BuildOptions,
  terminal: Terminal,
  { watch, interrupted }: Measuring,
): Promise<BuildReport> {
  const { input, out, layout, config, previous, previousOptional, renameFrom, dryRun } = options;
  const { allowEmpty, rehash, repair } = options;
  if (options.sign !== undefined && layout !== undefined && layoutNamed(layout).signatures.length === 0) {
    throw new RepomillError('usage', `--sign: expected --layout ${signedLayouts}, found ${layout}`);
  }
  if (previousOptional && previous === undefined) {
    throw new RepomillError('usage', '--previous-optional: expected --previous, found nothing');
  }
  if (options.gpgHomedir !== undefined && options.sign === undefined) {
    throw new RepomillError('usage', '--gpg-homedir: expected --sign, found nothing');
  }
  if (options.cache === '') throw new RepomillError('usage', '--cache: expected a directory, found nothing');
  const workers =
    options.workers === undefined ? processorCount() : parseWhole('--workers', options.workers, 1, MAX_WORKERS);
  const bar = sizingBar(progressBar(terminal), workers);
  exitAtSignal(exitCodes.interrupted, () => {
    bar.end();
    terminal.note('repomill: interrupted');
    interrupted();
  });
  const kept = await openCache(options.cache, out, terminal);
  const report = await build({
    input,
    out,
    dryRun,
    now: buildTime(),
    ...(await signerOf(options)),
    progress: measuredProgress(bar, watch),
    workers,
    ...defined({ cache: kept.cache, layout, config, previous, renameFrom, mode: parseMode(options.mode) }),
    allowEmpty,
    previousOptional,
    http: httpOptionsOf(options),
    rehash,
    repair,
  }).finally(() => bar.end());
  await kept.settle();
  return report;
}

function figuresOf(report: BuildReport): Figures {
  const { version } = report.state;
  return defined({
    version: typeof version === 'number' ? version : undefined,
    packages: report.packages,
    summaries: report.summaries.length,
    firstBytes: report.firstBytes,
    updateBytes: report.updateBytes,
    writtenFiles: report.written.length,
    writtenBytes: report.writtenBytes,
    changed: report.changed ? 1 : 0,
    warnings: report.warnings.length,
  });
}

interface ExplainOptions {
  readonly input: string;
  readonly config?: string | undefined;
  readonly out?: string | undefined;
  readonly layout?: LayoutName | undefined;
  readonly json: boolean;
}

async function explainFile(
  file: string,
  { input, config, out, layout, json }: ExplainOptions,
  terminal: Terminal,
): Promise<undefined> {
  const { explain } = await import('../../explain.ts');
  const explanation = await explain({ input, file, ...defined({ layout, config, out }) });
  if (json) terminal.data(JSON.stringify(explanation));
  else for (const line of formatExplanation(explanation)) terminal.data(line);
}

async function signerOf({
  sign,
  gpgHomedir,
}: {
  sign?: readonly string[] | undefined;
  gpgHomedir?: string | undefined;
}): Promise<{ signer?: Signer }> {
  if (sign === undefined) return {};
  const passphrase = process.env.REPOMILL_PASSPHRASE;
  const signer = await openSigner({
    keys: sign,
    ...defined({ homedir: gpgHomedir, passphrase }),
  });
  return { signer };
}

/** The time of `SOURCE_DATE_EPOCH` if it is set, otherwise the current time. */
function buildTime(): Date {
  const fixed = process.env.SOURCE_DATE_EPOCH ?? '';
  return /^\d{1,12}$/.test(fixed) ? new Date(Number(fixed) * 1000) : new Date();
}

/** Permissions in octal digits, as chmod reads them. */
function parseMode(mode: string | undefined): number | undefined {
  if (mode === undefined) return undefined;
  const [, digits] = /^(?:0o)?([0-7]{1,5})$/.exec(mode) ?? [];
  if (digits !== undefined) return modesOf(Number.parseInt(digits, 8), '--mode').file;
  throw new RepomillError('usage', `--mode: expected octal digits such as 0664, found ${JSON.stringify(mode)}`);
}
