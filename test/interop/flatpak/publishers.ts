/**
 * Who can publish a repository: flatpak itself, and repomill with every improvement switched off, or with none.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repomill } from '../../launcher.ts';
import { writeFiles } from '../../workspace.ts';
import { type Environment, mustRun, successOf } from './programs.ts';

/** Publishes by `flatpak build-update-repo`, in the repository itself. `words`: what else it is told. */
export async function publishByFlatpak(
  repository: string,
  environment: Environment,
  words: readonly string[] = [],
): Promise<void> {
  await mustRun('flatpak', ['build-update-repo', '--no-update-appstream', ...words, repository], environment);
}

/** How repomill publishes. */
export interface PublishOptions {
  /** Where to; without it, the repository itself. */
  readonly out?: string;
  /** What the configuration says of flatpak, beside the name of the repository. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What SOURCE_DATE_EPOCH is set to. */
  readonly seconds?: bigint;
  /** Key ids or key files. */
  readonly sign?: readonly string[];
  /** Further words of the command. */
  readonly words?: readonly string[];
}

/** Publishes by `repomill build --layout flatpak`, and resolves to what `--json` printed. */
export async function publishByRepomill(
  repository: string,
  environment: Environment,
  { out = repository, settings = {}, seconds, sign = [], words = [] }: PublishOptions = {},
): Promise<unknown> {
  const home = environment.HOME ?? '';
  writeFiles(home, { 'repomill.yaml': JSON.stringify({ name: 'interop', flatpak: settings }) });
  const run = await repomill(
    [
      'build',
      ...sign.flatMap((key) => ['--sign', key]),
      ...[repository, '--layout', 'flatpak', '--out', out, '--no-cache', '--json'],
      ...['--config', join(home, 'repomill.yaml')],
      ...(sign.length > 0 ? ['--gpg-homedir', environment.GNUPGHOME ?? ''] : []),
      ...words,
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

/** flatpak reads the clock once for each file: gives the old summary the seconds that the index has. */
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
