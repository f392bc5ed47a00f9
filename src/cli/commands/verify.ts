/** `repomill verify`: proves a published tree right, in each of its layouts. */
import { RepomillError } from '../../errors.ts';
import type { FlatpakReport } from '../../layouts/flatpak/audit/audit-flatpak.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import { isUrl } from '../../model/location.ts';
import { openFolder } from '../../platform/files/folder.ts';
import { listTree, readIfPresent } from '../../platform/files/read-files.ts';
import type { Terminal } from '../../platform/process/terminal.ts';
import { formatCount, formatPlural } from '../../text/quantity.ts';
import { allFindings, type VerifyReport, type VerifyRequest, verify } from '../../verify.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { openSource } from '../place.ts';
import { progressBar } from '../progress-bar.ts';

/** The command. */
export const verifyCommand: AnyCommand = defineCommand({
  example: ['repomill verify public', 'check the tree in public/ before it is uploaded'],
  lists: ['gpg-import', 'gpgImport'],
  options: (yargs) =>
    yargs
      .positional('tree', { type: 'string', demandOption: true, describe: 'The directory or URL of a published tree' })
      .option('gpg-import', {
        type: 'string',
        array: true,
        requiresArg: true,
        nargs: 1,
        describe: 'Check the signatures of a flatpak repository with the OpenPGP keys in this file too; repeatable',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const progress = progressBar(terminal);
    const publicKeys = await readKeys(options.gpgImport ?? []);
    const source = await openSource(options.tree);
    const listing = isUrl(options.tree) ? {} : await listDirectory(options.tree);
    const report = await verify({ source, progress, publicKeys, ...listing }).finally(() => progress.end());
    const findings = allFindings(report);
    if (options.json) terminal.data(JSON.stringify({ ok: findings.length === 0, ...report }));
    else tell(report, terminal);
    return findings.length === 0 ? undefined : exitCodes.integrity;
  },
});

function readKeys(files: readonly string[]): Promise<readonly Uint8Array[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readIfPresent(file);
      if (bytes !== undefined) return bytes;
      throw new RepomillError('usage', `--gpg-import: expected a file of keys, found no ${file}`);
    }),
  );
}

// An OSTree repository alone has hundreds of thousands of files, of which nothing would be said.
async function listDirectory(tree: string): Promise<Pick<VerifyRequest, 'folder' | 'paths'>> {
  const folder = openFolder(tree);
  return folder.has(INDEX_PATH) ? { folder, paths: (await listTree(tree)).map(({ path }) => path) } : { folder };
}

function tell(report: VerifyReport, terminal: Terminal): void {
  for (const { path, message } of report.findings) terminal.data(`${path}: ${message}`);
  for (const path of report.foreign) terminal.note(`${path}: not written by repomill, left alone`);
  if (!('layout' in report)) {
    terminal.data(nativeLine(report));
    if (report.flatpak !== undefined) tell(report.flatpak, terminal);
    return;
  }
  for (const { path, message } of report.remarks) terminal.note(`${path}: ${message}`);
  terminal.data(flatpakLine(report));
}

/** The last day that JavaScript knows, in seconds since 1970: an index may say a later one. */
const LAST_DATE = 8.64e12;

type Count = readonly [count: number, singular: string, plural?: string];

function nativeLine(report: Exclude<VerifyReport, FlatpakReport>): string {
  return lastLine(`version ${report.version}`, report.findings.length, [
    [report.summaries, 'summary', 'summaries'],
    [report.deltas, 'delta'],
    [report.details, 'details file'],
    [report.clients, 'client transition'],
  ]);
}

function flatpakLine(report: FlatpakReport): string {
  const changed = new Date(Math.min(report.lastModified, LAST_DATE) * 1000).toISOString().slice(0, 10);
  const line = lastLine(`flatpak, changed ${changed}`, report.findings.length, [
    [report.summaries, 'summary', 'summaries'],
    [report.commits, 'commit'],
    [report.deltas, 'delta'],
    [report.staticDeltas ?? 0, 'static delta'],
    [report.clients, 'client transition'],
  ]);
  if (report.signatures === 0) return `${line}; not signed`;
  const signatures = formatPlural(report.signatures, 'signature');
  // Without a key there is nothing to check them with; with one, those that are not good are findings.
  if (report.goodSignatures === 0 && report.findings.length === 0) return `${line}; ${signatures} not checked`;
  return `${line}; ${formatCount(report.goodSignatures)} of ${signatures} good by a known key`;
}

function lastLine(about: string, findings: number, counts: readonly Count[]): string {
  const checked = counts
    .filter(([count]) => count > 0)
    .map((words) => formatPlural(...words))
    .join(', ');
  const verdict = findings === 0 ? 'all right' : `wrong in ${formatPlural(findings, 'place')}`;
  return `${about}: ${verdict}; checked ${checked}`;
}
