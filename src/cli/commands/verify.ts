/** `repomill verify`: audits a published tree in each of its layouts. */
import type { Finding } from '../../audit/findings.ts';
import { RepomillError } from '../../errors.ts';
import { layoutNamed } from '../../layouts/layouts.ts';
import { readIfPresent } from '../../platform/files/read-files.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { printable, printableLine } from '../../text/printable.ts';
import { formatCount, formatPlural } from '../../text/quantity.ts';
import { type VerifyReport, verify } from '../../verify.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { progressBar } from '../progress-bar.ts';

/** The most remarks, and the most foreign files, to list; the JSON has all of them. */
const SHOWN = 50;

export const verifyCommand: AnyCommand = defineCommand({
  example: ['repomill verify public', 'check the tree in public/ before it is uploaded'],
  lists: ['gpg-import', 'gpgImport'],
  options: (yargs) =>
    yargs
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
    const progress = progressBar(terminal);
    const publicKeys = await readKeys(options.gpgImport ?? []);
    const report = await verify({ tree: options.tree, full: options.full, progress, publicKeys }).finally(() =>
      progress.end(),
    );
    const findings = [...report.layouts.flatMap((layout) => layout.findings), ...(report.host?.findings ?? [])];
    const ok = findings.length === 0;
    if (options.json) terminal.data(JSON.stringify({ ok, ...report }));
    else await show(report, terminal);
    return ok ? undefined : exitCodes.integrity;
  },
});

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
  const lineOf = ({ path, message }: Finding): string => `${printableLine(path)}: ${printable(message)}`;
  for (const finding of host?.findings ?? []) terminal.data(lineOf(finding));
  for (const report of layouts) {
    for (const finding of report.findings) terminal.data(lineOf(finding));
    noteSome(report.remarks.map(lineOf), terminal);
  }
  noteSome(
    foreign.map((path) => lineOf({ path, message: 'not written by repomill, left alone' })),
    terminal,
  );
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

function noteSome(lines: readonly string[], terminal: Terminal): void {
  for (const line of lines.slice(0, SHOWN)) terminal.note(line);
  if (lines.length > SHOWN) terminal.note(`… and ${formatCount(lines.length - SHOWN)} more`);
}
