/**
 * Publishing a repository: by flatpak itself, and by repomill, with every improvement switched off or on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../../src/build.ts';
import { formatError, formatProblem, RepomillError } from '../../../src/errors.ts';
import { repomill } from '../../launcher.ts';
import { writeFiles } from '../../workspace.ts';
import { type Environment, mustRun, successOf } from '../run-program.ts';

/** Publishes by `flatpak build-update-repo` with further words, in the repository itself. */
export async function publishByFlatpak(
  repository: string,
  environment: Environment,
  words: readonly string[] = [],
): Promise<void> {
  await mustRun('flatpak', ['build-update-repo', '--no-update-appstream', ...words, repository], environment);
}

/** How repomill publishes. */
export interface PublishOptions {
  /** The output directory; without it, the repository itself. */
  readonly out?: string;
  /** The section `flatpak` of the configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The time of the build. */
  readonly seconds?: bigint;
  /** Key ids or key files. */
  readonly sign?: readonly string[];
  /** Run the command, as a user does. Without it, and without keys, `build` is called here: a process takes five times as long. */
  readonly byCommand?: boolean;
}

/** Publishes by repomill, and resolves to the report. Rejects with everything that a user would read. */
export async function publishByRepomill(
  repository: string,
  environment: Environment,
  options: PublishOptions = {},
): Promise<unknown> {
  const { out = repository, settings = {}, seconds, sign = [], byCommand = sign.length > 0 } = options;
  const home = environment.HOME ?? '';
  const config = join(home, 'repomill.yaml');
  writeFiles(home, { 'repomill.yaml': JSON.stringify({ name: 'interop', flatpak: settings }) });
  if (!byCommand) {
    const now = new Date(Number(seconds ?? 0n) * 1000);
    return build({ input: repository, out, layout: 'flatpak', config, now }).catch((error: unknown) => {
      if (!(error instanceof RepomillError)) throw error;
      throw new Error([formatError(error), ...error.problems.map(formatProblem)].join('\n'));
    });
  }
  const run = await repomill(
    [
      'build',
      ...sign.flatMap((key) => ['--sign', key]),
      ...[repository, '--layout', 'flatpak', '--out', out, '--no-cache', '--json'],
      ...['--config', config],
      ...(sign.length > 0 ? ['--gpg-homedir', environment.GNUPGHOME ?? ''] : []),
    ],
    { environment: { ...environment, ...(seconds === undefined ? {} : { SOURCE_DATE_EPOCH: String(seconds) }) } },
  );
  return JSON.parse(successOf(run, 'repomill build --layout flatpak'));
}

/** `ostree.summary.last-modified` of a published index, in seconds. */
export function lastModifiedOf(directory: string): bigint {
  const { bytes, offset } = findLastModified(join(directory, 'summary.idx'));
  return bytes.readBigUInt64BE(offset);
}

/** flatpak reads the clock for each file: gives the old summary the time of the index. */
export function alignOldSummary(directory: string): void {
  const file = join(directory, 'summary');
  const { bytes, offset } = findLastModified(file);
  bytes.writeBigUInt64BE(lastModifiedOf(directory), offset);
  writeFileSync(file, bytes);
}

function findLastModified(file: string): { readonly bytes: Buffer; readonly offset: number } {
  const bytes = readFileSync(file);
  const key = 'ostree.summary.last-modified\0';
  const at = bytes.indexOf(key);
  if (at < 0) throw new Error(`${file}: no last-modified`);
  return { bytes, offset: Math.ceil((at + key.length) / 8) * 8 };
}
