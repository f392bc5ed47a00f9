/** `repomill verify`: audits a published tree in each of its layouts. */
import type { Finding } from '../../audit/findings.ts';
import { RepomillError } from '../../errors.ts';
import { layoutNamed } from '../../layouts/layouts.ts';
import { defined } from '../../model/defined.ts';
import { readIfPresent } from '../../platform/files/read-files.ts';
import { openSource } from '../../platform/open-source.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { formatPlural } from '../../text/quantity.ts';
import { type VerifyReport, verify } from '../../verify.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { formatFindings } from '../format-findings.ts';
import { HOST_LISTS, hostOptions, httpOptionsOf } from '../host-options.ts';
import { metricsOptions, withMetrics } from '../metrics.ts';
import type { Figures } from '../metrics-document.ts';
import { progressBar } from '../progress-bar.ts';
import { measuredProgress } from '../stopwatch.ts';

export const verifyCommand: AnyCommand = defineCommand({
  example: ['repomill verify public', 'check the tree in public/ before it is uploaded'],
  lists: ['gpg-import', 'gpgImport', ...HOST_LISTS],
  options: (yargs) =>
    metricsOptions(hostOptions(yargs))
      .positional('tree', { type: 'string', demandOption: true, describe: 'Directory or URL of a published tree' })
      .option('full', {
        type: 'boolean',
        default: false,
        describe: 'Also compare the digests of package files; from a URL, this downloads them',
      })
      .option('gpg-import', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        describe: 'Also check signatures with the OpenPGP keys in this file; may be repeated',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const report = await withMetrics(
      { command: 'verify', target: options.tree, options, terminal },
      async ({ watch }) => {
        const bar = progressBar(terminal);
        const publicKeys = await readKeys(options.gpgImport ?? []);
        const progress = measuredProgress(bar, watch);
        const tree = await openSource(options.tree, httpOptionsOf(options));
        return verify({ tree, full: options.full, progress, publicKeys }).finally(() => bar.end());
      },
      (done) => ({
        figures: figuresOf(done),
        exitCode: findingsOf(done).length === 0 ? undefined : exitCodes.integrity,
      }),
    );
    const findings = findingsOf(report);
    const ok = findings.length === 0;
    if (options.json) terminal.data(JSON.stringify({ ok, ...report }));
    else await show(report, terminal);
    return ok ? undefined : exitCodes.integrity;
  },
});

function findingsOf({ layouts, host }: VerifyReport): readonly Finding[] {
  return [...layouts.flatMap(({ findings }) => findings), ...(host?.findings ?? [])];
}

function figuresOf(report: VerifyReport): Figures {
  const [first] = report.layouts;
  const version = first?.state.version;
  return defined({
    version: typeof version === 'number' ? version : undefined,
    packages: first?.counts.packages,
    summaries: first?.counts.summaries,
    findings: findingsOf(report).length,
  });
}

function readKeys(files: readonly string[]): Promise<readonly Uint8Array[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readIfPresent(file);
      if (bytes !== undefined) return bytes;
      throw new RepomillError('usage', `--gpg-import: expected a key file, found no ${file}`);
    }),
  );
}

async function show({ layouts, foreign, host }: VerifyReport, terminal: Terminal): Promise<void> {
  for (const line of formatFindings(host?.findings ?? [])) terminal.data(line);
  for (const { findings, remarks } of layouts) {
    for (const line of formatFindings(findings)) terminal.data(line);
    for (const line of formatFindings(remarks)) terminal.note(line);
  }
  const left = foreign.map((path) => ({ path, message: 'not written by repomill, left alone' }));
  for (const line of formatFindings(left)) terminal.note(line);
  for (const report of layouts) {
    const words = await layoutNamed(report.layout).load.words();
    const verdict = report.findings.length === 0 ? 'ok' : formatPlural(report.findings.length, 'problem');
    if (Object.keys(report.state).length === 0) {
      terminal.data(`${layoutNamed(report.layout).title}: ${verdict}; nothing else could be checked`);
      continue;
    }
    const { about, checked, also } = words.verified(report);
    const counted = checked.filter((count) => !count.startsWith('0 ')).join(', ') || 'the index';
    terminal.data(`${about}: ${verdict}; checked ${counted}${also === undefined ? '' : `; ${also}`}`);
  }
  if (host === undefined && layouts.some(({ findings }) => findings.length > 0)) {
    terminal.note('  damaged files are written anew by a build with --repair');
  }
  const problems = host?.findings.length ?? 0;
  if (problems > 0) terminal.data(`host: ${formatPlural(problems, 'problem')}`);
}
